// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace pigeonhub {

// Lets this process open as many files and sockets as its hard limit allows; how many that is. The
// soft limit, often 1024, is kept low for programs that use select(2), and this one does not.
uint64_t RaiseDescriptorLimit();

}  // namespace pigeonhub
