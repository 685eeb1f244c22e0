// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>

namespace pigeonhub {

// The files and sockets of this process.
struct ProcessDescriptors {
  uint64_t open = 0;
  uint64_t limit = 0;  // 0: none
};

// Empty if the system does not tell.
std::optional<ProcessDescriptors> ReadProcessDescriptors();

}  // namespace pigeonhub
