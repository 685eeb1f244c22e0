// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/network.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kDialTimeout = 5s;

}  // namespace

void Party::OnArrival(EndId, std::string_view, std::string_view) {}
void Party::OnMark(EndId, const std::string&) {}
void Party::OnPong(EndId) {}

void FakeNetwork::Listen(const std::string& url, Party& party, const std::string& place) {
  listeners_[url] = {&party, place};
}

bool FakeNetwork::Reachable(const std::string& a, const std::string& b) const {
  if (a.empty() || b.empty()) return true;
  return cut_off_.contains(a) == cut_off_.contains(b);
}

void FakeNetwork::Dial(Party& dialer, uint64_t tag, const std::string& place,
                       const std::string& url, std::string_view peer_id) {
  agenda_.After(Delay(), [this, &dialer, tag, place, url, id = std::string(peer_id)] {
    auto it = listeners_.find(url);
    if (it == listeners_.end()) {
      agenda_.After(Delay(), [&dialer, tag] { dialer.OnDialFailed(tag); });
      return;
    }
    const Listener listener = it->second;
    if (!Reachable(place, listener.place)) {
      agenda_.After(kDialTimeout, [&dialer, tag] { dialer.OnDialFailed(tag); });
      return;
    }
    const EndId end = next_wire_++ * 2;
    Wire& wire = wires_[end / 2];
    wire.ends[0].party = &dialer;
    wire.ends[0].place = place;
    wire.ends[0].tag = tag;
    wire.ends[1].party = listener.party;
    wire.ends[1].place = listener.place;
    wire.ends[1].opened = true;
    NoteChange(wire);
    Put(end, {Item::kOpen, {}, {}, tag, {}});
    listener.party->OnArrival(end ^ 1, id, place);
  });
}

void FakeNetwork::Put(EndId to, Item item) {
  End& end = EndOf(to);
  end.last_due = std::max(agenda_.now() + Delay(), end.last_due);
  item.due = end.last_due;
  end.inbox.push_back(std::move(item));
  agenda_.At(end.last_due, [this, to] { Pump(to); });
}

void FakeNetwork::Send(EndId from, std::string text) {
  if (!IsOpen(from) || EndOf(from).closing) return;
  Wire& wire = wires_.at(from / 2);
  ++wire.frames;
  wire.bytes += text.size();
  if (!wire.ends[0].place.empty() && !wire.ends[1].place.empty()) ++frames_between_places_;
  if (wire.broken) return;
  Put(from ^ 1, {Item::kFrame, {}, std::move(text), 0, {}});
}

void FakeNetwork::Mark(EndId from, std::string text) {
  if (!IsOpen(from) || wires_.at(from / 2).broken) return;
  Put(from ^ 1, {Item::kMark, {}, std::move(text), 0, {}});
}

void FakeNetwork::Ping(EndId from) {
  if (!IsOpen(from) || wires_.at(from / 2).broken) return;
  Put(from ^ 1, {Item::kPing, {}, {}, 0, {}});
}

void FakeNetwork::Close(EndId from, uint16_t code, std::string_view text) {
  if (!IsOpen(from) || EndOf(from).closing) return;
  EndOf(from).closing = true;
  const Ending ending{code, std::string(text), false};
  if (!wires_.at(from / 2).broken) Put(from ^ 1, {Item::kEnd, {}, {}, 0, ending});
  // Our own side is over a little later; what the other said meanwhile still arrives before.
  Put(from, {Item::kEnd, {}, {}, 0, ending});
  EndOf(from).paused = false;
}

void FakeNetwork::Resume(EndId end) {
  if (!IsOpen(end)) return;
  EndOf(end).paused = false;
  agenda_.After(0ns, [this, end] { Pump(end); });
}

void FakeNetwork::Watch(EndId end, Duration limit) {
  if (!IsOpen(end)) return;
  EndOf(end).watch = limit;
  if (wires_.at(end / 2).frozen) AwaitSilence(end);
}

size_t FakeNetwork::InFlightTo(EndId end) const {
  auto it = wires_.find(end / 2);
  return it == wires_.end() ? 0 : it->second.ends[end % 2].inbox.size();
}

bool FakeNetwork::IsOpen(EndId end) const {
  auto it = wires_.find(end / 2);
  return it != wires_.end() && it->second.ends[end % 2].party != nullptr;
}

void FakeNetwork::Pump(EndId id) {
  while (IsOpen(id)) {
    Wire& wire = wires_.at(id / 2);
    End& end = wire.ends[id % 2];
    if (end.inbox.empty() || end.inbox.front().due > agenda_.now()) return;
    Item& front = end.inbox.front();
    // Its own ending needs nothing from the network.
    const bool own_end = front.kind == Item::kEnd && end.closing;
    if (wire.frozen && !own_end) {
      if (!end.closing) return;
      end.inbox.pop_front();  // nobody waits for these any more
      continue;
    }
    if (end.paused && front.kind == Item::kFrame) return;
    const Item item = std::move(front);
    end.inbox.pop_front();
    Party* party = end.party;
    switch (item.kind) {
      case Item::kOpen:
        end.opened = true;
        party->OnDialed(item.tag, id);
        break;
      case Item::kFrame:
        Digest(id, item.text);
        party->OnFrame(id, item.text);
        break;
      case Item::kMark:
        party->OnMark(id, item.text);
        break;
      case Item::kPing:
        if (!wire.broken) Put(id ^ 1, {Item::kPong, {}, {}, 0, {}});
        break;
      case Item::kPong:
        party->OnPong(id);
        break;
      case Item::kEnd: {
        Digest(id, item.ending.text);
        NoteChange(wire);
        const bool opened = end.opened;
        const uint64_t tag = end.tag;
        end.party = nullptr;
        end.inbox.clear();
        if (wire.ends[0].party == nullptr && wire.ends[1].party == nullptr) wires_.erase(id / 2);
        if (opened) {
          party->OnEnd(id, item.ending);
        } else {
          party->OnDialFailed(tag);
        }
        return;
      }
    }
  }
}

