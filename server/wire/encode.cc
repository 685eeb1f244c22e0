// SPDX-License-Identifier: Apache-2.0

#include "server/wire/encode.h"

#include <charconv>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "server/base/json_writer.h"
#include "server/base/text.h"
#include "server/core/mesh/node_seal.h"
#include "server/wire/hub_seal.h"
#include "server/wire/mesh_body.h"

namespace pigeonhub::wire {
namespace {

constexpr std::string_view kFromSystem = R"(,"fromPeerId":"system")";

// Writes one message. It does not escape ids, payloads and members: ids are hexadecimal, the others
// are JSON already.
//
// The text between two values is one constant, with its commas. A JsonWriter, which writes key by
// key, would take 165 ns for an offer instead of 103, and the hub writes every message here.
class Writer {
 public:
  // Without a receiver this leaves a hole where the id of the receiver belongs.
  Writer(const TimestampText& timestamp, const PeerId* receiver, std::string& out)
      : timestamp_(timestamp.text()), receiver_(receiver), out_(out) {}

  size_t hole() const { return hole_; }

  void operator()(const outbound::Connected& message) {
    out_ += R"({"type":"connected","data":{"peerId":)";
    Id(message.peer);
    out_ += '}';
    out_ += kFromSystem;
    End();
  }

  void operator()(const outbound::Discovered& message) {
    out_ += R"({"type":"peer-discovered")";
    AboutPeer(message.peer, message.is_hub);
    if (message.members != nullptr) {
      out_ += ',';
      out_ += *message.members;
    }
    out_ += '}';
    Network(message.network);
    out_ += kFromSystem;
    if (message.addressed) Receiver();
    End();
  }

  void operator()(const outbound::Disconnected& message) {
    out_ += R"({"type":"peer-disconnected")";
    AboutPeer(message.peer, message.is_hub);
    out_ += R"(,"reason":)";
    String(message.reason);
    Timestamp();
    out_ += '}';
    Network(message.network);
    out_ += kFromSystem;
    if (message.addressed) Receiver();
    End();
  }

  void operator()(const outbound::Goodbye& message) {
    Reserve(message.payload);
    out_ += R"({"type":"goodbye")";
    Payload(message.payload);
    From(message.from);
    Network(message.network);
    End();
  }

  // Most of what a hub writes. Therefore the quotation marks stand in the constants.
  void operator()(const outbound::Signal& message) {
    Reserve(message.payload);
    out_.append(R"({"type":")").append(TypeName(message.type)).append(1, '"');
    Payload(message.payload);
    out_.append(R"(,"fromPeerId":")").append(message.from.text());
    out_.append(R"(","targetPeerId":")").append(message.target.text());
    out_ += R"(","networkName":")";
    AppendJsonEscaped(out_, *message.network);
    out_.append(R"(","timestamp":)").append(timestamp_).append(1, '}');
  }

  void operator()(const outbound::Pong& message) {
    out_ += R"({"type":"pong","data":{"timestamp":)";
    out_ += timestamp_;
    out_ += '}';
    out_ += kFromSystem;
    Target(message.peer);
    End();
  }

  // The fields stand in the order in which the reference server announces itself as a hub.
  void operator()(const outbound::HubAnnounce& message) {
    out_ += R"({"type":"announce")";
    Network(message.network);
    out_ += R"(,"data":{"isHub":true)";
    Details(*message.self);
    Timestamp();
    out_ += '}';
    End();
  }

  void operator()(const outbound::HubAnswer& message) {
    out_ += R"({"type":"peer-discovered")";
    AboutPeer(message.peer, /*is_hub=*/true);
    Details(*message.self);
    Timestamp();
    out_ += '}';
    Network(message.network);
    out_ += kFromSystem;
    Receiver();
    End();
  }

  void operator()(const outbound::Ping&) {
    out_ += R"({"type":"ping")";
    End();
  }

  void operator()(const outbound::HubNews& message) {
    out_ += R"({"type":"hub-news","data":{"hubs":[)";
    for (size_t i = 0; i < message.hubs.size(); ++i) {
      if (i > 0) out_ += ',';
      Node(*message.hubs[i]);
    }
    out_ += ']';
    if (!message.beat.has_value()) {
      out_ += '}';
      return End();
    }
    const mesh::Beat& beat = *message.beat;
    out_ += R"(,"bus":)";
    Id(beat.bus);
    out_ += R"(,"life":)";
    Number(static_cast<int64_t>(beat.life));
    if (beat.number != 0) {
      out_ += R"(,"beat":)";
      Number(static_cast<int64_t>(beat.number));
    }
    out_ += '}';
    From(beat.from);
    End();
  }

  void operator()(const outbound::HubFrame& message) {
    out_ += R"({"type":"hub-frame","data":)";
    if (message.body == nullptr) {
      out_ += message.raw.text;
    } else {
      WriteBody(message, out_);
    }
    From(message.from);
    Target(message.to);
    out_ += R"(,"via":")";
    for (const PeerId& hub : message.via) out_ += hub.text();
    out_ += '"';
    End();
  }

  void operator()(const outbound::Error& message) {
    out_ += R"({"type":"error","error":)";
    String(message.text);
    if (!message.reason.empty()) {
      out_ += R"(,"data":{"reason":)";
      String(message.reason);
      out_ += '}';
    }
    End();
  }

 private:
  // Room for all but the payload and an unusually long namespace.
  static constexpr size_t kEnvelopeSize = 256;

