// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>

namespace pigeonhub {

using Duration = std::chrono::nanoseconds;

// Milliseconds since the Unix epoch, the unit of every timestamp on the wire.
using UnixMillis = int64_t;

}  // namespace pigeonhub
