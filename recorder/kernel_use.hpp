#pragma once

#include <string>

#include "bpf/event.h"
#include "recorder/event.hpp"

namespace buildprint {

class RecordTexts;

/// In words: {"unshare", "user mount"}, {"socket", "packet"}, {"mount", "overlay on /mnt"}. What differs from
/// run to run without meaning anything (descriptors, addresses) is left out.
KernelUse describe_kernel_use(const bp_kernel_use &use, const RecordTexts &texts);

} // namespace buildprint
