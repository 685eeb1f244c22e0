// SPDX-License-Identifier: Apache-2.0

#include "server/core/limit_hits.h"

#include <algorithm>
#include <map>

#include "server/core/tally.h"

namespace pigeonhub {
namespace {

int64_t MinuteOf(SteadyTime now) {
  return std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count();
}

std::vector<TallyRow> Top(const std::map<std::string, uint64_t>& counts) {
  std::vector<TallyRow> rows;
  for (const auto& [name, count] : counts) rows.push_back({name, count});
  std::stable_sort(rows.begin(), rows.end(),
                   [](const TallyRow& a, const TallyRow& b) { return a.count > b.count; });
  rows.resize(std::min(rows.size(), Tally::kTop));
  return rows;
}

}  // namespace

void Frequent::Add(std::string_view name) {
  if (name.empty()) return;
  const auto by_count = [](const auto& a, const auto& b) { return a.second < b.second; };
  auto row = std::find_if(names_.begin(), names_.end(),
                          [&](const auto& known) { return known.first == name; });
  if (row == names_.end() && names_.size() < kMost) {
    row = names_.emplace(names_.end(), name, 0);
  } else if (row == names_.end()) {
    row = std::min_element(names_.begin(), names_.end(), by_count);
    row->first = name;
  }
  ++row->second;
}

void LimitHits::Note(SteadyTime now, std::string_view limit, std::string_view address,
                     std::string_view peer) {
  Limit& hits = limits_[limit];
  ++hits.total;
  const int64_t minute = MinuteOf(now);
  Slot& slot = hits.slots[static_cast<size_t>(minute % kSlots)];
  if (slot.minute != minute) slot = Slot{.minute = minute};
  ++slot.count;
  slot.addresses.Add(address);
  slot.peers.Add(peer);
}

LimitHits::Hits LimitHits::Of(SteadyTime now, std::string_view limit) const {
  const auto found = limits_.find(limit);
  if (found == limits_.end()) return {};
  Hits hits{.total = found->second.total};
  std::map<std::string, uint64_t> addresses;
  std::map<std::string, uint64_t> peers;
  for (const Slot& slot : found->second.slots) {
    if (slot.minute <= MinuteOf(now) - kSlots) continue;
    hits.recent += slot.count;
    for (const auto& [name, count] : slot.addresses.names()) addresses[name] += count;
    for (const auto& [name, count] : slot.peers.names()) peers[name] += count;
  }
  hits.by_address = Top(addresses);
  hits.by_peer = Top(peers);
  return hits;
}

}  // namespace pigeonhub
