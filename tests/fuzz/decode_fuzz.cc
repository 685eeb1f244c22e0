// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a client's message: what is taken is valid JSON, all of what is passed on is too,
// and the hub's own members cannot be smuggled in.
#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "server/core/mesh/node_seal.h"
#include "server/wire/decode.h"
#include "server/wire/encode.h"
#include "tests/fuzz/require.h"

namespace pigeonhub::wire {
namespace {

// simdjson's DOM refuses integers beyond 64 bits and numbers beyond a double, which we pass on.
bool IsJson(const std::string& text) {
  simdjson::dom::parser parser;
  const simdjson::error_code error = parser.parse(text).error();
  return error == simdjson::SUCCESS || error == simdjson::NUMBER_ERROR;
}

bool IsNull(const std::string& text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  return parser.parse(text).get(root) == simdjson::SUCCESS && root.is_null();
}

bool MayBeTooDeep(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c == '[' || c == '{'; }) >
         1000;
}

// What no rule of ours can refuse: plain JSON that names no network, reports no peer and is no
// message between hubs, whose fields have bounds.
bool MustBeTaken(const std::string& text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(text).get(root) || root.is_null()) return false;
  if (MayBeTooDeep(text)) return false;
  simdjson::dom::object object;
  if (root.get(object)) return true;
  for (const auto& field : object) {
    if (field.key == "networkName") return false;
    std::string_view type;
    if (field.key == "type" && !field.value.get(type) &&
        (type == "peer-discovered" || type == "hub-frame" || type == "hub-news")) {
      return false;
    }
  }
  return true;
}

void RequireProfile(const Profile& profile) {
  if (profile.members == nullptr) return;
  REQUIRE(!profile.members->empty());
  const std::string object = "{" + *profile.members + "}";
  REQUIRE(IsJson(object));
  simdjson::dom::parser parser;
  simdjson::dom::object members;
  if (parser.parse(object).get(members)) return;  // a number that only the DOM refuses
  for (const auto& member : members) {
    REQUIRE(member.key != "peerId");
    REQUIRE(member.key != "isHub");
  }
}

void RequirePayload(const RawJson& payload) {
  if (payload.empty()) return;
  REQUIRE(payload.buffer != nullptr);
  REQUIRE(payload.text.data() >= payload.buffer->data());
  REQUIRE(payload.text.data() + payload.text.size() <=
          payload.buffer->data() + payload.buffer->size());
}

// Reads all of it, so that a sanitizer sees a view that points nowhere.
void RequireUtf8(std::string_view text) {
  REQUIRE(simdjson::validate_utf8(text.data(), text.size()));
}

