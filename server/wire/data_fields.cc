// SPDX-License-Identifier: Apache-2.0
#include "server/wire/data_fields.h"

#include <memory>
#include <string>
#include <utility>

#include "server/wire/json_walk.h"

namespace pigeonhub::wire {
namespace {

using simdjson::ondemand::value;

// Calls visit(key, start, value) for each member, `start` being where its key's quote stands.
template <typename Visit>
void ForEachMember(std::string_view data, simdjson::ondemand::parser& parser, Visit visit) {
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  const simdjson::padded_string_view padded(data, data.size() + simdjson::SIMDJSON_PADDING);
  if (data.empty() || data.front() != '{' || parser.iterate(padded).get(document) ||
      document.get_object().get(object)) {
    return;
  }
  for (auto result : object) {
    simdjson::ondemand::field field;
    std::string_view key;
    if (std::move(result).get(field)) return;
    const char* const start = field.key().raw() - 1;
    if (field.unescaped_key().get(key)) return;
    visit(key, start, field.value());
  }
}

std::string_view StringOrNothing(value value) {
  simdjson::ondemand::json_type type;
  if (value.type().get(type) || type != simdjson::ondemand::json_type::string) return {};
  return ConsumeString(value).value_or(std::string_view());
}

}  // namespace

PeerFields ReadPeerFields(std::string_view data, simdjson::ondemand::parser& parser) {
  PeerFields fields;
  std::string members;
  ForEachMember(data, parser, [&](std::string_view key, const char* start, value value) {
    if (key == "peerId") {
      fields.peer_id = StringOrNothing(value);
    } else if (key == "isHub") {
      fields.profile.is_hub = SkipRaw(value) == "true";
    } else {
      const std::string_view text = SkipRaw(value);
      if (members.empty()) {
        members.reserve(data.size());
      } else {
        members += ',';
      }
      members.append(start, text.data() + text.size());
    }
  });
  if (!members.empty()) {
    members.shrink_to_fit();  // a dropped peerId may have been most of `data`
    fields.profile.members = std::make_shared<const std::string>(std::move(members));
  }
  return fields;
}

ReasonFields ReadReasonFields(std::string_view data, simdjson::ondemand::parser& parser) {
  ReasonFields fields;
  ForEachMember(data, parser, [&](std::string_view key, const char*, value value) {
    if (key == "peerId") fields.peer_id = StringOrNothing(value);
    if (key == "targetPeerId") fields.target_peer_id = StringOrNothing(value);
    if (key == "reason") fields.reason = StringOrNothing(value);
  });
  return fields;
}

}  // namespace pigeonhub::wire
