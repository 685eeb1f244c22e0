// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace pigeonhub {

// Lets this process open as many files and sockets as its hard limit allows. Returns that limit.
// The soft limit is often 1024, for programs that use select(2); this program does not use it.
uint64_t RaiseDescriptorLimit();

}  // namespace pigeonhub
