// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace pigeonhub::wire {

// The header of an unfragmented, unmasked text frame (RFC 6455 5.2) for `payload_size` bytes,
// appended to `out`. Servers do not mask.
void AppendTextFrameHeader(size_t payload_size, std::string& out);

}  // namespace pigeonhub::wire
