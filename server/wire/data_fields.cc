// SPDX-License-Identifier: Apache-2.0

#include "server/wire/data_fields.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "server/wire/json_walk.h"

namespace pigeonhub::wire {
namespace {

using simdjson::ondemand::value;

void ReadMesh(value value, HubDetails& hub) {
  hub.mesh_version = 0;
  hub.answers.reset();
  hub.transit = true;
  simdjson::ondemand::object object;
  if (value.get_object().get(object)) return;
  ForEachMemberOf(object, [&](std::string_view key, const char*, simdjson::ondemand::value member) {
    uint64_t version = 0;
    if (key == "version" && ReadUnsigned(member, UINT32_MAX, version)) {
      hub.mesh_version = static_cast<unsigned>(version);
    } else if (key == "answers") {
      hub.answers = PeerId::Parse(StringOrNothing(member));
    } else if (key == "transit") {
      bool transit = true;
      if (member.get_bool().get(transit) == simdjson::SUCCESS) hub.transit = transit;
    }
  });
}

void ReadCapabilities(value value, HubDetails& hub) {
  simdjson::ondemand::array array;
  if (value.get_array().get(array)) return;
  hub.capabilities.clear();
  for (auto element : array) {
    simdjson::ondemand::value one;
    if (std::move(element).get(one)) return;
    const std::string_view text = StringOrNothing(one);
    if (!text.empty()) hub.capabilities.emplace_back(text);
  }
}

// Reads `data` a second time, which only hubs need. The views that the first reading took from the
// parser are not valid any more.
void ReadHubDetails(std::string_view data, simdjson::ondemand::parser& parser, PeerFields& fields) {
  auto hub = std::make_shared<HubDetails>();
  ForEachMember(data, parser, [&](std::string_view key, const char*, value value) {
    if (key == "peerId") {
      fields.peer_id = StringOrNothing(value);
    } else {
      ReadHubDetail(key, value, *hub);
    }
  });
  fields.profile.hub = std::move(hub);
}

void AppendMember(const char* start, std::string_view value, std::string& members) {
  if (!members.empty()) members += ',';
  members.append(start, value.data() + value.size());
}

// The value whose number is the place of `word`, or 0, which is unknown.
template <typename Value, size_t N>
Value ValueOf(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  return static_cast<Value>(found == words.end() ? 0 : found - words.begin());
}

std::optional<PairReport::Kind> KindOfReport(std::string_view reason) {
  constexpr std::string_view kPrefix = "connection_";
  if (!reason.starts_with(kPrefix)) return std::nullopt;
  reason.remove_prefix(kPrefix.size());
  const auto found = std::find(kPairReportKinds.begin(), kPairReportKinds.end(), reason);
  if (found == kPairReportKinds.end()) return std::nullopt;
  return static_cast<PairReport::Kind>(found - kPairReportKinds.begin());
}

SharedText Shared(std::string&& members) {
  if (members.empty()) return nullptr;
  members.shrink_to_fit();  // a dropped peerId may have been most of it
  return std::make_shared<const std::string>(std::move(members));
}

}  // namespace

std::string_view StringOrNothing(value value) {
  simdjson::ondemand::json_type type;
  if (value.type().get(type) || type != simdjson::ondemand::json_type::string) return {};
  return ConsumeString(value).value_or(std::string_view());
}

bool ReadUnsigned(value value, uint64_t most, uint64_t& number) {
  simdjson::ondemand::json_type type;
  uint64_t read = 0;
  if (value.type().get(type) || type != simdjson::ondemand::json_type::number ||
      value.get_uint64().get(read) || read > most) {
    return false;
  }
  number = read;
  return true;
}

SharedText ReadMembers(value value) {
  std::string members;
  simdjson::ondemand::object object;
  if (value.get_object().get(object)) return nullptr;
  ForEachMemberOf(object,
                  [&](std::string_view key, const char* start, simdjson::ondemand::value member) {
                    if (key == "peerId" || key == "isHub") return;
                    AppendMember(start, SkipRaw(member), members);
                  });
  return Shared(std::move(members));
}

void ReadHubDetail(std::string_view key, value value, HubDetails& hub) {
  uint64_t port = 0;
  if (key == "mesh") ReadMesh(value, hub);
  if (key == "capabilities") ReadCapabilities(value, hub);
  if (key == "region") hub.region = StringOrNothing(value);
  if (key == "host") hub.host = StringOrNothing(value);
  if (key == "url") hub.url = StringOrNothing(value);
  if (key == "port" && ReadUnsigned(value, UINT16_MAX, port)) {
    hub.port = static_cast<uint16_t>(port);
  }
}

PeerFields ReadPeerFields(std::string_view data, simdjson::ondemand::parser& parser) {
  PeerFields fields;
  std::string members;
  ForEachMember(data, parser, [&](std::string_view key, const char* start, value value) {
    if (key == "peerId") {
      fields.peer_id = StringOrNothing(value);
    } else if (key == "isHub") {
      fields.profile.is_hub = SkipRaw(value) == "true";
    } else {
      if (members.empty()) members.reserve(data.size());
      AppendMember(start, SkipRaw(value), members);
    }
  });
  fields.profile.members = Shared(std::move(members));
  if (fields.profile.is_hub) ReadHubDetails(data, parser, fields);
  return fields;
}

ReasonFields ReadReasonFields(std::string_view data, simdjson::ondemand::parser& parser) {
  ReasonFields fields;
  ForEachMember(data, parser, [&](std::string_view key, const char*, value value) {
    if (key == "peerId") fields.peer_id = StringOrNothing(value);
    if (key == "reason") fields.reason = StringOrNothing(value);
  });
  return fields;
}

inbound::Cleanup ReadCleanup(std::string_view data, simdjson::ondemand::parser& parser) {
  inbound::Cleanup cleanup;
  PairReport report;
  bool is_report = false;
  ForEachMember(data, parser, [&](std::string_view key, const char*, value value) {
    if (key == "targetPeerId") {
      cleanup.target = StringOrNothing(value);
    } else if (key == "reason") {
      const auto kind = KindOfReport(StringOrNothing(value));
      is_report = kind.has_value();
      report.kind = kind.value_or(PairReport::Kind::kEstablished);
    } else if (key == "ms") {
      uint64_t ms = 0;
      report.ms = ReadUnsigned(value, UINT32_MAX, ms) ? static_cast<uint32_t>(ms) : 0;
    } else if (key == "local") {
      report.local = ValueOf<PairReport::Candidate>(kCandidateWords, StringOrNothing(value));
    } else if (key == "remote") {
      report.remote = ValueOf<PairReport::Candidate>(kCandidateWords, StringOrNothing(value));
    } else if (key == "protocol") {
      report.protocol = ValueOf<PairReport::Protocol>(kProtocolWords, StringOrNothing(value));
    }
  });
  if (is_report) cleanup.report = report;
  return cleanup;
}

}  // namespace pigeonhub::wire
