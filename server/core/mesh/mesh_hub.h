// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "pigeonhub/records.h"
#include "server/core/ids.h"
#include "server/core/links/news_rate.h"
#include "server/core/mesh/conversation.h"
#include "server/core/mesh/stream_numbers.h"
#include "server/core/time.h"

namespace pigeonhub {

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

  // Whether there is something to ask it for, or it was asked.
  bool differs() const { return asked || held.has_value() || ask_at.has_value(); }

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
  // So long signals wait for a hub that no route leads to.
  static constexpr Duration kSignalsWait = std::chrono::seconds(5);

  MeshHub(const PeerId& hub, PathId to, StreamNumbers& streams, const Conversation::Room& room,
          const Duration& gather)
      : id(hub), path(to), talk(streams, room, gather) {}

  const PeerId id;
  const PathId path;
  Conversation talk;
  std::optional<SteadyTime> up;  // since a route led there first, and this hub greeted it
  PeerId next_hop;               // while there is a route
  // It is on the map, but no route leads there.
  struct Lost {
    SteadyTime gone_at;  // when this hub gives it up
    SteadyTime since;
    UnixMillis since_ms = 0;  // the same moment, to be shown
    bool no_signals = false;  // signals wait for it no more

    // When there is something to do for it.
    SteadyTime until() const {
      return no_signals ? gone_at : std::min(gone_at, since + kSignalsWait);
    }
  };
  std::optional<Lost> lost;
  BanTalk bans;
  bool behind = false;         // what waited for it was dropped, and counted as such
  UnixMillis reported_at = 0;  // when its last word on the map came
  LinkCounts counts;

  Conversation::Memory memory;  // of what it is to be told, when it was last looked at

  bool CanBeReached() const { return up && !lost.has_value(); }
  // When there is something to do for it, if nothing comes before.
  std::optional<SteadyTime> NextDeadline(SteadyTime now) const {
    return lost.has_value() ? lost->until() : talk.NextDeadline(now);
  }
};

}  // namespace pigeonhub
