// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>

#include "server/runtime/log.h"

namespace pigeonhub {

// Lets this process open as many files and sockets as its hard limit allows. Returns that limit.
// The soft limit is often 1024, for programs that use select(2); this program does not use it.
uint64_t RaiseDescriptorLimit();

// Logs a warning if so many connections do not fit under the limit that is in force.
void CheckDescriptors(size_t max_connections, Log& log);

}  // namespace pigeonhub
