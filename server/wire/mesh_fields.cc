// SPDX-License-Identifier: Apache-2.0

#include "server/wire/mesh_fields.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "server/base/base64url.h"
#include "server/base/hex.h"
#include "server/core/mesh/node_seal.h"
#include "server/wire/candidates.h"
#include "server/wire/data_fields.h"
#include "server/wire/hub_seal.h"
#include "server/wire/json_walk.h"
#include "server/wire/mesh_body.h"
#include "server/wire/trace_ops.h"

namespace pigeonhub::wire {
namespace {

using simdjson::ondemand::value;

constexpr size_t kMostVia = 64;

template <typename Visit>
void ForEachElement(value list, Visit visit) {
  simdjson::ondemand::array array;
  if (list.get_array().get(array)) return;
  for (auto element : array) {
    value one;
    if (std::move(element).get(one)) return;
    visit(one);
  }
}

void ReadNeighbors(value list, HubNode& node) {
  ForEachElement(list, [&](value one) {
    simdjson::ondemand::object object;
    if (one.get_object().get(object)) return;
    std::optional<PeerId> id;
    bool vouched = false;
    ForEachMemberOf(object, [&](std::string_view key, const char*, value member) {
      if (key == "peerId") id = PeerId::Parse(StringOrNothing(member));
      if (key == "vouched") vouched = SkipRaw(member) == "true";
    });
    if (id.has_value()) node.neighbors.push_back({*id, vouched});
  });
}

void ReadUnheard(value list, HubNode& node) {
  ForEachElement(list, [&](value one) {
    if (const auto id = PeerId::Parse(StringOrNothing(one))) node.unheard.push_back(*id);
  });
}

// The seal signs capabilities, and the last of those is the mark of what the entry says of its bus.
// A hub of the version before passes the mark on, and not what it stands for: then the hub is on no
// bus, as far as this entry tells. False if the mark stands for something else.
bool TakeBusMark(std::vector<std::string>& capabilities, HubNode& node) {
  if (!node.bus.has_value()) {
    node.unheard.clear();
    return true;
  }
  if (capabilities.empty() || capabilities.back() != BusMark(node)) return false;
  capabilities.pop_back();
  return std::adjacent_find(node.unheard.begin(), node.unheard.end(), std::greater_equal()) ==
         node.unheard.end();
}

SharedNode ReadNode(value one) {
  simdjson::ondemand::object object;
  std::string_view raw;
  if (one.get_object().get(object) || object.raw_json().get(raw) || object.reset().error()) {
    return nullptr;
  }
  HubNode node;
  bool in_range = true;
  std::optional<PeerId> id;
  auto details = std::make_shared<HubDetails>();
  ForEachMemberOf(object, [&](std::string_view key, const char*, value member) {
    if (key == "peerId") id = PeerId::Parse(StringOrNothing(member));
    if (key == "seq") in_range &= ReadUnsigned(member, mesh::kMostNumber, node.seq);
    if (key == "transit") node.transit = SkipRaw(member) == "true";
    if (key == "peers") in_range &= ReadUnsigned(member, mesh::kMostNumber, node.peers);
    if (key == "neighbours") ReadNeighbors(member, node);
    if (key == "bus") node.bus = PeerId::Parse(StringOrNothing(member));
    if (key == "unheard") ReadUnheard(member, node);
    if (key != "data") return;
    simdjson::ondemand::object data;
    if (member.get_object().get(data)) return;
    ForEachMemberOf(data, [&](std::string_view name, const char*, value field) {
      ReadHubDetail(name, field, *details);
    });
  });
  if (!id.has_value() || !in_range || node.seq == 0) return nullptr;
  if (!TakeSeal(details->capabilities, node.seal)) return nullptr;
  if (!TakeKeys(details->capabilities, node.neighbors)) return nullptr;
  if (!TakeBusMark(details->capabilities, node)) return nullptr;
  node.id = *id;
  node.raw = raw;
  node.profile.is_hub = true;
  node.profile.hub = std::move(details);
  return std::make_shared<const HubNode>(std::move(node));
}

// A frame's MAC stands before all else in its body, so that what it is over is one text.
void ReadMac(inbound::HubFrame& frame) {
  const std::string_view body = frame.raw.text;
  if (body.size() < kMacEnd || !body.starts_with(kMacKey) || body.substr(kMacEnd - 2, 2) != "\",") {
    return;
  }
  const std::optional<std::string> bytes = FromHex(body.substr(kMacKey.size(), 2 * sizeof(Mac)));
  if (!bytes.has_value()) return;
  frame.mac.emplace();
  std::copy(bytes->begin(), bytes->end(), frame.mac->begin());
  frame.checked = body.substr(kMacEnd);
}

// Every field that an operation may have.
struct OpFields {
  std::string_view op;
  std::optional<PeerId> peer;
  std::optional<PeerId> from;
  std::optional<PeerId> target;
  std::optional<PeerId> hub;
  SharedText network;
  std::vector<SharedText> networks;
  SharedText members;
  std::string reason;
  RawJson payload;
  uint64_t generation = 0;
  BanRecord ban;
  bool has_ban_kind = false;
  bool of_issuer = false;  // the kind asks for one
  uint64_t left_ms = 0;
  uint64_t remembered_ms = 0;
  uint64_t digest = 0;
  uint64_t place = 0;
  uint64_t number = 0;  // of a question
  uint64_t piece = 0;
  SharedText bytes;
  TraceFields trace;
  bool in_range = true;  // all numbers are
  bool yes = false;      // the value of alive, goodbye or all
  bool is_hub = false;
};

void ReadBanTime(value member, UnixMillis& time, bool& in_range) {
  uint64_t number = 0;
  in_range &= ReadUnsigned(member, mesh::kMostNumber, number);
  time = static_cast<UnixMillis>(number);
}

void ReadBanField(std::string_view key, value member, OpFields& f) {
  const auto read_number = [&](uint64_t& number) {
    f.in_range &= ReadUnsigned(member, mesh::kMostNumber, number);
  };
  if (key == "madeAt") ReadBanTime(member, f.ban.made_at, f.in_range);
  if (key == "issuedBefore") ReadBanTime(member, f.ban.issued_before, f.in_range);
  if (key == "liftedBefore") ReadBanTime(member, f.ban.lifted_before, f.in_range);
  if (key == "left") read_number(f.left_ms);
  if (key == "rememberedFor") read_number(f.remembered_ms);
  if (key == "digest") read_number(f.digest);
  if (key == "next" || key == "after") read_number(f.place);
  if (key == "kind") {
    const std::string text(StringOrNothing(member));
    std::string_view name = text;
    f.of_issuer = name.ends_with(kOfIssuer);
    if (f.of_issuer) name.remove_suffix(kOfIssuer.size());
    const auto kind = FindBanKind(name);
    f.has_ban_kind = kind.has_value();
    f.ban.target.kind = kind.value_or(BanTarget::Kind::kPeer);
  }
  if (key == "issuer") f.ban.target.issuer = StringOrNothing(member);
  if (key == "value") f.ban.target.value = StringOrNothing(member);
  if (key == "hub") f.hub = PeerId::Parse(StringOrNothing(member));
}

std::optional<mesh::Op> BanOpOf(OpFields& f) {
  if (f.op == "bans") return mesh::BansHeld{f.digest, f.place, f.yes};
  if (f.op == "want-bans") return mesh::WantBans{f.place};
  if ((f.op != "ban" && f.op != "unban") || !f.has_ban_kind || !f.hub) return std::nullopt;
  if (f.of_issuer == f.ban.target.issuer.empty()) return std::nullopt;
  f.ban.lifted = f.op == "unban";
  f.ban.keep_channels = f.yes;
  f.ban.reason = std::move(f.reason);
  f.ban.hub = *f.hub;
  return mesh::BanTold{std::make_shared<const BanRecord>(std::move(f.ban)), f.left_ms,
                       f.remembered_ms};
}

void ReadQuestionField(std::string_view key, value member, OpFields& f) {
  if (key == "number") f.in_range &= ReadUnsigned(member, mesh::kMostNumber, f.number);
  if (key == "piece") f.in_range &= ReadUnsigned(member, mesh::kMostNumber, f.piece);
  if (key != "bytes") return;
  std::optional<std::string> bytes = FromBase64Url(StringOrNothing(member));
  f.in_range &= bytes.has_value();
  f.bytes = std::make_shared<const std::string>(std::move(bytes).value_or(std::string()));
}

std::optional<mesh::Op> QuestionOpOf(OpFields& f) {
  if (f.bytes == nullptr) f.bytes = std::make_shared<const std::string>();
  if (f.op == "ask") return mesh::Ask{f.number, f.piece, f.yes, std::move(f.bytes)};
  if (f.op == "reply") {
    return mesh::Reply{f.number, f.piece, f.yes, std::move(f.bytes), std::move(f.reason)};
  }
  return std::nullopt;
}

std::optional<mesh::Op> OpOf(OpFields f) {
  const bool has_network = f.network != nullptr;
  if (f.op == "join" && f.peer && has_network) {
    return mesh::Join{*f.peer, f.network, f.generation, f.yes, f.is_hub, f.members};
  }
  if (f.op == "leave" && f.peer && has_network) {
    return mesh::Leave{*f.peer, f.network, std::move(f.reason), f.yes, f.payload};
  }
  if ((f.op == "offer" || f.op == "answer" || f.op == "ice-candidate") && f.from && f.target &&
      has_network) {
    const SignalType type = f.op == "offer"    ? SignalType::kOffer
                            : f.op == "answer" ? SignalType::kAnswer
                                               : SignalType::kIceCandidate;
    return mesh::Signal{.type = type,
                        .from = *f.from,
                        .target = *f.target,
                        .network = f.network,
                        .payload = f.payload,
                        .candidates = CountCandidates(type, f.payload.text),
                        .sent_us = f.trace.sent_us};
  }
  if (f.op == "want-all") return mesh::WantAll{f.yes};
  if (f.op == "listing" && has_network) return mesh::Listing{f.network};
  if (f.op == "listed" && has_network) return mesh::Listed{f.network};
  if (f.op == "claim" && f.peer) return mesh::Claim{*f.peer};
  if (f.op == "holds" && f.peer) return mesh::Holds{*f.peer};
  if (f.op == "yields" && f.peer) return mesh::Yields{*f.peer, f.generation};
  if (f.op == "ask" || f.op == "reply") return QuestionOpOf(f);
  if (auto op = TraceOpOf(f.op, f.trace, {f.from, f.target, f.hub, f.network, f.reason})) return op;
  return BanOpOf(f);
}

SharedText ReadText(value text) {
  return std::make_shared<const std::string>(StringOrNothing(text));
}

// False for an operation with a number out of its range.
bool ReadOps(value one, const SharedText& frame, std::vector<mesh::Op>& ops) {
  simdjson::ondemand::object object;
  if (one.get_object().get(object)) return true;
  OpFields f;
  // The data of a join are the members of a profile. The data of all other operations are passed on
  // unread.
  ForEachMemberOf(object, [&](std::string_view key, const char*, value member) {
    if (key == "op") f.op = StringOrNothing(member);
    if (key == "peerId") f.peer = PeerId::Parse(StringOrNothing(member));
    if (key == "from") f.from = PeerId::Parse(StringOrNothing(member));
    if (key == "target") f.target = PeerId::Parse(StringOrNothing(member));
    if (key == "networkName") f.network = ReadText(member);
    if (key == "networkNames") {
      ForEachElement(member, [&](value name) { f.networks.push_back(ReadText(name)); });
    }
    if (key == "reason") f.reason = StringOrNothing(member);
    if (key == "generation") f.in_range &= ReadUnsigned(member, mesh::kMostNumber, f.generation);
    if (key == "yes") f.yes = SkipRaw(member) == "true";
    if (key == "isHub") f.is_hub = SkipRaw(member) == "true";
    if (key == "members") f.members = ReadMembers(member);
    if (key == "data") f.payload = {frame, SkipRaw(member)};
    ReadBanField(key, member, f);
    ReadQuestionField(key, member, f);
    f.in_range &= ReadTraceField(key, member, f.trace);
  });
  if (!f.in_range) return false;
  for (SharedText& network : f.networks) {
    if (f.op == "want") ops.push_back(mesh::Want{std::move(network)});
    if (f.op == "unwant") ops.push_back(mesh::Unwant{std::move(network)});
    if (f.op == "nobody") ops.push_back(mesh::Nobody{std::move(network)});
  }
  if (auto op = OpOf(std::move(f))) ops.push_back(*std::move(op));
  return true;
}

}  // namespace

inbound::HubNews ReadHubNews(const Envelope& envelope, simdjson::ondemand::parser& parser) {
  inbound::HubNews news;
  mesh::Beat beat;
  std::optional<PeerId> bus;
  bool in_range = true;
  const auto read_number = [&](value number, uint64_t& to_set) {
    in_range &= ReadUnsigned(number, mesh::kMostNumber, to_set);
  };
  ForEachMember(envelope.data, parser, [&](std::string_view key, const char*, value member) {
    if (key == "bus") bus = PeerId::Parse(StringOrNothing(member));
    if (key == "life") read_number(member, beat.life);
    if (key == "beat") read_number(member, beat.number);
    if (key != "hubs") return;
    ForEachElement(member, [&](value one) {
      if (SharedNode node = ReadNode(one)) {
        news.hubs.push_back(std::move(node));
      } else {
        ++news.refused;
      }
    });
  });
  const std::optional<PeerId> from = PeerId::Parse(envelope.from);
  if (from.has_value() && bus.has_value() && in_range) {
    beat.from = *from;
    beat.bus = *bus;
    news.beat = beat;
  }
  return news;
}

std::optional<inbound::Message> ReadHubFrame(const Envelope& envelope, const SharedText& frame,
                                             simdjson::ondemand::parser& parser) {
  const std::optional<PeerId> from = PeerId::Parse(envelope.from);
  const std::optional<PeerId> to = PeerId::Parse(envelope.target);
  if (!from || !to || envelope.data.empty() || envelope.via.size() > kMostVia * PeerId::kLength) {
    return std::nullopt;
  }
  inbound::HubFrame message{*from, *to, {}, nullptr, {frame, envelope.data}, 0};
  for (std::string_view via = envelope.via; !via.empty(); via.remove_prefix(PeerId::kLength)) {
    const std::optional<PeerId> hub = PeerId::Parse(via.substr(0, PeerId::kLength));
    if (!hub) return std::nullopt;
    message.via.push_back(*hub);
  }
  auto body = std::make_shared<mesh::Body>();
  bool in_range = true;
  const auto read_number = [&](value number, uint64_t& to_set) {
    in_range &= ReadUnsigned(number, mesh::kMostNumber, to_set);
  };
  ForEachMember(envelope.data, parser, [&](std::string_view key, const char*, value member) {
    if (key == "stream") read_number(member, body->stream);
    if (key == "seq") read_number(member, body->seq);
    if (key == "ackStream") read_number(member, body->ack_stream);
    if (key == "ack") read_number(member, body->ack);
    if (key == "again") body->again = SkipRaw(member) == "true";
    if (key != "ops") return;
    ForEachElement(member, [&](value one) {
      if (!ReadOps(one, frame, body->ops)) ++message.refused;
    });
  });
  if (!in_range) return std::nullopt;
  message.body = std::move(body);
  ReadMac(message);
  return message;
}

}  // namespace pigeonhub::wire
