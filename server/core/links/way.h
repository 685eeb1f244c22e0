// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "pigeonhub/records.h"
#include "server/base/key_pair.h"
#include "server/core/ids.h"
#include "server/core/links/news_rate.h"
#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub {

// Something over which other hubs are heard: a link, or the bus.
struct Way {
  static constexpr Duration kEachChange = std::chrono::milliseconds(100);
  static constexpr size_t kWordsOverALink = 2;

  // `words_at_once`: that each hub may say when two meshes become one, or all hubs start.
  Way(size_t most_hubs, size_t words_at_once)
      : map_changes(kEachChange, words_at_once * most_hubs),
        signature_checks(EachCheck(most_hubs), words_at_once * most_hubs) {}

  // The hub at the other end, of a link. A reference hub that this hub dialed does not tell its id.
  std::optional<PeerId> hub;
  // With which that hub signs, as its token or its first own news over this link said. It has no
  // other while the link lasts.
  std::optional<PublicKey> hub_key;
  bool proved_key = false;        // its own news came over this link, signed with that key
  std::optional<Reason> refused;  // it is to be closed, whatever else it says
  // Of the news that come: the entries after which routes are worked out anew, or this hub has to
  // speak up; and those whose signature is checked. All hubs that a map may hold repeat their news
  // at half of the second rate.
  NewsRate map_changes;
  NewsRate signature_checks;
  LinkCounts counts;

 private:
  static constexpr Duration EachCheck(size_t most_hubs) {
    constexpr Duration kAllRepeat = std::chrono::seconds(10);
    const Duration each = kAllRepeat / static_cast<int64_t>(2 * most_hubs);
    return std::min<Duration>(each, std::chrono::milliseconds(10));
  }
};

}  // namespace pigeonhub
