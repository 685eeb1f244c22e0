// SPDX-License-Identifier: Apache-2.0

#include "server/wire/ban_line.h"

#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/base/iso_time.h"
#include "server/base/json_writer.h"
#include "server/base/text.h"
#include "server/core/access/ban_list.h"
#include "server/core/access/ban_rules.h"

namespace pigeonhub::wire {
namespace {

constexpr size_t kLongestBanLine = 8192;

absl::Status Wrong(std::string_view what) { return absl::InvalidArgumentError(std::string(what)); }

absl::Status ReadTime(std::string_view key, simdjson::dom::element value, UnixMillis& out) {
  std::string_view text;
  absl::Time time;
  std::string error;
  if (value.get(text) != simdjson::SUCCESS ||
      !absl::ParseTime(absl::RFC3339_full, std::string(text), &time, &error) ||
      absl::ToUnixMillis(time) <= 0) {
    return Wrong(std::string(key) + " is not a time such as 2026-12-01T12:00:00Z");
  }
  out = absl::ToUnixMillis(time);
  return absl::OkStatus();
}

absl::Status ReadString(std::string_view key, simdjson::dom::element value, std::string& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return Wrong(std::string(key) + " is not a text");
  out = text;
  return absl::OkStatus();
}

absl::Status ReadBool(std::string_view key, simdjson::dom::element value, bool& out) {
  if (value.get(out) == simdjson::SUCCESS) return absl::OkStatus();
  return Wrong(std::string(key) + " is neither true nor false");
}

absl::Status ReadMember(std::string_view key, simdjson::dom::element value, BanRecord& ban,
                        std::string& kind) {
  if (key == "kind") return ReadString(key, value, kind);
  if (key == "value") return ReadString(key, value, ban.target.value);
  if (key == "issuer") return ReadString(key, value, ban.target.issuer);
  if (key == "until") return ReadTime(key, value, ban.ends_at);
  if (key == "made") return ReadTime(key, value, ban.made_at);
  if (key == "remembered-until") return ReadTime(key, value, ban.remembered_until);
  if (key == "issued-before") return ReadTime(key, value, ban.issued_before);
  if (key == "lifted-before") return ReadTime(key, value, ban.lifted_before);
  if (key == "keep-channels") return ReadBool(key, value, ban.keep_channels);
  if (key == "lifted") return ReadBool(key, value, ban.lifted);
  if (key == "reason") return ReadString(key, value, ban.reason);
  if (key == "hub") {
    std::string text;
    if (absl::Status status = ReadString(key, value, text); !status.ok()) return status;
    const auto id = PeerId::Parse(text);
    if (!id.has_value()) return Wrong("hub is not 40 hexadecimal digits");
    ban.hub = *id;
    return absl::OkStatus();
  }
  return Wrong(Quoted(key) + " is no field of a ban");
}

absl::Status Finish(BanRecord& ban, const std::string& kind) {
  const auto known = FindBanKind(kind);
  if (!known.has_value()) return Wrong("kind is none of peer, subject, token_id and address");
  ban.target.kind = *known;
  const absl::Status issuer = CheckIssuer(ban.target);
  if (!issuer.ok()) return Wrong(absl::StrCat("issuer ", issuer.message()));
  auto target = NormalTarget(ban.target);
  if (!target.ok()) return Wrong(absl::StrCat("value ", target.status().message()));
  ban.target = *std::move(target);
  if (ban.ends_at == 0) return Wrong("until, the time when the ban ends, is missing");
  ban.remembered_until = std::max(ban.remembered_until, ban.ends_at);
  BanOrder order;
  order.target = ban.target;
  order.issued_before = ban.issued_before;
  order.duration = kLongestBan;
  order.reason = ban.reason;
  return CheckOrder(order);
}

constexpr std::string_view kStandsAgain = "it stands again further down; the last line counts";

// What does not hold of it as it stands; empty if everything does.
std::string_view NoteOn(const BanRecord& ban, UnixMillis now) {
  if (ban.made_at != 0 && !IsOfThisTime(ban, now)) {
    return "made is more than a day ahead of now; the line is left out";
  }
  if (ban.remembered_until > now + kLongestBanMs) {
    return "it ends more than 30 days from now; it is cut to 30 days";
  }
  return {};
}

}  // namespace

std::string LineOf(const BanRecord& ban) {
  std::string line;
  JsonWriter json(line);
  const auto time = [&](std::string_view key, UnixMillis at) { json.Key(key).Word(IsoTime(at)); };
  json.BeginObject().Key("kind").Word(BanKindName(ban.target.kind));
  json.Key("value").String(ban.target.value);
  if (!ban.target.issuer.empty()) json.Key("issuer").String(ban.target.issuer);
  time("until", ban.ends_at);
  time("made", ban.made_at);
  json.Key("hub").Word(ban.hub.text());
  if (ban.remembered_until != ban.ends_at) time("remembered-until", ban.remembered_until);
  if (ban.issued_before != 0) time("issued-before", ban.issued_before);
  if (ban.lifted_before != 0) time("lifted-before", ban.lifted_before);
  if (ban.keep_channels) json.Key("keep-channels").Bool(true);
  if (ban.lifted) json.Key("lifted").Bool(true);
  if (!ban.reason.empty()) json.Key("reason").String(ban.reason);
  json.EndObject();
  return line;
}

absl::StatusOr<BanRecord> ParseBanLine(std::string_view line) {
  if (line.size() > kLongestBanLine) return Wrong("longer than any ban");
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  const simdjson::padded_string padded(line);
  if (parser.parse(padded).get_object().get(object) != simdjson::SUCCESS) {
    return Wrong("not an object of JSON");
  }
  BanRecord ban;
  std::string kind;
  for (const auto& [key, value] : object) {
    if (absl::Status status = ReadMember(key, value, ban, kind); !status.ok()) return status;
  }
  if (absl::Status status = Finish(ban, kind); !status.ok()) return status;
  return ban;
}

absl::StatusOr<BanLines> ParseBanLines(std::string_view text, UnixMillis now) {
  BanLines lines;
  struct Place {
    size_t line;
    size_t index;
  };
  absl::flat_hash_map<BanPlace, Place> places;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    absl::StatusOr<BanRecord> ban = ParseBanLine(line);
    if (!ban.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": ", ban.status().message()));
    }
    if (const std::string_view note = NoteOn(*ban, now); !note.empty()) {
      lines.notes.push_back({number, note});
    }
    const auto [place, is_new] = places.try_emplace(PlaceOf(*ban), number, lines.bans.size());
    if (is_new) {
      lines.bans.push_back(*std::move(ban));
      continue;
    }
    lines.notes.push_back({place->second.line, kStandsAgain});
    place->second.line = number;
    lines.bans[place->second.index] = *std::move(ban);
  }
  return lines;
}

}  // namespace pigeonhub::wire
