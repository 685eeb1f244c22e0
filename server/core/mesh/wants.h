// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "server/core/ids.h"
#include "server/core/message.h"

namespace pigeonhub {

// Which mesh hub wants to hear of which namespace, as far as this hub has something to tell there.
// A hub is named by the path that leads to it.
class Wants {
 public:
  using Hubs = absl::InlinedVector<PathId, 2>;

  // False if it was known.
  bool Add(PathId hub, const SharedText& network);
  bool Remove(PathId hub, std::string_view network);
  // Every namespace; beside that, a hub may want some each.
  void SetAll(PathId hub, bool all);
  // Nobody wants this one any more.
  void RemoveAll(std::string_view network);
  // The hub begins from nothing and wants nothing, until it has said what it wants (Greeted).
  void BeginAnew(PathId hub);
  void Greeted(PathId hub) { greeting_.erase(hub); }
  bool IsGreeting(PathId hub) const { return greeting_.contains(hub); }
  // The hub is gone.
  void Clear(PathId hub);

  bool Contains(PathId hub, std::string_view network) const;
  bool WantsAll(PathId hub) const { return all_.contains(hub); }
  const absl::flat_hash_set<PathId>& who_want_all() const { return all_; }
  // Those that want this one, in the order in which they said so.
  const Hubs& HubsOf(std::string_view network) const;
  // Those that the hub wants each, in order.
  std::vector<SharedText> NamesOf(PathId hub) const;
  // Those that any hub wants, in order.
  std::vector<SharedText> Names() const;
  size_t CountOf(PathId hub) const;

  // Memory that they take: those of one hub, and of all.
  size_t BytesOf(PathId hub) const;
  size_t bytes() const { return bytes_; }

 private:
  struct ByText {
    using is_transparent = void;
    static std::string_view Of(const SharedText& name) { return *name; }
    static std::string_view Of(std::string_view name) { return name; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return Of(a) < Of(b);
    }
  };
  struct OfOne {
    absl::btree_set<SharedText, ByText> names;
    size_t bytes = 0;
  };

  absl::btree_map<SharedText, Hubs, ByText> by_name_;
  absl::flat_hash_map<PathId, OfOne> by_hub_;
  absl::flat_hash_set<PathId> all_;
  absl::flat_hash_set<PathId> greeting_;
  size_t bytes_ = 0;
};

}  // namespace pigeonhub
