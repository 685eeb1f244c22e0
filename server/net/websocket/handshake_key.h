// SPDX-License-Identifier: Apache-2.0
//
// The key by which a client tells the answer to its own handshake from any other (RFC 6455, section
// 4.1), and what the server makes of it (section 4.2.2).
#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::net {

// The value of Sec-WebSocket-Key: 16 random bytes in base64.
std::string NewHandshakeKey();

// The value of Sec-WebSocket-Accept that answers `key`.
std::string AcceptKeyFor(std::string_view key);

}  // namespace pigeonhub::net
