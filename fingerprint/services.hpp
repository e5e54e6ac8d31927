#pragma once

#include <set>
#include <string>

#include "fingerprint/fingerprint.hpp"

namespace buildprint {

/// The containers of a fingerprint, as its lineages have them.
std::set<Program> containers_of(const Fingerprint &fingerprint);

/// Those of them that a name means: the image ("ghcr.io/acme/shop"), its last part ("shop"), or the service
/// of a compose file.
std::set<Program> containers_called(const Fingerprint &fingerprint, const std::string &name);

/// Whether it was done in one of these containers.
bool happens_in(const Behavior &behavior, const std::set<Program> &containers);

} // namespace buildprint
