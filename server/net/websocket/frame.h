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

// The same frame as a client sends it (5.3), appended to `out`: the header gets the mask bit and
// the key, the payload is masked with it. `header` is an unmasked frame's, whole.
void AppendMaskedFrame(std::string_view header, std::string_view payload, uint32_t mask,
                       std::string& out);

}  // namespace pigeonhub::net
