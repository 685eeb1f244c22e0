// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "pigeonhub/pair_report.h"
#include "server/core/candidate_tally.h"
#include "server/core/ids.h"
#include "server/core/message.h"
#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub {

// What one of two peers said to the other in their last attempt to connect, and what became of it.
struct PairSide {
  // Milliseconds after PairRecord::began, and one; 0: never.
  using Mark = uint32_t;

  Mark offered = 0;   // its last offer, delivered or dropped
  Mark answered = 0;  // its last answer, the same
  CandidateTally candidates;
  Reason why_dropped = Reason::kCount;  // the last thing that was dropped
  uint8_t flags = 0;                    // a bit for each SignalType, and kToLink

  static constexpr uint8_t kToLink = 1 << kSignalTypeCount;  // its last signal went to another hub

  // The last signal of this type was dropped.
  bool Dropped(SignalType type) const { return (flags & Bit(type)) != 0; }
  static uint8_t Bit(SignalType type) { return static_cast<uint8_t>(1 << static_cast<int>(type)); }
};

// What HandshakeFunnel has counted of a handshake.
struct FunnelStages {
  std::array<bool, 2> offered{};  // by the sides of a PairRecord
  bool answered = false;
  bool candidates = false;
  bool connected = false;
  bool retried = false;
};

// What is known of two peers that signaled: envelopes alone.
struct PairRecord {
  // Sooner it is the offer of the other end, or the same one renewed.
  static constexpr Duration kRetriedAfter = std::chrono::seconds(10);

  SteadyTime began;                 // when the two were heard of, or their last handshake began
  std::array<PairSide, 2> sides{};  // of the lower id, of the higher id
  FunnelStages counted = {};
  // The last report of either on how the attempt ended: whose, what, and when; 0: there is none.
  bool reporter = false;
  PairReport report = {};
  PairSide::Mark reported = 0;

  // The side of `from`, which signals to `target`.
  static bool SideOf(const PeerId& from, const PeerId& target) { return target < from; }
  PairSide::Mark MarkOf(SteadyTime at) const;
  // Of a mark that is set.
  SteadyTime TimeOf(PairSide::Mark mark) const {
    return began + std::chrono::milliseconds(mark - 1);
  }
  // The last thing that either said; 0: nothing.
  PairSide::Mark last_mark() const;
  // Whether either offered, answered or reported.
  bool IsBegun() const { return last_mark() != 0; }
  // Without what they said before `at`.
  PairRecord After(SteadyTime at) const;
  // Whether they may be connected: one answered, or reported it, and none reported the end of it.
  bool MayBeConnected() const;
  // Whether the last report is of this kind.
  bool IsReported(PairReport::Kind kind) const { return reported != 0 && report.kind == kind; }
  // And no offer came since.
  bool HasEnded(PairReport::Kind kind) const;
  // How long the offer of the last attempt waited for its answer; nothing if either is not known.
  std::optional<Duration> AnswerAfter() const;
  // Of an answer of `side`: since the offer of the other one. Of a candidate: since the last offer
  // of either. Of an offer nothing.
  std::optional<Duration> SinceOffer(SteadyTime now, SignalType type, bool side) const;

  // A new handshake: forgets all of the one before.
  void Begin(SteadyTime now) { *this = {.began = now}; }
  void NoteSignal(SteadyTime now, SignalType type, bool side, const CandidateTally& candidates,
                  bool to_link);
  void NoteDrop(SteadyTime now, SignalType type, bool side, Reason reason);
  // Clients of the reference report that they are connected, and no more; such a report does not
  // take the place of one that says more.
  void NoteReport(SteadyTime now, bool side, const PairReport& what);

 private:
  PairSide::Mark last_offer() const { return std::max(sides[0].offered, sides[1].offered); }
  // An offer that comes late is a new attempt: forgets what both said before.
  void NoteOffer(SteadyTime now, bool side);
};

// What is known of each pair of peers that signaled lately, in either order: the last 100,000
// pairs, in at most 88 bytes each. Ids are kept as a fingerprint.
class PairHistory {
 public:
  static constexpr size_t kMostPairs = 100'000;

  // The fingerprint of a pair. All 64 bits are spread evenly.
  using Key = uint64_t;
  Key KeyOf(const PeerId& a, const PeerId& b) const;

  // `secret` keeps others from finding two pairs with one fingerprint.
  explicit PairHistory(uint64_t secret, size_t most_pairs = kMostPairs);
  PairHistory(const PairHistory&) = delete;
  PairHistory& operator=(const PairHistory&) = delete;

  // Pointers and references are good until the next FindOrAdd.
  PairRecord& FindOrAdd(SteadyTime now, const PeerId& a, const PeerId& b);
  PairRecord* Find(Key key);
  PairRecord* Find(const PeerId& a, const PeerId& b) { return Find(KeyOf(a, b)); }
  const PairRecord* Find(const PeerId& a, const PeerId& b) const;

  // Memory that it takes.
  size_t bytes() const;

 private:
  struct Slot {
    Key key;
    PairRecord record;
  };
  // The index holds numbers of slots, and looks at the slots for the keys.
  struct KeyOfSlot {
    using is_transparent = void;
    const std::vector<Slot>* slots;
    Key Of(Key key) const { return key; }
    Key Of(uint32_t slot) const { return (*slots)[slot].key; }
  };
  struct Hash : KeyOfSlot {
    template <typename T>
    size_t operator()(const T& one) const {
      return this->Of(one);
    }
  };
  struct Equal : KeyOfSlot {
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return this->Of(a) == this->Of(b);
    }
  };

  // A place for a new pair: that of the oldest, if there are too many.
  uint32_t MakeRoom();

  // Of which a key is the upper half.
  using Sum = unsigned __int128;

  std::array<Sum, 2 * std::tuple_size_v<PeerId::Words>> factors_;
  const size_t most_;
  std::vector<Slot> slots_;  // once full, a ring
  uint32_t oldest_ = 0;
  absl::flat_hash_set<uint32_t, Hash, Equal> index_;
};

}  // namespace pigeonhub
