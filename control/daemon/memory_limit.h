// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "control/daemon/config/config.h"

namespace pigeonhub {

// The limit of --memory-limit, in bytes; if that was not given, three quarters of what the control
// group of this process may have, as the kernel kills at that limit. 0: none.
uint64_t MemoryLimit(const Config& config);

// What the control group (version 2) of a process may have, and each group around it; 0: no limit.
// `own` is the text of /proc/self/cgroup, `root` the folder where groups are mounted.
uint64_t ControlGroupLimit(const std::string& own, const std::string& root);

}  // namespace pigeonhub
