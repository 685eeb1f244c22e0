// SPDX-License-Identifier: Apache-2.0
//
// A session with a hub as text: inputs that begin with "> ", each followed by the effects it had.
//
//   options is_hub max_connections=2       (first; may be missing)
//   > open a                               a finished handshake; numbered 1, 2, ... as they come
//   > 1 announce room [hub] [{members}]
//   > 1 offer b room [payload]             also answer, ice-candidate
//   > 1 offer b room as f [payload]        spoken for f
//   > 1 goodbye [payload]
//   > 1 ping
//   > 1 connected b                        a cleanup, connection_established
//   > 1 report f room [{members}]
//   > 1 withdraw f room [reason]
//   > 1 says renegotiation-offer           a type that is not routed
//   > 1 alive | > 1 more | > 1 gone [text]
//   > wait 3000                            milliseconds; deadlines on the way are run
//   > start | > stop | > drain 1000 | > register a | > unregister a | > disconnect a
//
// Everything else in the file, comments with # and empty lines, stays where it is.
#pragma once

#include <string>
#include <string_view>

namespace pigeonhub {

// Plays the inputs of `transcript` to a new hub and returns it with the effects that they really
// had. What cannot be read fails the test.
std::string Replay(std::string_view transcript);

}  // namespace pigeonhub
