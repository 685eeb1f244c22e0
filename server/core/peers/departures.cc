// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/departures.h"

#include <memory>
#include <string>
#include <utility>

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
  Remember(left.peer, {now, Shortened(left.network), left.reason, left.code, event, nullptr}, here_,
           kMost);
}

void Departures::NoteLost(SteadyTime now, const PeerId& peer, const SharedText& network,
                          SharedText hub) {
  Remember(peer, {now, Shortened(network), Reason::kHubUnreachable, 0, 0, std::move(hub)}, lost_,
           kMostLost);
}

void Departures::Remember(const PeerId& peer, Departed departed, OldestFirst& list, size_t most) {
  Known& known = departed_[peer];
  name_bytes_ -= NameBytes(known.departed.network);
  known = {std::move(departed), ++last_number_};
  name_bytes_ += NameBytes(known.departed.network);
  list.push_back({peer, last_number_});
  if (list.size() > most) ForgetOldest(list);
  CountBytes();
}

const Departed* Departures::Find(SteadyTime now, const PeerId& peer) const {
  const auto found = departed_.find(peer);
  if (found == departed_.end() || now - found->second.departed.at >= kRemembered) return nullptr;
  return &found->second.departed;
}

const Departed* Departures::Find(const Entry& entry) const {
  const auto found = departed_.find(entry.peer);
  if (found == departed_.end() || found->second.number != entry.number) return nullptr;
  return &found->second.departed;
}

std::vector<PeerId> Departures::FindBeginning(SteadyTime now, std::string_view prefix,
                                              size_t most) const {
  std::vector<PeerId> peers;
  for (const OldestFirst* list : {&here_, &lost_}) {
    for (auto entry = list->rbegin(); entry != list->rend() && peers.size() < most; ++entry) {
      if (!entry->peer.text().starts_with(prefix)) continue;
      const Departed* departed = Find(*entry);
      if (departed != nullptr && now - departed->at < kRemembered) peers.push_back(entry->peer);
    }
  }
  return peers;
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
  Compact(now, here_);
  Compact(now, lost_);
  GiveBack(departed_);
  CountBytes();
}

void Departures::Compact(SteadyTime now, OldestFirst& list) {
  while (!list.empty()) {
    const Departed* departed = Find(list.front());
    if (departed != nullptr && now - departed->at < kRemembered) break;
    ForgetOldest(list);
  }
}

void Departures::CountBytes() {
  bytes_ = departed_.capacity() * (sizeof(PeerId) + sizeof(Known) + 1) +
           (here_.size() + lost_.size()) * sizeof(Entry) + name_bytes_;
}

void Departures::ForgetOldest(OldestFirst& list) {
  if (const Departed* departed = Find(list.front())) {
    name_bytes_ -= NameBytes(departed->network);
    departed_.erase(list.front().peer);
  }
  list.pop_front();
}

}  // namespace pigeonhub
