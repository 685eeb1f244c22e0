// SPDX-License-Identifier: Apache-2.0
//
// The few members of a message's `data` that a hub reads. `data` is valid JSON of any type with
// simdjson's padding behind it; only an object has members. If a member stands there twice the last
// one counts. Views point into `data` and into the parser. Internal to server/wire.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "server/core/message.h"

namespace pigeonhub::wire {

// What an announce or a hub's report tells about a peer.
struct PeerFields {
  std::string_view peer_id;  // empty unless a string
  Profile profile;
};
PeerFields ReadPeerFields(std::string_view data, simdjson::ondemand::parser& parser);

// The members of an object in a document that was validated before. Calls visit(key, start, value)
// for each, `start` being where its key's quote stands.
template <typename Visit>
void ForEachMemberOf(simdjson::ondemand::object object, Visit visit) {
  for (auto result : object) {
    simdjson::ondemand::field field;
    std::string_view key;
    if (std::move(result).get(field)) return;
    const char* const start = field.key().raw() - 1;
    if (field.unescaped_key().get(key)) return;
    visit(key, start, field.value());
  }
}

// As ForEachMemberOf, for the JSON text `data`. Calls nothing if `data` is no object.
template <typename Visit>
void ForEachMember(std::string_view data, simdjson::ondemand::parser& parser, Visit visit) {
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  const simdjson::padded_string_view padded(data, data.size() + simdjson::SIMDJSON_PADDING);
  if (data.empty() || data.front() != '{' || parser.iterate(padded).get(document) ||
      document.get_object().get(object)) {
    return;
  }
  ForEachMemberOf(object, visit);
}

// The string; empty for a value that is not a string.
std::string_view StringOrNothing(simdjson::ondemand::value value);
// Reads a whole number from 0 to `most`. False for any other value: `number` then stays as it was,
// and the caller refuses what the number belongs to.
[[nodiscard]] bool ReadUnsigned(simdjson::ondemand::value value, uint64_t most, uint64_t& number);
// The members of an object as one peer may show them to others: without peerId and isHub.
SharedText ReadMembers(simdjson::ondemand::value value);
// What a hub tells about itself, from an object's members.
void ReadHubDetail(std::string_view key, simdjson::ondemand::value value, HubDetails& hub);

// The members of peer-disconnected and others. Each is empty if it is not a string.
struct ReasonFields {
  std::string_view peer_id;
  std::string_view reason;
};
ReasonFields ReadReasonFields(std::string_view data, simdjson::ondemand::parser& parser);

// What a cleanup is about. Words that have no meaning here, and a number that is too large or no
// whole one, count as not said.
inbound::Cleanup ReadCleanup(std::string_view data, simdjson::ondemand::parser& parser);

}  // namespace pigeonhub::wire
