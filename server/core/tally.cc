// SPDX-License-Identifier: Apache-2.0

#include "server/core/tally.h"

#include <algorithm>
#include <tuple>

namespace pigeonhub {

void Tally::Add(std::string_view name) {
  if (name.empty()) return;
  const absl::string_view key(name.data(), name.size());
  if (const auto known = counts_.find(key); known != counts_.end()) {
    ++known->second;
  } else if (counts_.size() < kMaxNames) {
    counts_.emplace(key, 1);
  }
}

std::vector<TallyRow> Tally::Top() const {
  std::vector<TallyRow> rows;
  rows.reserve(counts_.size());
  for (const auto& [name, count] : counts_) rows.push_back({name, count});
  const auto by_count = [](const TallyRow& a, const TallyRow& b) {
    return std::tie(b.count, a.name) < std::tie(a.count, b.name);
  };
  const auto end = rows.begin() + static_cast<ptrdiff_t>(std::min(kTop, rows.size()));
  std::partial_sort(rows.begin(), end, rows.end(), by_count);
  rows.erase(end, rows.end());
  return rows;
}

}  // namespace pigeonhub
