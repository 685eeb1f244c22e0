// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pigeonhub/event.h"
#include "server/core/time.h"

namespace pigeonhub {

// Who comes most often, in little memory: of more names than kMost the rarest gives its place to
// the next new one, with its count. So a name that makes up more than 1/kMost of all is there.
class Frequent {
 public:
  static constexpr size_t kMost = 32;

  // An empty name counts for nobody.
  void Add(std::string_view name);
  const std::vector<std::pair<std::string, uint64_t>>& names() const { return names_; }

 private:
  std::vector<std::pair<std::string, uint64_t>> names_{};
};

// How often somebody came to each limit in the last minutes, and who did.
class LimitHits {
 public:
  static constexpr Duration kWindow = std::chrono::minutes(5);

  struct Hits {
    uint64_t total = 0;   // since the hub was made
    uint64_t recent = 0;  // in kWindow
    // Of the recent ones, the most frequent first.
    std::vector<TallyRow> by_address{};
    std::vector<TallyRow> by_peer{};
  };

  // `limit` is the name of one (LimitOf) and lasts forever. `address` and `peer` are empty where
  // they are not known.
  void Note(SteadyTime now, std::string_view limit, std::string_view address,
            std::string_view peer);
  Hits Of(SteadyTime now, std::string_view limit) const;

 private:
  static constexpr int64_t kSlots = 5;
  struct Slot {
    int64_t minute = -1;
    uint64_t count = 0;
    Frequent addresses{};
    Frequent peers{};
  };
  struct Limit {
    uint64_t total = 0;
    std::array<Slot, kSlots> slots;
  };
  absl::flat_hash_map<std::string_view, Limit> limits_;
};

// What an operator is told of the limits of a hub.
struct LimitsReport {
  struct Limit {
    std::string_view name;
    std::string value;          // as people write it
    bool has_policies = false;  // policies of namespaces may say something else
    std::string policy{};       // the one for all namespaces that said the value; empty: none did
    size_t exceptions = 0;      // policies of fewer namespaces that say something of it
    LimitHits::Hits hits;
  };
  std::vector<Limit> limits;
  std::vector<TallyRow> busiest_addresses;  // by open connections
};

}  // namespace pigeonhub
