// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace pigeonhub {

// Whether peers have to show a token. Hubs that bring what admits them need none.
enum class PeerAuth : uint8_t {
  kNone,      // tokens are not looked at
  kOptional,  // one that is shown has to be good
  kRequired,
};

// What becomes of a connection when the token of its peer expires.
enum class TokenExpiry : uint8_t {
  kKeep,   // it goes on
  kClose,  // it ends, with Reason::kTokenExpired
};

}  // namespace pigeonhub