void FakeNetwork::Break(Wire& wire, EndId first) {
  wire.frozen = false;
  NoteChange(wire);
  for (EndId id : {first, first ^ 1}) {
    End& end = wire.ends[id % 2];
    if (end.party == nullptr) continue;
    end.inbox.clear();
    end.paused = false;
    Put(id, {Item::kEnd, {}, {}, 0, {}});
  }
}

void FakeNetwork::Cut(EndId end) {
  auto it = wires_.find(end / 2);
  if (it != wires_.end()) Break(it->second, end & ~EndId{1});
}

void FakeNetwork::Freeze(EndId end) {
  auto it = wires_.find(end / 2);
  if (it == wires_.end() || it->second.frozen) return;
  it->second.frozen = true;
  ++it->second.freezes;
  NoteChange(it->second);
  AwaitSilence(end & ~EndId{1});
  AwaitSilence(end | 1);
}

void FakeNetwork::AwaitSilence(EndId id) {
  const uint64_t freezes = wires_.at(id / 2).freezes;
  agenda_.After(EndOf(id).watch, [this, id, freezes] {
    if (!IsOpen(id)) return;
    Wire& wire = wires_.at(id / 2);
    if (!wire.frozen || wire.freezes != freezes) return;
    NoteChange(wire);
    wire.broken = true;
    End& end = wire.ends[id % 2];
    Party* party = std::exchange(end.party, nullptr);
    end.inbox.clear();
    if (end.opened) {
      party->OnEnd(id, {1006, {}, true});
    } else {
      party->OnDialFailed(end.tag);
    }
  });
}

void FakeNetwork::Thaw(EndId end) {
  auto it = wires_.find(end / 2);
  if (it == wires_.end() || !it->second.frozen) return;
  if (!Reachable(it->second.ends[0].place, it->second.ends[1].place)) return;
  Wire& wire = it->second;
  wire.frozen = false;
  NoteChange(wire);
  // Whoever is left learns from the first packet that the other gave up.
  if (wire.broken) return Break(wire, end & ~EndId{1});
  for (EndId id : {end & ~EndId{1}, end | 1}) agenda_.After(0ns, [this, id] { Pump(id); });
}

void FakeNetwork::Die(Party& party) {
  std::vector<EndId> lost;
  for (auto& [number, wire] : wires_) {
    for (EndId side : {0, 1}) {
      if (wire.ends[side].party == &party) lost.push_back(number * 2 + side);
    }
  }
  for (EndId id : lost) {
    End& end = EndOf(id);
    end.party = nullptr;
    end.inbox.clear();
  }
  for (EndId id : lost) {
    Wire& wire = wires_.at(id / 2);
    if (wire.frozen) {
      wire.broken = true;
    } else {
      Break(wire, id & ~EndId{1});
    }
  }
}

void FakeNetwork::Vanish(EndId end) {
  if (!IsOpen(end)) return;
  Freeze(end);
  EndOf(end).party = nullptr;
  EndOf(end).inbox.clear();
  wires_.at(end / 2).broken = true;
}

void FakeNetwork::Partition(std::set<std::string> places) {
  Heal();
  cut_off_ = std::move(places);
  for (auto& [number, wire] : wires_) {
    if (!Reachable(wire.ends[0].place, wire.ends[1].place)) Freeze(number * 2);
  }
}

void FakeNetwork::Heal() {
  cut_off_.clear();
  std::vector<EndId> frozen;
  for (auto& [number, wire] : wires_) {
    // Connections of parties without a place are not held up by partitions.
    if (wire.frozen && !wire.ends[0].place.empty()) frozen.push_back(number * 2);
  }
  for (EndId end : frozen) Thaw(end);
}

std::vector<EndId> FakeNetwork::Between(const std::string& a, const std::string& b) const {
  std::vector<EndId> found;
  for (const auto& [number, wire] : wires_) {
    const auto& [dialer, server] = wire.ends;
    if (dialer.party == nullptr && server.party == nullptr) continue;
    if ((dialer.place == a && server.place == b) || (dialer.place == b && server.place == a)) {
      found.push_back(number * 2);
    }
  }
  return found;
}

std::vector<FakeNetwork::Carried> FakeNetwork::CarriedBetweenPlaces() const {
  std::vector<Carried> carried;
  for (const auto& [number, wire] : wires_) {
    const auto& [dialer, server] = wire.ends;
    if (dialer.place.empty() || server.place.empty()) continue;
    carried.push_back({dialer.place, server.place, wire.frames, wire.bytes});
  }
  return carried;
}

void FakeNetwork::NoteChange(const Wire& wire) {
  if (wire.ends[0].place.empty() || wire.ends[1].place.empty()) return;
  last_change_ = agenda_.now();
}

void FakeNetwork::Digest(EndId end, std::string_view text) {
  const auto mix = [this](uint64_t word) { digest_ = (digest_ ^ word) * 0x100000001b3u; };
  mix(end);
  mix(static_cast<uint64_t>(agenda_.now().count()));
  for (char c : text) mix(static_cast<unsigned char>(c));
}

}  // namespace pigeonhub::sim
