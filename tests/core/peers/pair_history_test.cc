// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/pair_history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kPairBegan{1h};
constexpr CandidateTally kOneHost{.host = 1, .v4 = 1, .udp = 1};

TEST(PairHistory, HasOneRecordForBothDirections) {
  PairHistory history(1);
  PairRecord& pair = history.FindOrAdd(kPairBegan, Id('a'), Id('b'));
  pair.NoteSignal(kPairBegan, SignalType::kOffer, PairRecord::SideOf(Id('b'), Id('a')), {}, false);
  EXPECT_EQ(history.Find(Id('b'), Id('a')), &pair);
  EXPECT_EQ(pair.sides[0].offered, 0u);
  EXPECT_NE(pair.sides[1].offered, 0u);
  EXPECT_EQ(history.Find(Id('a'), Id('c')), nullptr);
}

TEST(PairHistory, TellsIdsApartThatDifferInCase) {
  PairHistory history(1);
  const PeerId lower = Id('a');
  const PeerId upper = *PeerId::Parse("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  history.FindOrAdd(kPairBegan, lower, Id('1'));
  EXPECT_EQ(history.Find(upper, Id('1')), nullptr);
}

TEST(PairHistory, TellsIdsApartThatDifferInTheLastDigitsOfWordsAlone) {
  PairHistory history(1);
  for (int i = 0; i < 4096; ++i) {
    std::string text(PeerId::kLength, '0');
    for (size_t word = 0; word < 3; ++word)
      text[8 * word + 7] = "0123456789abcdef"[i >> 4 * word & 15];
    const PeerId id = *PeerId::Parse(text);
    EXPECT_EQ(history.Find(id, Id('b')), nullptr) << text;
    history.FindOrAdd(kPairBegan, id, Id('b'));
  }
}

TEST(PairHistory, GivesTheOldestUpWhenItIsFull) {
  PairHistory history(1, 100);
  for (uint32_t i = 0; i < 250; ++i) history.FindOrAdd(kPairBegan, NumberedId(i), Id('b'));
  for (uint32_t i = 0; i < 250; ++i) {
    EXPECT_EQ(history.Find(NumberedId(i), Id('b')) != nullptr, i >= 150) << i;
  }
}

TEST(PairHistory, TakesAtMost88BytesAPair) {
  PairHistory history(1);
  for (uint32_t i = 0; i < PairHistory::kMostPairs + 1; ++i) {
    history.FindOrAdd(kPairBegan, NumberedId(i), Id('b'));
  }
  EXPECT_LE(history.bytes(), 88 * PairHistory::kMostPairs);
  EXPECT_GT(history.bytes(), 64 * PairHistory::kMostPairs);
}

TEST(PairRecord, NotesWhenWhatWasSaid) {
  PairRecord pair{.began = kPairBegan};
  EXPECT_EQ(pair.last_mark(), 0u);
  pair.NoteSignal(kPairBegan, SignalType::kOffer, false, kOneHost, true);
  pair.NoteSignal(kPairBegan + 30ms, SignalType::kAnswer, true, kOneHost, false);
  pair.NoteSignal(kPairBegan + 40ms, SignalType::kIceCandidate, true, kOneHost, false);
  pair.NoteReport(kPairBegan + 250ms, true, {});
  EXPECT_EQ(pair.TimeOf(pair.sides[0].offered), kPairBegan);
  EXPECT_EQ(pair.TimeOf(pair.sides[1].answered), kPairBegan + 30ms);
  EXPECT_EQ(pair.TimeOf(pair.reported), kPairBegan + 250ms);
  EXPECT_EQ(pair.last_mark(), pair.reported);
  EXPECT_EQ(pair.sides[0].candidates, kOneHost);
  EXPECT_EQ(pair.sides[1].candidates.host, 2);
  EXPECT_NE(pair.sides[0].flags & PairSide::kToLink, 0);
  EXPECT_EQ(pair.sides[1].flags & PairSide::kToLink, 0);
}

TEST(PairRecord, TellsHowLongAnOfferWaitedForItsAnswer) {
  PairRecord pair{.began = kPairBegan};
  const auto say = [&](SignalType type, bool side, Duration after) {
    pair.NoteSignal(kPairBegan + after, type, side, {}, false);
  };
  say(SignalType::kAnswer, true, 1ms);
  EXPECT_EQ(pair.AnswerAfter(), std::nullopt) << "to what, nobody knows";
  say(SignalType::kOffer, false, 5ms);
  EXPECT_EQ(pair.AnswerAfter(), std::nullopt) << "it is of an older offer";
  say(SignalType::kOffer, true, 7ms);
  say(SignalType::kAnswer, true, 32ms);
  EXPECT_EQ(pair.AnswerAfter(), 27ms) << "both offered, and this one was answered";
  say(SignalType::kOffer, true, 11s);
  EXPECT_EQ(pair.AnswerAfter(), std::nullopt) << "another attempt";
}

TEST(PairRecord, TellsHowLongAfterAnOfferASignalComes) {
  PairRecord pair{.began = kPairBegan};
  const SteadyTime now = kPairBegan + 50ms;
  EXPECT_EQ(pair.SinceOffer(now, SignalType::kIceCandidate, false), std::nullopt);
  pair.NoteSignal(kPairBegan, SignalType::kOffer, false, {}, false);
  pair.NoteSignal(kPairBegan + 20ms, SignalType::kOffer, true, {}, false);
  EXPECT_EQ(pair.SinceOffer(now, SignalType::kOffer, false), std::nullopt);
  EXPECT_EQ(pair.SinceOffer(now, SignalType::kAnswer, true), 50ms) << "the offer of the other one";
  EXPECT_EQ(pair.SinceOffer(now, SignalType::kAnswer, false), 30ms);
  EXPECT_EQ(pair.SinceOffer(now, SignalType::kIceCandidate, false), 30ms) << "the last offer";
}

TEST(PairRecord, NotesThatTheLastOfAKindWasDropped) {
  PairRecord pair{.began = kPairBegan};
  pair.NoteDrop(kPairBegan, SignalType::kOffer, false, Reason::kSignalTooLarge);
  EXPECT_TRUE(pair.sides[0].Dropped(SignalType::kOffer));
  EXPECT_FALSE(pair.sides[0].Dropped(SignalType::kAnswer));
  EXPECT_EQ(pair.sides[0].why_dropped, Reason::kSignalTooLarge);
  EXPECT_NE(pair.sides[0].offered, 0u);
  pair.NoteSignal(kPairBegan + 1s, SignalType::kOffer, false, {}, false);
  EXPECT_FALSE(pair.sides[0].Dropped(SignalType::kOffer));
}

TEST(PairRecord, ForgetsAnAttemptWhenAnOfferComesTenSecondsAfterTheLast) {
  PairRecord pair{.began = kPairBegan};
  pair.NoteSignal(kPairBegan, SignalType::kOffer, false, kOneHost, false);
  pair.NoteSignal(kPairBegan, SignalType::kAnswer, true, kOneHost, false);
  pair.NoteSignal(kPairBegan + 9999ms, SignalType::kOffer, true, {}, false);
  EXPECT_NE(pair.sides[1].answered, 0u);
  pair.NoteSignal(kPairBegan + 20s, SignalType::kOffer, false, {}, false);
  EXPECT_EQ(pair.sides[1].answered, 0u);
  EXPECT_EQ(pair.sides[1].offered, 0u);
  EXPECT_TRUE(pair.sides[0].candidates.empty());
  EXPECT_EQ(pair.TimeOf(pair.sides[0].offered), kPairBegan + 20s);
}

TEST(PairRecord, KeepsTheLastReportAndWhatOneThatSaysLessDoesNotSay) {
  PairRecord pair{.began = kPairBegan};
  const PairReport whole{.ms = 164, .local = PairReport::Candidate::kHost};
  pair.NoteReport(kPairBegan + 200ms, true, whole);
  pair.NoteReport(kPairBegan + 250ms, false, {});
  EXPECT_EQ(pair.report, whole);
  EXPECT_TRUE(pair.reporter);
  EXPECT_EQ(pair.TimeOf(pair.reported), kPairBegan + 250ms);
  EXPECT_TRUE(pair.MayBeConnected());
  const PairReport lost{.kind = PairReport::Kind::kLost};
  pair.NoteReport(kPairBegan + 300ms, false, lost);
  EXPECT_EQ(pair.report, lost);
  EXPECT_FALSE(pair.reporter);
  EXPECT_FALSE(pair.MayBeConnected());
}

TEST(PairRecord, HasEndedUntilTheNextOffer) {
  PairRecord pair{.began = kPairBegan};
  EXPECT_FALSE(pair.HasEnded(PairReport::Kind::kFailed));
  pair.NoteSignal(kPairBegan, SignalType::kOffer, false, {}, false);
  pair.NoteReport(kPairBegan + 5s, true, {.kind = PairReport::Kind::kFailed});
  EXPECT_TRUE(pair.HasEnded(PairReport::Kind::kFailed));
  EXPECT_FALSE(pair.HasEnded(PairReport::Kind::kLost));
  pair.NoteSignal(kPairBegan + 6s, SignalType::kOffer, false, {}, false);
  EXPECT_FALSE(pair.HasEnded(PairReport::Kind::kFailed));
}

TEST(PairRecord, ForgetsAReportFromBeforeOneCameBack) {
  PairRecord pair{.began = kPairBegan};
  pair.NoteReport(kPairBegan + 5s, true, {.kind = PairReport::Kind::kFailed});
  EXPECT_TRUE(pair.After(kPairBegan + 5s).IsBegun());
  EXPECT_FALSE(pair.After(kPairBegan + 6s).IsBegun());
}

TEST(PairRecord, CountsTimesUpToSevenWeeks) {
  const PairRecord pair{.began = kPairBegan};
  EXPECT_EQ(pair.MarkOf(kPairBegan + 24h * 1000), std::numeric_limits<PairSide::Mark>::max());
  EXPECT_EQ(pair.MarkOf(kPairBegan - 1s), 1u);
}

TEST(CandidateTally, StopsAt255) {
  CandidateTally all;
  for (int i = 0; i < 300; ++i) all.Add(kOneHost);
  EXPECT_EQ(all.host, 255);
  EXPECT_EQ(all.udp, 255);
  EXPECT_EQ(all.relay, 0);
}

TEST(CandidateTally, AddsEachNumberByItself) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      CandidateTally tally{.host = static_cast<uint8_t>(a), .srflx = static_cast<uint8_t>(b)};
      tally.Add({.host = static_cast<uint8_t>(b), .relay = 1});
      const auto sum = static_cast<uint8_t>(std::min(a + b, 255));
      EXPECT_EQ(tally, (CandidateTally{.host = sum, .srflx = static_cast<uint8_t>(b), .relay = 1}));
    }
  }
}

TEST(CandidateTally, SeesThatASocketHasSeveralAddressesOutside) {
  const CandidateTally hidden{.mdns = 1, .srflx = 2, .v4 = 2, .udp = 3};
  EXPECT_TRUE(hidden.several_mappings());
  CandidateTally twice = hidden;
  twice.Add(hidden);
  EXPECT_TRUE(twice.several_mappings()) << "another attempt changes nothing";
  CandidateTally with_tcp = hidden;
  with_tcp.Add({.host = 1, .v4 = 1, .tcp = 1});
  EXPECT_TRUE(with_tcp.several_mappings());
}

TEST(CandidateTally, TakesNoSecondSocketForASecondAddress) {
  EXPECT_FALSE((CandidateTally{.host = 2, .srflx = 2, .v4 = 4, .udp = 4}.several_mappings()));
  EXPECT_FALSE((CandidateTally{.srflx = 2, .v4 = 2, .udp = 2}.several_mappings()))
      << "of whom no socket is known";
  EXPECT_FALSE((CandidateTally{.host = 1, .v4 = 1, .tcp = 1}.several_mappings()));
}

}  // namespace
}  // namespace pigeonhub
