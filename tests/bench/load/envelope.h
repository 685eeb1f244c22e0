// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

namespace pigeonhub::bench {

// What this tool looks at in a message from a hub: views into it, strings without their quotes and
// as written (the names used here need no escapes), `data` as written. Absent members are empty.
struct Envelope {
  std::string_view type;
  std::string_view network_name;
  std::string_view from_peer_id;
  std::string_view target_peer_id;
  std::string_view data;
};

// Finds the members of a JSON object whatever their order and spacing, without checking it beyond
// that: a generator has to be much cheaper than what it measures. False if `json` is no object or
// ends too early.
bool ReadEnvelope(std::string_view json, Envelope& envelope);

// The peerId in the `data` of a peer-discovered message, or nothing.
std::string_view PeerIdIn(std::string_view data);

}  // namespace pigeonhub::bench
