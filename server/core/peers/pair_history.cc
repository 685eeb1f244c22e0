// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/pair_history.h"

#include <algorithm>
#include <limits>

#include "server/core/random.h"

namespace pigeonhub {

PairSide::Mark PairRecord::MarkOf(SteadyTime at) const {
  const int64_t ms = std::chrono::duration_cast<std::chrono::milliseconds>(at - began).count();
  constexpr int64_t kMost = std::numeric_limits<PairSide::Mark>::max();
  return static_cast<PairSide::Mark>(std::clamp<int64_t>(ms + 1, 1, kMost));
}

PairSide::Mark PairRecord::last_mark() const {
  PairSide::Mark last = reported;
  for (const PairSide& side : sides) last = std::max({last, side.offered, side.answered});
  return last;
}

PairRecord PairRecord::After(SteadyTime at) const {
  PairRecord after = *this;
  const auto forget = [&](PairSide::Mark& mark) {
    // A mark counts in whole milliseconds.
    if (mark != 0 && TimeOf(mark) + std::chrono::milliseconds(1) <= at) mark = 0;
  };
  forget(after.reported);
  for (PairSide& side : after.sides) {
    forget(side.offered);
    forget(side.answered);
  }
  return after;
}

bool PairRecord::MayBeConnected() const {
  if (HasEnded(PairReport::Kind::kFailed) || HasEnded(PairReport::Kind::kLost)) return false;
  return IsReported(PairReport::Kind::kEstablished) || sides[0].answered != 0 ||
         sides[1].answered != 0;
}

bool PairRecord::HasEnded(PairReport::Kind kind) const {
  return IsReported(kind) && last_offer() <= reported;
}

std::optional<Duration> PairRecord::AnswerAfter() const {
  for (size_t side = 0; side < sides.size(); ++side) {
    const PairSide::Mark answered = sides[side].answered;
    const PairSide::Mark offered = sides[1 - side].offered;
    if (offered != 0 && answered >= offered) return std::chrono::milliseconds(answered - offered);
  }
  return std::nullopt;
}

std::optional<Duration> PairRecord::SinceOffer(SteadyTime now, SignalType type, bool side) const {
  const PairSide::Mark offer = type == SignalType::kAnswer ? sides[!side].offered : last_offer();
  if (type == SignalType::kOffer || offer == 0) return std::nullopt;
  // Signals that pass at the same time may come in another order than their times.
  return std::max(now - TimeOf(offer), Duration());
}

void PairRecord::NoteOffer(SteadyTime now, bool side) {
  const PairSide::Mark last = last_offer();
  if (last != 0 && now - TimeOf(last) >= kRetriedAfter) {
    sides = {};
    reported = 0;
  }
  sides[side].offered = MarkOf(now);
}

void PairRecord::NoteSignal(SteadyTime now, SignalType type, bool side,
                            const CandidateTally& candidates, bool to_link) {
  if (type == SignalType::kOffer) NoteOffer(now, side);
  PairSide& by = sides[side];
  if (type == SignalType::kAnswer) by.answered = MarkOf(now);
  by.candidates.Add(candidates);
  by.flags &= static_cast<uint8_t>(~(PairSide::Bit(type) | PairSide::kToLink));
  if (to_link) by.flags |= PairSide::kToLink;
}

void PairRecord::NoteDrop(SteadyTime now, SignalType type, bool side, Reason reason) {
  if (type == SignalType::kOffer) NoteOffer(now, side);
  PairSide& by = sides[side];
  if (type == SignalType::kAnswer) by.answered = MarkOf(now);
  by.why_dropped = reason;
  by.flags |= PairSide::Bit(type);
}

void PairRecord::NoteReport(SteadyTime now, bool side, const PairReport& what) {
  const bool adds_nothing = IsReported(what.kind) && what == PairReport{.kind = what.kind};
  reported = MarkOf(now);
  if (adds_nothing) return;
  report = what;
  reporter = side;
}

PairHistory::PairHistory(uint64_t secret, size_t most_pairs)
    : most_(most_pairs), index_(0, Hash{{&slots_}}, Equal{{&slots_}}) {
  Random random(secret);
  for (Sum& factor : factors_) {
    factor = random.Next();
    factor = factor << 64 | random.Next();
  }
  // The most that the index may be larger than what is in it, when it is full: 8/7 and a doubling.
  static_assert(sizeof(Slot) + 8 <= 88, "docs/decisions/0033 says how much a pair takes");
}

PairRecord& PairHistory::FindOrAdd(SteadyTime now, const PeerId& a, const PeerId& b) {
  const Key key = KeyOf(a, b);
  if (const auto found = index_.find(key); found != index_.end()) return slots_[*found].record;
  const uint32_t at = MakeRoom();
  slots_[at] = {key, {.began = now}};
  index_.insert(at);
  return slots_[at].record;
}

PairRecord* PairHistory::Find(Key key) {
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : &slots_[*found].record;
}

const PairRecord* PairHistory::Find(const PeerId& a, const PeerId& b) const {
  const auto found = index_.find(KeyOf(a, b));
  return found == index_.end() ? nullptr : &slots_[*found].record;
}

size_t PairHistory::bytes() const {
  return slots_.capacity() * sizeof(Slot) + index_.capacity() * (sizeof(uint32_t) + 1);
}

// A multilinear hash: for who does not know the factors, two pairs collide by chance alone. That is
// so for the upper half of the sum, whichever digits differ.
PairHistory::Key PairHistory::KeyOf(const PeerId& a, const PeerId& b) const {
  const bool in_order = a < b;
  Sum sum = 0;
  const Sum* factor = factors_.data();
  for (const PeerId* id : {in_order ? &a : &b, in_order ? &b : &a}) {
    for (const uint64_t word : id->words()) sum += *factor++ * word;
  }
  return static_cast<Key>(sum >> 64);
}

uint32_t PairHistory::MakeRoom() {
  if (slots_.size() < most_) {
    // Not beyond what there may ever be, as doubling would go.
    if (slots_.size() == slots_.capacity()) {
      slots_.reserve(std::min(most_, std::max<size_t>(64, 2 * slots_.size())));
    }
    slots_.emplace_back();
    return static_cast<uint32_t>(slots_.size() - 1);
  }
  const uint32_t at = oldest_;
  oldest_ = static_cast<uint32_t>((oldest_ + 1) % most_);
  index_.erase(at);
  return at;
}

}  // namespace pigeonhub
