// SPDX-License-Identifier: Apache-2.0
//
// The few members of a message's `data` that a hub reads. `data` is valid JSON of any type with
// simdjson's padding behind it; only an object has members. Where one stands twice the last one
// counts. Views point into `data` and into the parser. Internal to server/wire.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "server/core/message.h"

namespace pigeonhub::wire {

// What an announce or a hub's report tells about a peer.
struct PeerFields {
  std::string_view peer_id;  // empty unless a string
  Profile profile;
};
PeerFields ReadPeerFields(std::string_view data, simdjson::ondemand::parser& parser);

// What cleanup and peer-disconnected tell; each empty unless a string.
struct ReasonFields {
  std::string_view peer_id;
  std::string_view target_peer_id;
  std::string_view reason;
};
ReasonFields ReadReasonFields(std::string_view data, simdjson::ondemand::parser& parser);

}  // namespace pigeonhub::wire
