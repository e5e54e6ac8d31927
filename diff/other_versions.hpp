#pragma once

#include "diff/diff.hpp"
#include "diff/known.hpp"
#include "diff/rewrite.hpp"

namespace buildprint {

/// Toolchains that version managers keep beside each other, outside of the system directories, where the
/// canonical rules fold no version: "$HOME/.nvm/versions/node/v18.17.0/bin/node" left for ".../v20.1.0/...".
/// The old path is gone, the new one was not there, and they differ in version numbers only. Nothing of the
/// workspace or the temporary directories: what a change brings along is no toolchain.
Names find_other_versions(const Programs &base, const Programs &head);

/// "$HOME/.nvm/versions/node: v18.17.0 → v20.1.0", one for each toolchain.
Change other_versions_note(const Names &versions);

} // namespace buildprint
