// SPDX-License-Identifier: Apache-2.0

#include "tests/server/wire_hub.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "server/auth/hub_keys.h"
#include "server/core/mesh/node_seal.h"
#include "server/wire/encode.h"

namespace pigeonhub {
namespace {

constexpr char kMesh[] = "pigeonhub-mesh";
// The stream of all that it says, and when its process began: above all that is on the clock.
constexpr uint64_t kStream = 1000;

UnixMillis NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::shared_ptr<HubDetails> Details() {
  auto details = std::make_shared<HubDetails>();
  details->mesh_version = 1;
  details->host = "localhost";
  details->port = 1;
  return details;
}

std::string NameOf(const PeerId& id, const PublicKey& signing, const PublicKey& agreement) {
  std::string name(id.text());
  name.append(signing.begin(), signing.end());
  name.append(agreement.begin(), agreement.end());
  return name;
}

// As docs/protocol.md has it, and not as the hub computes it.
MacKey AgreedKey(const PeerId& id, const Keyring& keyring, const HubNode& other) {
  std::string one = NameOf(id, keyring.signing_key(), keyring.agreement_key());
  std::string two = NameOf(other.id, other.seal->signing_key, other.seal->agreement_key);
  if (two < one) std::swap(one, two);
  const auto secret = keyring.AgreeWith(other.seal->agreement_key);
  MacKey key{};
  if (!secret.has_value()) return key;
  const std::string derived = DeriveKey(*secret, "pigeonhub hub-frame 2\n" + one + two, key.size());
  std::copy(derived.begin(), derived.end(), key.begin());
  return key;
}

}  // namespace

WireHub::WireHub(uint16_t port, std::string_view mesh_key, const PeerId& id,
                 std::shared_ptr<const Keyring> keyring)
    : id_(id), keyring_(std::move(keyring)), socket_(port) {
  auth::HubKeys keys;
  if (!keys.Set(mesh_key).ok()) return;
  const std::string addressee = auth::AddresseeAt("127.0.0.1", port);
  const std::string token = keys.Make(
      {.hub = id, .network = kMesh, .key = keyring_->signing_key(), .addressee = addressee},
      NowMs());
  socket_.Upgrade("/?peerId=" + std::string(id.text()) + "&hubToken=" + token);
  Say(outbound::HubAnnounce{std::make_shared<const std::string>(kMesh), Details()});
  Settle();
}

std::string WireHub::TextOf(const outbound::Message& message) {
  return wire::Encode(message, NowMs()).text;
}

void WireHub::Say(const outbound::Message& message) { SayText(TextOf(message)); }

bool WireHub::Settle() {
  SayText(R"({"type":"ping"})");
  while (const auto frame = socket_.ReadFrame()) {
    if (frame->opcode == net::kCloseFrame) return false;
    if (frame->opcode == net::kPing) {
      socket_.Send(net::ClientFrame(net::kPong, frame->payload));
    } else if (frame->opcode == net::kText) {
      if (frame->payload.find(R"("type":"pong")") != std::string::npos) return true;
      Hear(frame->payload);
    }
  }
  return false;
}

void WireHub::Hear(const std::string& text) {
  texts_.push_back(text);
  wire::Decoder::Result result = decoder_.Decode(std::string(text));
  const auto* message = std::get_if<inbound::Message>(&result);
  const auto* news = message == nullptr ? nullptr : std::get_if<inbound::HubNews>(message);
  if (news == nullptr) return;
  for (const SharedNode& node : news->hubs) news_[node->id] = node;
}

SharedNode WireHub::NewsOf(const PeerId& hub) const {
  const auto it = news_.find(hub);
  return it == news_.end() ? nullptr : it->second;
}

SharedNode WireHub::Node(const std::vector<PeerId>& neighbors, uint64_t seq,
                         const PeerId& about) const {
  HubNode node;
  node.id = about;
  node.seq = seq;
  for (const PeerId& neighbor : neighbors) node.neighbors.push_back({neighbor, true});
  node.profile = {nullptr, true, Details()};
  return Signed(std::move(node), static_cast<uint64_t>(NowMs()));
}

SharedNode WireHub::Signed(HubNode node, uint64_t start) const {
  HubSeal seal{start, keyring_->signing_key(), keyring_->agreement_key(), {}};
  seal.signature = keyring_->Sign(SealedText(node, seal));
  node.seal = std::make_shared<const HubSeal>(seal);
  return std::make_shared<const HubNode>(std::move(node));
}

outbound::HubFrame WireHub::Frame(const PeerId& from, const PeerId& to, uint64_t seq,
                                  std::vector<mesh::Op> ops) const {
  auto body = std::make_shared<mesh::Body>();
  body->stream = kStream;
  body->seq = seq;
  body->ops = std::move(ops);
  outbound::HubFrame frame{from, to, {}, body, {}};
  frame.mac_key = AgreedKey(id_, *keyring_, *NewsOf(to));
  return frame;
}

std::vector<std::string> TextsWith(const std::vector<std::string>& texts, std::string_view part) {
  std::vector<std::string> found;
  for (const std::string& text : texts) {
    if (text.find(part) != std::string::npos) found.push_back(text);
  }
  return found;
}

}  // namespace pigeonhub
