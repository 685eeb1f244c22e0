// SPDX-License-Identifier: Apache-2.0
//
// What happens at a hub for development, as lines for its developer: who came and left, who was
// turned away, and what became of a pair; and, for who wants to see them, signals from one to the
// other.
//
//   12:48:36  + c175a5d9  chat      first one here
//   12:48:36  > e06ea286  c175a5d9  answer after 27 ms
//   12:48:41  x aaaaaaaa            turned away: this id is connected already (two tabs with …
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pigeonhub/event.h"
#include "pigeonhub/findings.h"

namespace pigeonhub {

class LiveLines {
 public:
  // In tables, beyond which nobody is kept in mind; a developer has a few.
  static constexpr size_t kMostMembers = 10'000;
  static constexpr size_t kMostPairs = 256;
  static constexpr size_t kMostPairsOfOne = 8;
  // So long a pair has time to connect before somebody asks why it did not.
  static constexpr UnixMillis kTimeToConnect = 10'000;

  using ClockText = std::function<std::string(UnixMillis)>;
  struct Options {
    bool colour = false;   // of what is wrong
    bool signals = false;  // these as well
  };
  // `clock_text` writes a time of day.
  LiveLines(ClockText clock_text, Options options);

  // Of every event in turn. Without line ends.
  std::vector<std::string> On(const Event& event);

  // The pairs whose time is over now, to be explained; each is told once.
  std::vector<PairQuestion> Due(UnixMillis now);
  // What is to be said of such a pair; empty: nothing.
  std::string Explained(const PairQuestion& pair, const Explanation& explanation, UnixMillis now);

 private:
  enum class Mark : char {
    kCame = '+',
    kLeft = '-',
    kPair = '=',
    kSignal = '>',
    kOdd = '!',
    kRefused = 'x',
  };
  struct Member {
    std::string network;
    UnixMillis since = 0;
  };
  using Pair = std::pair<PeerId, PeerId>;  // the lesser id first
  static Pair PairOf(const PeerId& a, const PeerId& b);

  std::vector<std::string> Came(UnixMillis at, const PeerAnnounced& event);
  std::vector<std::string> Left(UnixMillis at, const PeerDisconnected& event);
  std::vector<std::string> Connected(UnixMillis at, const PairConnected& event);
  std::vector<std::string> Failed(UnixMillis at, const PairFailed& event);
  std::vector<std::string> Retried(UnixMillis at, const PairRetried& event);
  std::vector<std::string> Refused(UnixMillis at, const PeerRefused& event) const;
  std::vector<std::string> Passed(UnixMillis at, const SignalRelayed& event) const;
  std::vector<std::string> Dropped(UnixMillis at, const SignalDropped& event) const;

  // From now on this pair has its time to connect.
  void Await(const PeerId& a, const PeerId& b, UnixMillis now);
  // Whether this peer is known to have come after that.
  bool CameAfter(const PeerId& peer, UnixMillis at) const;
  // How many are in a room whose name looks the same, and its name; 0: there is none.
  std::pair<size_t, std::string> Lookalike(const std::string& network) const;
  // How many are in the room of this peer, with it.
  size_t RoomOf(const PeerId& peer) const;
  void Forget(const PeerId& peer);
  std::string Line(UnixMillis at, Mark mark, std::string_view who, std::string_view where,
                   std::string_view text) const;

  const ClockText clock_text_;
  const Options options_;
  std::map<PeerId, Member> members_;
  std::map<std::string, std::vector<PeerId>> rooms_;  // in the order in which they came
  std::map<Pair, UnixMillis> waiting_;                // to connect, and since when
};

}  // namespace pigeonhub
