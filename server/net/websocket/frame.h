// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pigeonhub::net {

// The header of an unfragmented, unmasked text frame (RFC 6455 5.2) for `payload_size` bytes,
// appended to `out`. Servers do not mask.
void AppendTextFrameHeader(size_t payload_size, std::string& out);

// Appends a frame to `out` as a client sends it (RFC 6455 5.3): the header gets the mask bit and
// the key, and the payload is masked with the key. `header` is the whole header of the unmasked
// frame.
void AppendMaskedFrame(std::string_view header, std::string_view payload, uint32_t mask,
                       std::string& out);

}  // namespace pigeonhub::net
