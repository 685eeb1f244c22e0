// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

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
  void Add(const std::string& name) {
    if (names_.insert(name).second) bytes_ += SizeOf(name);
  }
  void Remove(const std::string& name) {
    if (names_.erase(name) > 0) bytes_ -= SizeOf(name);
  }
  void Clear() {
    names_.clear();
    bytes_ = 0;
  }
  bool Contains(const std::string& name) const { return names_.contains(name); }
  size_t size() const { return names_.size(); }
  // Memory that they take.
  size_t bytes() const { return bytes_; }
  const absl::btree_set<std::string>& names() const { return names_; }

 private:
  static size_t SizeOf(const std::string& name) { return 2 * sizeof(std::string) + name.size(); }

  absl::btree_set<std::string> names_;
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
