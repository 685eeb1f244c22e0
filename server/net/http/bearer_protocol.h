// SPDX-License-Identifier: Apache-2.0
//
// A token as a WebSocket subprotocol, as Kubernetes has it: browsers can set no other header. A
// second name goes with it, which is the subprotocol to speak.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub::net {

// The token that a list of subprotocols has, decoded from base64url; empty: there is none. What
// cannot be decoded is no token, and is returned as it stands.
std::optional<std::string> TokenAmongProtocols(std::string_view list);

// The first name in the list that is no token; empty: there is none.
std::string_view FirstProtocolIn(std::string_view list);

}  // namespace pigeonhub::net
