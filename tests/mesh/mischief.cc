// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/mischief.h"

#include <string>
#include <utility>

#include "server/core/mesh/node_seal.h"
#include "tests/mesh/cheap_keyring.h"

namespace pigeonhub::sim {
namespace {

constexpr size_t kMostKept = 64;
constexpr uint64_t kOfAnAttacker = uint64_t{1} << 40;

template <typename T>
void KeepOne(std::deque<T>& kept, const T& one) {
  kept.push_back(one);
  // The first ones stay: nothing is as good to play again as what is long over.
  if (kept.size() > kMostKept) kept.erase(kept.begin() + kMostKept / 2);
}

}  // namespace

Mischief::Mischief(uint64_t seed, const PeerId& self)
    : random_(seed), self_(self), keyring_(MakeCheapKeyring(seed + kOfAnAttacker)) {}

void Mischief::Keep(const inbound::HubNews& news) {
  for (const SharedNode& node : news.hubs) KeepOne(news_[node->id], node);
}

void Mischief::Keep(const inbound::HubFrame& frame) {
  inbound::HubFrame kept = frame;
  const auto text = std::make_shared<const std::string>(frame.raw.text);
  kept.raw = {text, *text};
  KeepOne(frames_[frame.from], kept);
}

std::vector<outbound::Message> Mischief::Against(const PeerId& victim,
                                                 const std::vector<PeerId>& hubs,
                                                 const std::vector<PeerId>& peers) {
  switch (random_.Below(4)) {
    case 0:
      return AlteredNews(victim);
    case 1:
      return OldNews(victim);
    case 2:
      return OldFrames(victim);
    default:
      return OwnFrames(victim, hubs, peers);
  }
}

std::vector<outbound::Message> Mischief::AlteredNews(const PeerId& victim) {
  const auto kept = news_.find(victim);
  if (kept == news_.end()) return {};
  HubNode node = *kept->second.back();
  node.raw.clear();
  switch (random_.Below(3)) {
    case 0:  // it has no links
      node.neighbors.clear();
      break;
    case 1:  // only the attacker's
      node.neighbors = {{self_, true}};
      break;
    default:  // none but the attacker's way leads there
      node.neighbors.insert(node.neighbors.begin(), {self_, true});
  }
  node.seq = random_.Below(2) == 0 ? node.seq + 1 : mesh::kMostNumber;
  if (random_.Below(3) == 0) node.seal = nullptr;
  if (random_.Below(3) == 0) {
    const uint64_t start = random_.Below(2) == 0 ? mesh::kMostNumber : 1;
    HubSeal seal{start, keyring_->signing_key(), keyring_->agreement_key(), {}};
    seal.signature = keyring_->Sign(SealedText(node, seal));
    node.seal = std::make_shared<const HubSeal>(seal);
  }
  return {outbound::HubNews{{std::make_shared<const HubNode>(std::move(node))}}};
}

std::vector<outbound::Message> Mischief::OldNews(const PeerId& victim) const {
  const auto kept = news_.find(victim);
  if (kept == news_.end()) return {};
  return {outbound::HubNews{{kept->second.front(), kept->second.back()}}};
}

std::vector<outbound::Message> Mischief::OldFrames(const PeerId& victim) {
  std::vector<outbound::Message> messages;
  for (const inbound::HubFrame& frame : frames_[victim]) {
    messages.push_back(outbound::HubFrame{frame.from, frame.to, {}, nullptr, frame.raw});
  }
  return messages;
}

std::vector<outbound::Message> Mischief::OwnFrames(const PeerId& victim,
                                                   const std::vector<PeerId>& hubs,
                                                   const std::vector<PeerId>& peers) {
  static const auto kRed = std::make_shared<const std::string>("red");
  auto body = std::make_shared<mesh::Body>();
  body->stream = mesh::kMostNumber;
  body->seq = 1;
  body->ops = {mesh::WantAll{true}, mesh::Nobody{std::make_shared<const std::string>()}};
  for (const PeerId& peer : peers) {
    body->ops.push_back(mesh::Join{peer, kRed, mesh::kMostNumber, true, false, nullptr});
    body->ops.push_back(mesh::Leave{peer, kRed, "gone", true, {}});
    body->ops.push_back(mesh::Yields{peer, mesh::kMostNumber});
    body->ops.push_back(mesh::Holds{peer});
    BanRecord ban;
    ban.target.value = peer.text();
    ban.made_at = 1;
    ban.hub = victim;
    constexpr uint64_t kDay = 24 * 3'600'000;
    body->ops.push_back(
        mesh::BanTold{std::make_shared<const BanRecord>(std::move(ban)), kDay, kDay});
  }
  std::vector<outbound::Message> messages;
  for (const PeerId& hub : hubs) {
    if (hub == victim) continue;
    outbound::HubFrame frame{victim, hub, {}, body, {}};
    if (random_.Below(2) == 0) frame.mac_key.emplace();
    messages.push_back(std::move(frame));
  }
  return messages;
}

}  // namespace pigeonhub::sim
