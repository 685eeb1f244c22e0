// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/node_seal.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "server/base/digest.h"

namespace pigeonhub {
namespace {

// No other text that anybody signs begins like this.
constexpr std::string_view kDomain = "pigeonhub hub-news 1\n";

// Numbers as eight bytes, the highest first. Texts with their length before them.
class BinaryWriter {
 public:
  explicit BinaryWriter(std::string& out) : out_(out) {}

  void Number(uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) out_ += static_cast<char>(number >> shift);
  }
  void Text(std::string_view text) {
    Number(text.size());
    out_ += text;
  }
  void Id(const PeerId& id) { out_ += id.text(); }
  void Key(const PublicKey& key) { out_.append(key.begin(), key.end()); }

 private:
  std::string& out_;
};

}  // namespace

std::string BusMark(const HubNode& node) {
  std::string told(node.bus->text());
  for (const PeerId& hub : node.unheard) told += hub.text();
  return "hub-bus1:" + HexOf(DigestOf(told));
}

KeyPrefix PrefixOf(const PublicKey& key) {
  KeyPrefix prefix;
  std::copy_n(key.begin(), prefix.size(), prefix.begin());
  return prefix;
}

std::string SealedText(const HubNode& node, const HubSeal& seal) {
  std::string text(kDomain);
  BinaryWriter out(text);
  out.Id(node.id);
  out.Number(seal.start);
  out.Key(seal.signing_key);
  out.Key(seal.agreement_key);
  out.Number(node.seq);
  out.Number(node.transit ? 1 : 0);
  out.Number(node.peers);
  out.Number(node.neighbors.size());
  for (const HubNode::Neighbor& neighbor : node.neighbors) {
    out.Id(neighbor.hub);
    out.Number((neighbor.vouched ? 1 : 0) + (neighbor.key.has_value() ? 2 : 0));
    if (neighbor.key.has_value()) text.append(neighbor.key->begin(), neighbor.key->end());
  }
  const HubDetails& hub = *node.profile.hub;
  out.Number(hub.mesh_version);
  out.Text(hub.host);
  out.Number(hub.port);
  out.Text(hub.region);
  out.Text(hub.url);
  out.Number(hub.capabilities.size() + (node.bus.has_value() ? 1 : 0));
  for (const std::string& capability : hub.capabilities) out.Text(capability);
  if (node.bus.has_value()) out.Text(BusMark(node));
  return text;
}

bool IsSealGood(const HubNode& node, const Keyring& keyring) {
  return node.seal != nullptr &&
         keyring.IsSignedBy(node.seal->signing_key, SealedText(node, *node.seal),
                            node.seal->signature);
}

void Sealer::Begin(UnixMillis now) {
  start_ = std::clamp<uint64_t>(now < 0 ? 0 : static_cast<uint64_t>(now), 1, mesh::kMostNumber);
}

bool Sealer::WouldBeOwnAndLater(const HubNode& node) const {
  return keyring_ != nullptr && node.seal != nullptr && node.seal->start > start_ &&
         node.seal->signing_key == keyring_->signing_key();
}

void Sealer::BeginAfter(uint64_t start) {
  start_ = std::clamp(start + 1, start_, mesh::kMostNumber);
}

void Sealer::Seal(HubNode& node) {
  if (keyring_ == nullptr) return;
  // The seq went round; what is newer has to stay greater.
  if (node.seq <= last_seq_) BeginAfter(start_);
  last_seq_ = node.seq;
  HubSeal seal{start_, keyring_->signing_key(), keyring_->agreement_key(), {}};
  seal.signature = keyring_->Sign(SealedText(node, seal));
  node.seal = std::make_shared<const HubSeal>(seal);
}

}  // namespace pigeonhub
