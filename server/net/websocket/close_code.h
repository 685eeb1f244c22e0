// SPDX-License-Identifier: Apache-2.0
//
// Codes of close frames that mean something to this code (RFC 6455, section 7.4.1).
#pragma once

#include <cstdint>

namespace pigeonhub::net {

inline constexpr uint16_t kNormalClosure = 1000;
// Never sent: the close frame named no code.
inline constexpr uint16_t kNoCloseCode = 1005;
// Never sent: the connection ended without a close frame.
inline constexpr uint16_t kNoCloseFrame = 1006;

}  // namespace pigeonhub::net
