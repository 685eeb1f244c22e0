// SPDX-License-Identifier: Apache-2.0
//
// Signals in a conversation: beside what else is said, and what room they have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/core/mesh/talking_hubs.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// ---- A signal does not overtake the join of its sender

TEST_F(TwoHubs, SayASignalPastALongListWithTheJoinOfItsSender) {
  a_.talk.SayJoins(std::vector<PeerId>(5000, Id('f')));
  a_.Signal("signal", Id('1'));
  b_.Hear(now_, a_.Next(now_));
  ASSERT_GT(b_.heard.size(), 2u) << "the list goes on in the same body";
  b_.heard.resize(2);
  EXPECT_THAT(b_.heard, ElementsAre("join 1", "signal"));
  b_.heard.clear();
  while (const BodyPtr body = a_.Next(now_)) b_.Hear(now_, body);
  b_.heard.clear();
  a_.Signal("another", Id('1'));
  b_.Hear(now_, a_.Next(now_));
  EXPECT_THAT(b_.heard, ElementsAre("another")) << "it was told, and the list still waits";
}

TEST_F(TwoHubs, SayTheJoinOfASenderAgainAfterItsLeave) {
  a_.talk.SayJoins(std::vector<PeerId>(300, Id('f')));
  a_.Say("1");
  a_.talk.Say(mesh::Leave{Id('1'), std::make_shared<const std::string>("room"), "", false, {}});
  a_.talk.SayJoins(std::vector<PeerId>(5000, Id('f')));
  a_.Signal("signal", Id('1'));
  while (const BodyPtr body = a_.Next(now_)) b_.Hear(now_, body);
  b_.heard.clear();
  a_.Signal("another", Id('1'));
  b_.Hear(now_, a_.Next(now_));
  EXPECT_THAT(b_.heard, ElementsAre("join 1", "another"));
}

TEST_F(TwoHubs, SayNoJoinInAnotherNamespaceThanTheSignal) {
  a_.talk.SayJoins(std::vector<PeerId>(5000, Id('f')));
  a_.talk.SaySignal({SignalType::kOffer, Id('1'), Id('2'),
                     std::make_shared<const std::string>("attic"), Json("signal")});
  b_.Hear(now_, a_.Next(now_));
  EXPECT_EQ(b_.heard.front(), "signal");
}

TEST_F(TwoHubs, SayALargeSignalBehindTheJoinOfItsSender) {
  Side narrow(5, {.ops = 100, .listed = 10'000, .body = 50'000});
  narrow.talk.SayJoins(std::vector<PeerId>(5000, Id('f')));
  EXPECT_THAT(narrow.talk.SaySignal(Large(49'700)), IsEmpty());
  const BodyPtr first = narrow.Next(now_);
  ASSERT_THAT(first->ops, Not(IsEmpty()));
  EXPECT_TRUE(std::holds_alternative<mesh::Join>(first->ops[0]));
  EXPECT_TRUE(std::holds_alternative<mesh::Signal>(narrow.Next(now_)->ops[0]));
}

TEST_F(TwoHubs, SayNewsWhileManySignalsAreUnderWay) {
  for (int i = 0; i < 100; ++i) {
    a_.Signal("signal");
    ASSERT_NE(a_.Next(now_), nullptr);
  }
  a_.Say("news");
  EXPECT_NE(a_.Next(now_), nullptr);
}

TEST_F(TwoHubs, SayAgainWithoutTheSignalsThatWereTakenBack) {
  a_.Say("1");
  a_.Signal("said");
  a_.Next(now_);
  a_.Signal("waits");
  EXPECT_THAT(a_.talk.TakeSignals(), SizeIs(2));
  EXPECT_EQ(a_.talk.memory().signals, 0u);
  now_ += 1s;
  for (const BodyPtr& body : a_.Again(now_)) b_.Hear(now_, body);
  a_.Say("2");
  Flow();
  EXPECT_THAT(b_.heard, ElementsAre("1", "2"));
}

// ---- Signals have a room in bytes

class ManyPeers : public TwoHubs {
 protected:
  // Bytes with what a signal costs beside its payload.
  static constexpr size_t kEach = 10'520;
  ManyPeers() : narrow_(7, {.signals = 8 * kEach}) {}

  size_t Drops(char from, size_t bytes = 10'000) {
    mesh::Signal signal = Large(bytes);
    signal.from = Id(from);
    return narrow_.talk.SaySignal(std::move(signal)).size();
  }

  Side narrow_;
};

TEST_F(ManyPeers, HaveAShareEachUntilWhatTheySaidIsAcknowledged) {
  EXPECT_EQ(Drops('1'), 0u);
  EXPECT_EQ(Drops('1'), 0u);
  EXPECT_EQ(Drops('1'), 1u);
  EXPECT_EQ(Drops('3'), 0u) << "others go on";
  std::vector<BodyPtr> said;
  while (BodyPtr body = narrow_.Next(now_)) said.push_back(body);
  EXPECT_EQ(Drops('1'), 1u) << "it is said, and still held";
  for (const BodyPtr& body : said) b_.Hear(now_, body);
  now_ += 100ms;
  narrow_.Hear(now_, b_.talk.TakeAck(now_));
  EXPECT_EQ(narrow_.talk.memory().signals, 0u);
  EXPECT_EQ(Drops('1'), 0u);
}

TEST_F(ManyPeers, MaySayOneSignalHoweverLargeAtATime) {
  EXPECT_EQ(Drops('1', 50'000), 0u);
  EXPECT_EQ(Drops('1', 100), 1u);
}

TEST_F(ManyPeers, GiveWayToThoseWhoHoldLess) {
  for (const char hog : {'1', '3', '4', '5'}) {
    EXPECT_EQ(Drops(hog), 0u);
    EXPECT_EQ(Drops(hog), 0u);
  }
  EXPECT_EQ(Drops('6', 100), 1u) << "the last of one that holds two";
  EXPECT_LE(narrow_.talk.memory().signals, 8 * kEach);
  EXPECT_EQ(Drops('7', 11'000), 1u) << "as another one now has only one";
  EXPECT_EQ(Drops('8', 25'000), 1u) << "itself: nobody holds more";
}

TEST_F(ManyPeers, TakeTurns) {
  for (const char* word : {"a1", "a2", "a3"}) a_.Signal(word, Id('a'));
  a_.Signal("b1", Id('b'));
  a_.Signal("c1", Id('c'));
  Flow();
  EXPECT_THAT(b_.heard, ElementsAre("a1", "b1", "c1", "a2", "a3"));
}

TEST_F(ManyPeers, HaveHalfTheRoomUnderWayAtMost) {
  for (const char peer : {'1', '3', '4', '5', '6', '7'}) Drops(peer);
  size_t signals = 0;
  while (BodyPtr body = narrow_.Next(now_)) signals += body->ops.size();
  EXPECT_EQ(signals, 5u);
  EXPECT_THAT(narrow_.talk.TakeSignals(), SizeIs(6)) << "one waits";
}

TEST_F(ManyPeers, SayNothingAgainWhileWhatIsSaidAgainFindsNoRoom) {
  a_.Signal("1");
  a_.Next(now_);
  a_.Signal("2");
  a_.Next(now_);
  for (int i = 0; i < 5; ++i) {
    now_ += 4s;
    a_.talk.SayAgainWhenDue(now_);
  }
  EXPECT_TRUE(a_.talk.HasMore(now_));
  size_t again = 0;
  while (a_.Next(now_) != nullptr) ++again;
  EXPECT_EQ(again, 2u) << "each once";
}

}  // namespace
}  // namespace pigeonhub