  void Reserve(const RawJson& payload) {
    out_.reserve(out_.size() + payload.text.size() + kEnvelopeSize);
  }

  void String(std::string_view text) { JsonWriter(out_).String(text); }

  void Id(const PeerId& id) {
    out_ += '"';
    out_ += id.text();
    out_ += '"';
  }

  void From(const PeerId& id) {
    out_ += R"(,"fromPeerId":)";
    Id(id);
  }

  void Target(const PeerId& id) {
    out_ += R"(,"targetPeerId":)";
    Id(id);
  }

  void Receiver() {
    Target(receiver_ == nullptr ? PeerId() : *receiver_);
    if (receiver_ == nullptr) hole_ = out_.size() - PeerId::kLength - 1;
  }

  void Text(std::string_view key, const std::string& text) {
    if (text.empty()) return;
    out_ += key;
    String(text);
  }

  // With more capabilities, those of them that are not empty.
  void Details(const HubDetails& hub, std::initializer_list<std::string_view> more = {}) {
    out_ += R"(,"port":)";
    Number(hub.port);
    Text(R"(,"host":)", hub.host);
    out_ += R"(,"capabilities":[)";
    bool any = false;
    const auto add = [&](std::string_view capability) {
      if (std::exchange(any, true)) out_ += ',';
      String(capability);
    };
    for (const std::string& capability : hub.capabilities) add(capability);
    for (std::string_view one : more) {
      if (!one.empty()) add(one);
    }
    out_ += ']';
    Text(R"(,"region":)", hub.region);
    Text(R"(,"url":)", hub.url);
    if (hub.mesh_version == 0) return;
    out_ += R"(,"mesh":{"version":)";
    Number(hub.mesh_version);
    if (hub.answers.has_value()) {
      out_ += R"(,"answers":)";
      Id(*hub.answers);
      if (!hub.transit) out_ += R"(,"transit":false)";
    }
    out_ += '}';
  }

  void Node(const HubNode& node) {
    if (!node.raw.empty()) {
      out_ += node.raw;
      return;
    }
    out_ += R"({"peerId":)";
    Id(node.id);
    out_ += R"(,"seq":)";
    Number(static_cast<int64_t>(node.seq));
    out_ += node.transit ? R"(,"transit":true,"peers":)" : R"(,"transit":false,"peers":)";
    Number(static_cast<int64_t>(node.peers));
    out_ += R"(,"neighbours":[)";
    for (size_t i = 0; i < node.neighbors.size(); ++i) {
      out_ += i > 0 ? R"(,{"peerId":)" : R"({"peerId":)";
      Id(node.neighbors[i].hub);
      out_ += node.neighbors[i].vouched ? R"(,"vouched":true})" : "}";
    }
    out_ += ']';
    if (node.bus.has_value()) OnBus(node);
    out_ += R"(,"data":{"isHub":true)";
    Details(*node.profile.hub, {node.bus.has_value() ? BusMark(node) : std::string(),
                                node.seal == nullptr ? std::string() : TextOf(*node.seal),
                                TextOfKeys(node.neighbors)});
    out_ += "}}";
  }

  void OnBus(const HubNode& node) {
    out_ += R"(,"bus":)";
    Id(*node.bus);
    if (node.unheard.empty()) return;
    out_ += R"(,"unheard":[)";
    for (size_t i = 0; i < node.unheard.size(); ++i) {
      if (i > 0) out_ += ',';
      Id(node.unheard[i]);
    }
    out_ += ']';
  }

  // Writes no closing brace of `data`: the caller goes on in it.
  void AboutPeer(const PeerId& peer, bool is_hub) {
    out_ += R"(,"data":{"peerId":)";
    Id(peer);
    out_ += is_hub ? R"(,"isHub":true)" : R"(,"isHub":false)";
  }

  void Payload(const RawJson& payload) {
    if (payload.empty()) return;
    out_ += R"(,"data":)";
    out_ += payload.text;
  }

  void Network(const SharedText& network) {
    out_ += R"(,"networkName":)";
    String(*network);
  }

  void Number(int64_t number) {
    char digits[24];
    const auto result = std::to_chars(digits, digits + sizeof digits, number);
    out_.append(digits, result.ptr);
  }

  void Timestamp() { out_.append(R"(,"timestamp":)").append(timestamp_); }

  void End() {
    Timestamp();
    out_ += '}';
  }

  std::string_view timestamp_;
  const PeerId* receiver_;
  std::string& out_;
  size_t hole_ = Encoded::kNoHole;
};

}  // namespace

TimestampText::TimestampText(UnixMillis time)
    : time_(time),
      size_(static_cast<size_t>(
          std::to_chars(digits_.data(), digits_.data() + digits_.size(), time).ptr -
          digits_.data())) {}

Encoded Encode(const outbound::Message& message, UnixMillis timestamp) {
  Encoded encoded;
  const TimestampText time(timestamp);
  Writer writer(time, nullptr, encoded.text);
  std::visit(writer, message);
  encoded.hole = writer.hole();
  return encoded;
}

void EncodeTo(const outbound::Message& message, const TimestampText& timestamp,
              const PeerId& receiver, std::string& out) {
  std::visit(Writer(timestamp, &receiver, out), message);
}

void EncodeTo(const outbound::Message& message, UnixMillis timestamp, const PeerId& receiver,
              std::string& out) {
  EncodeTo(message, TimestampText(timestamp), receiver, out);
}

}  // namespace pigeonhub::wire
