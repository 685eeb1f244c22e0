// SPDX-License-Identifier: Apache-2.0
//
// The query of the target with which a client asks for a WebSocket.
#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::wire {

// The first field of that name in the query of `target`, percent-decoded; empty if there is none.
// The target and the result may be any bytes. The path and all other fields are ignored. As in
// URLSearchParams "+" is a space, and a broken percent escape stands for itself. Unlike there,
// "?peerId=" begins a field wherever it stands: the reference's hubs append it to the address that
// they were given, though that may have a query already (server/index.js, connectToHub).
std::string FieldOfTarget(std::string_view target, std::string_view field);
inline std::string PeerIdOfTarget(std::string_view target) {
  return FieldOfTarget(target, "peerId");
}

}  // namespace pigeonhub::wire
