// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/departures.h"

#include <memory>
#include <string>

#include "server/core/give_back.h"

namespace pigeonhub {
namespace {

// How much is kept of the name of a namespace.
constexpr size_t kMostOfAName = 64;

// Most namespaces outlive a departure, and then their name costs nothing more. A long one would be
// kept for an hour by whoever made it for this.
SharedText Shortened(const SharedText& name) {
  if (name == nullptr || name->size() <= kMostOfAName) return name;
  size_t end = kMostOfAName;
  while (end > 0 && (static_cast<unsigned char>((*name)[end]) & 0xc0) == 0x80) --end;
  return std::make_shared<const std::string>(name->substr(0, end) + "...");
}

// Whoever ends in order has sent its peers elsewhere.
bool IsLoss(Reason reason) { return reason != Reason::kGoodbye && reason != Reason::kPeerClosed; }

size_t NameBytes(const SharedText& name) {
  return name == nullptr ? 0 : sizeof(std::string) + name->capacity();
}

}  // namespace

void Departures::Note(SteadyTime now, const PeerDisconnected& left, uint64_t event) {
  Departed& departed = departed_[left.peer];
  name_bytes_ -= NameBytes(departed.network);
  departed = {now, Shortened(left.network), left.reason, left.code, event};
  name_bytes_ += NameBytes(departed.network);
  oldest_first_.push_back({left.peer, event});
  if (oldest_first_.size() > kMost) ForgetOldest();
}

const Departed* Departures::Find(SteadyTime now, const PeerId& peer) const {
  const auto found = departed_.find(peer);
  if (found == departed_.end() || now - found->second.at >= kRemembered) return nullptr;
  return &found->second;
}

void Departures::NoteHub(const PeerId& hub) {
  std::erase(hubs_, hub);
  hubs_.push_front(hub);
  if (hubs_.size() > kMostHubs) hubs_.pop_back();
}

std::vector<PeerId> Departures::LostHubs(SteadyTime now) const {
  std::vector<PeerId> lost;
  for (const PeerId& hub : hubs_) {
    const Departed* departed = Find(now, hub);
    if (departed != nullptr && IsLoss(departed->reason)) lost.push_back(hub);
  }
  return lost;
}

void Departures::Compact(SteadyTime now) {
  while (!oldest_first_.empty()) {
    const auto found = departed_.find(oldest_first_.front().peer);
    const bool is_stale =
        found == departed_.end() || found->second.event != oldest_first_.front().event;
    if (!is_stale && now - found->second.at < kRemembered) break;
    ForgetOldest();
  }
  GiveBack(departed_);
}

size_t Departures::bytes() const {
  return departed_.capacity() * (sizeof(PeerId) + sizeof(Departed) + 1) +
         oldest_first_.size() * sizeof(Entry) + name_bytes_;
}

void Departures::ForgetOldest() {
  const auto found = departed_.find(oldest_first_.front().peer);
  if (found != departed_.end() && found->second.event == oldest_first_.front().event) {
    name_bytes_ -= NameBytes(found->second.network);
    departed_.erase(found);
  }
  oldest_first_.pop_front();
}

}  // namespace pigeonhub
