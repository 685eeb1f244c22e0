// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/fake_bus.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kShortestBackOff = 100ms;
constexpr Duration kLongestBackOff = 1500ms;

}  // namespace

std::optional<uint64_t> FakeBus::KeyOf(const BusParty& party) const {
  const auto it = keys_.find(&party);
  return it == keys_.end() ? std::nullopt : std::optional(it->second);
}

void FakeBus::Attach(BusParty& party, const std::string& place, const std::string& bus) {
  const uint64_t key = next_++;
  Member& member = members_[key];
  member.party = &party;
  member.place = place;
  member.bus = bus;
  keys_[&party] = key;
  by_id_.insert({party.bus_id(), key});
  agenda_.After(Delay(), [this, key] { Connect(key); });
}

void FakeBus::ConnectLater(uint64_t key) {
  Member& member = members_.at(key);
  const Duration most =
      std::min(kLongestBackOff, kShortestBackOff * (1 << std::min(member.failures++, 4u)));
  const auto wait =
      Duration(static_cast<int64_t>(random_.Below(static_cast<uint64_t>(most.count()))));
  agenda_.After(wait, [this, key] { Connect(key); });
}

void FakeBus::Connect(uint64_t key) {
  const auto it = members_.find(key);
  if (it == members_.end() || it->second.up) return;
  if (!running_ || stalled_) return ConnectLater(key);
  Member& member = it->second;
  member.up = true;
  member.frozen = false;
  member.failures = 0;
  member.to_drop = 0;
  ++member.connections;
  NoteChange();
  member.party->OnBusUp();
}

void FakeBus::Lose(uint64_t key) {
  Member& member = members_.at(key);
  if (!member.up) return;
  member.up = false;
  ++member.connections;
  NoteChange();
  agenda_.After(Delay(), [this, key] {
    const auto it = members_.find(key);
    if (it == members_.end() || it->second.up) return;
    it->second.party->OnBusDown();
    ConnectLater(key);
  });
}

void FakeBus::HangUp(BusParty& party) {
  if (const auto key = KeyOf(party)) Lose(*key);
}

void FakeBus::Leave(BusParty& party) {
  const auto key = KeyOf(party);
  if (!key.has_value()) return;
  std::erase_if(by_id_, [&](const auto& one) { return one.second == *key; });
  members_.erase(*key);
  keys_.erase(&party);
  NoteChange();
}

void FakeBus::Publish(BusParty& party, const std::optional<PeerId>& to, const std::string& text) {
  const auto from = KeyOf(party);
  if (!from.has_value()) return;
  const Member& sender = members_.at(*from);
  if (!sender.up || sender.frozen) return;
  ++published_;
  // One text for all.
  const auto shared = std::make_shared<const std::string>(text);
  const auto give = [&](uint64_t key, const Member& member) {
    if (!member.up || member.frozen || member.bus != sender.bus) return;
    if (half_.contains(member.place) != half_.contains(sender.place)) return;
    Deliver(*from, key, shared);
  };
  if (!to.has_value()) {
    for (const auto& [key, member] : members_) give(key, member);
    return;
  }
  const auto [first, last] = by_id_.equal_range(*to);
  for (auto it = first; it != last; ++it) give(it->second, members_.at(it->second));
}

void FakeBus::Deliver(uint64_t from, uint64_t to, const std::shared_ptr<const std::string>& text) {
  Member& member = members_.at(to);
  if (member.to_drop > 0) {
    --member.to_drop;
    return;
  }
  ++delivered_;
  bytes_ += text->size();
  Duration& last = member.last_due[from];
  last = std::max(agenda_.now() + Delay(), last);
  const auto arrive = [this, to, connection = member.connections, text] {
    const auto it = members_.find(to);
    if (it == members_.end() || it->second.connections != connection || it->second.frozen) return;
    for (char c : *text) digest_ = (digest_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    digest_ = (digest_ ^ static_cast<uint64_t>(agenda_.now().count())) * 0x100000001b3u;
    it->second.party->OnBusText(*text);
  };
  agenda_.At(last, [this, arrive] {
    if (stalled_) {
      waiting_.push_back(arrive);
    } else {
      arrive();
    }
  });
}

void FakeBus::Resume() {
  stalled_ = false;
  for (auto& one : std::exchange(waiting_, {})) agenda_.After(0ns, std::move(one));
  NoteChange();
}

void FakeBus::Stop() {
  if (!running_) return;
  running_ = false;
  for (const auto& [key, member] : members_) Lose(key);
}

void FakeBus::Freeze(const std::string& place) {
  for (auto& [key, member] : members_) {
    if (member.place == place && member.up) member.frozen = true;
  }
  NoteChange();
}

void FakeBus::Drop(const std::string& place, uint64_t count) {
  for (auto& [key, member] : members_) {
    if (member.place == place) member.to_drop = count;
  }
}

void FakeBus::Heal() {
  Start();
  Resume();
  half_.clear();
  for (auto& [key, member] : members_) member.to_drop = 0;
  NoteChange();
}

}  // namespace pigeonhub::sim
