// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/btree_set.h"
#include "pigeonhub/records.h"
#include "server/core/ids.h"
#include "server/core/links/news_rate.h"
#include "server/core/mesh/conversation.h"
#include "server/core/mesh/stream_numbers.h"
#include "server/core/time.h"

namespace pigeonhub {

// The namespaces that a hub wants to hear of.
class Wants {
 public:
  struct ByText {
    using is_transparent = void;
    static std::string_view Of(const SharedText& text) { return *text; }
    static std::string_view Of(std::string_view text) { return text; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return Of(a) < Of(b);
    }
  };

  // Returns the name that is kept: what waits to be said of it shares that.
  SharedText Add(const SharedText& name) {
    const auto [it, is_new] = names_.insert(name);
    if (is_new) bytes_ += SizeOf(*name);
    return *it;
  }
  void Remove(const std::string& name) {
    const auto it = names_.find(name);
    if (it == names_.end()) return;
    bytes_ -= SizeOf(name);
    names_.erase(it);
  }
  void Clear() {
    names_.clear();
    bytes_ = 0;
  }
  bool Contains(const std::string& name) const { return names_.contains(name); }
  size_t size() const { return names_.size(); }
  // Memory that they take.
  size_t bytes() const { return bytes_; }
  const absl::btree_set<SharedText, ByText>& names() const { return names_; }

 private:
  // With what the allocator and the set need for it.
  static size_t SizeOf(const std::string& name) { return 4 * sizeof(std::string) + name.size(); }

  absl::btree_set<SharedText, ByText> names_;
  size_t bytes_ = 0;
};

// What two hubs have told each other of bans; see BanNews.
struct BanTalk {
  // What we say. Places are orders in our list.
  bool greeted = false;  // with the digest of our list
  uint64_t told_to = 0;  // of all that became known here, as far as it concerns the hub
  struct Page {
    uint64_t after = 0;
    size_t left = 0;
  };
  std::optional<Page> page;  // that it asked for
  // What we hear. Places are orders in its list.
  std::optional<uint64_t> held;  // the digest of its list, if we have still to compare
  bool asked = false;            // for its list, and it has not said all of that
  uint64_t ask_after = 0;
  std::optional<SteadyTime> ask_at;  // for more
  size_t expected = 0;               // bans of the page that was asked for
  // Of what comes unasked.
  NewsRate rate{std::chrono::milliseconds(10), 1000};

  // The conversation begins anew, and what waited to be said is lost.
  void Restart() {
    greeted = asked = false;
    page.reset();
    ask_at.reset();
    expected = 0;
  }
};

// A mesh hub, near or far, and what it and this hub say to each other.
struct MeshHub {
  MeshHub(const PeerId& hub, PathId to, StreamNumbers& streams, const Conversation::Room& room)
      : id(hub), path(to), talk(streams, room) {}

  const PeerId id;
  const PathId path;
  Conversation talk;
  bool up = false;  // a route led there once, and this hub greeted it
  PeerId next_hop;  // while there is a route
  // When this hub gives it up: it is on the map, but no route leads there.
  std::optional<SteadyTime> gone_at;
  Wants wants;
  BanTalk bans;
  bool wants_all = false;
  bool behind = false;         // what waited for it was dropped, and counted as such
  UnixMillis reported_at = 0;  // when its last word on the map came
  LinkCounts counts;

  bool CanBeReached() const { return up && !gone_at.has_value(); }
};

}  // namespace pigeonhub