struct Check {
  void operator()(const inbound::Announce& message) const {
    RequireUtf8(message.network);
    RequireProfile(message.profile);
  }
  void operator()(const inbound::Goodbye& message) const {
    RequireUtf8(message.network);
    RequireUtf8(message.from);
    RequirePayload(message.payload);
    RequireSendable(outbound::Goodbye{Shared(message.network), PeerId(), message.payload});
  }
  void operator()(const inbound::Signal& message) const {
    RequireUtf8(message.network);
    RequireUtf8(message.from);
    RequireUtf8(message.target);
    RequirePayload(message.payload);
    const outbound::Signal signal{message.type, Shared(message.network), PeerId(), PeerId(),
                                  message.payload};
    RequireSendable(signal);
    Decoder decoder;
    const auto result = decoder.Decode(Encode(signal, 1).text);
    const auto& again = std::get<inbound::Signal>(std::get<inbound::Message>(result));
    REQUIRE(again.type == message.type);
    REQUIRE(again.network == message.network);
    REQUIRE(again.payload.text == message.payload.text);
  }
  void operator()(const inbound::Ping&) const {}
  void operator()(const inbound::Cleanup& message) const {
    RequireUtf8(message.target);
    if (!message.report.has_value()) return;
    const PairReport& report = *message.report;
    REQUIRE(static_cast<size_t>(report.kind) < kPairReportKinds.size());
    REQUIRE(static_cast<size_t>(report.local) < kCandidateWords.size());
    REQUIRE(static_cast<size_t>(report.remote) < kCandidateWords.size());
    REQUIRE(static_cast<size_t>(report.protocol) < kProtocolWords.size());
  }
  void operator()(const inbound::PeerReport& message) const {
    RequireUtf8(message.network);
    RequireUtf8(message.peer);
    REQUIRE(!message.peer.empty());
    RequireProfile(message.profile);
    RequireSendable(outbound::Discovered{Shared(message.network), PeerId(), message.profile.is_hub,
                                         message.profile.members});
  }
  void operator()(const inbound::PeerWithdrawal& message) const {
    RequireUtf8(message.network);
    RequireUtf8(message.peer);
    RequireSendable(outbound::Disconnected{Shared(message.network), PeerId(), false,
                                           std::string(message.reason)});
  }
  void operator()(const inbound::Connected& message) const { RequireUtf8(message.peer); }
  void operator()(const inbound::Pong&) const {}
  void operator()(const inbound::Error& message) const { RequireUtf8(message.reason); }
  void operator()(const inbound::HubNews& message) const {
    for (const SharedNode& hub : message.hubs) REQUIRE(hub != nullptr);
    RequireSendable(outbound::HubNews{message.hubs, message.beat});
    RequireBeat(message.beat);
    // A seal is passed on as it came, and so is all that it signs.
    Decoder decoder;
    const auto result = decoder.Decode(Encode(outbound::HubNews{message.hubs}, 1).text);
    const auto& again = std::get<inbound::HubNews>(std::get<inbound::Message>(result));
    REQUIRE(again.hubs.size() == message.hubs.size());
    for (size_t i = 0; i < again.hubs.size(); ++i) {
      const HubNode& before = *message.hubs[i];
      const HubNode& after = *again.hubs[i];
      REQUIRE(before.raw == after.raw);
      REQUIRE(before.bus == after.bus && before.unheard == after.unheard);
      REQUIRE(before.bus.has_value() || before.unheard.empty());
      RequireWrittenAnew(before);
      REQUIRE((before.seal == nullptr) == (after.seal == nullptr));
      if (before.seal == nullptr) continue;
      REQUIRE(*before.seal == *after.seal);
      REQUIRE(SealedText(before, *before.seal) == SealedText(after, *after.seal));
    }
  }
  void operator()(const inbound::HubFrame& message) const {
    REQUIRE(message.body != nullptr);
    RequirePayload(message.raw);
    REQUIRE(message.mac.has_value() == !message.checked.empty());
    REQUIRE(message.raw.text.ends_with(message.checked));
    RequireMac(message);
    RequireSendable(outbound::HubFrame{message.from, message.to, message.via, message.body, {}});
    RequireSendable(
        outbound::HubFrame{message.from, message.to, message.via, nullptr, message.raw});
  }
  void operator()(const inbound::Unroutable& message) const {
    RequireUtf8(message.type);
    REQUIRE(message.type.size() <= 64);
    RequireSendable(outbound::Error{std::string(message.type)});
  }

 private:
  static void RequireBeat(const std::optional<mesh::Beat>& beat) {
    Decoder decoder;
    const auto result = decoder.Decode(Encode(outbound::HubNews{{}, beat}, 1).text);
    REQUIRE(std::get<inbound::HubNews>(std::get<inbound::Message>(result)).beat == beat);
  }
  // As a hub would that knows no more than this one does.
  static void RequireWrittenAnew(HubNode node) {
    node.raw.clear();
    Decoder decoder;
    const auto result =
        decoder.Decode(Encode(outbound::HubNews{{std::make_shared<const HubNode>(node)}}, 1).text);
    const auto& again = std::get<inbound::HubNews>(std::get<inbound::Message>(result));
    REQUIRE(again.hubs.size() == 1);
    REQUIRE(again.hubs[0]->bus == node.bus && again.hubs[0]->unheard == node.unheard);
    if (node.seal == nullptr) return;
    REQUIRE(SealedText(*again.hubs[0], *node.seal) == SealedText(node, *node.seal));
  }
  // Written with a key, the frame has the MAC that its receiver expects.
  static void RequireMac(const inbound::HubFrame& message) {
    const MacKey key{1, 2, 3};
    Decoder decoder;
    const auto result = decoder.Decode(
        Encode(outbound::HubFrame{message.from, message.to, {}, message.body, {}, key}, 1).text);
    const auto& again = std::get<inbound::HubFrame>(std::get<inbound::Message>(result));
    REQUIRE(again.mac == mesh::MacOf(again.from, again.to, again.checked, key));
  }
  static SharedText Shared(std::string_view text) {
    return std::make_shared<const std::string>(text);
  }
  static void RequireSendable(const outbound::Message& message) {
    REQUIRE(IsJson(Encode(message, 1).text));
  }
};

}  // namespace
}  // namespace pigeonhub::wire

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace pigeonhub;
  const std::string input(reinterpret_cast<const char*>(bytes), size);
  static wire::Decoder decoder;  // as a loop uses it: one for many messages
  const auto result = decoder.Decode(std::string(input));
  if (const auto* message = std::get_if<inbound::Message>(&result)) {
    REQUIRE(wire::IsJson(input));
    REQUIRE(!wire::IsNull(input));
    std::visit(wire::Check(), *message);
  } else {
    REQUIRE(std::get<Reason>(result) == Reason::kInvalidMessage);
    REQUIRE(!wire::MustBeTaken(input));
  }
  return 0;
}
