// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/mesh/talking_hubs.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(TwoHubs, HearEachOtherInOrderAndTogetherWhatWasSaidTogether) {
  a_.Say("1");
  a_.Say("2");
  b_.Say("3");
  const BodyPtr body = a_.Next(now_);
  EXPECT_THAT(body->ops, SizeIs(2));
  EXPECT_EQ(a_.Next(now_), nullptr);
  b_.Hear(now_, body);
  Flow();
  EXPECT_THAT(b_.heard, ElementsAre("1", "2"));
  EXPECT_THAT(a_.heard, ElementsAre("3"));
}

TEST_F(TwoHubs, SayAgainWhatWasLostUntilItIsAcknowledged) {
  a_.Say("1");
  ASSERT_NE(a_.Next(now_), nullptr);
  EXPECT_THAT(a_.Again(now_), IsEmpty());
  now_ += 1s;
  EXPECT_EQ(a_.talk.NextDeadline(now_), now_);
  const auto again = a_.Again(now_);
  ASSERT_THAT(again, SizeIs(1));
  b_.Hear(now_, again[0]);
  b_.Hear(now_, again[0]);
  EXPECT_THAT(b_.heard, ElementsAre("1")) << "once, however often it comes";
  now_ += 100ms;
  a_.Hear(now_, b_.talk.TakeAck(now_));
  EXPECT_EQ(a_.talk.NextDeadline(now_), std::nullopt);
}

TEST_F(TwoHubs, CatchUpAtOnceAfterMuchWasLost) {
  for (int i = 0; i < 200; ++i) {
    a_.SayNow(std::to_string(i));
    ASSERT_NE(a_.Next(now_), nullptr);
  }
  now_ += 1s;
  size_t pieces = 0;
  for (;; ++pieces) {
    const auto again = a_.Again(now_);
    if (again.empty()) break;
    for (const BodyPtr& body : again) {
      b_.Hear(now_, body);
      if (const BodyPtr ack = b_.talk.TakeAck(now_)) a_.Hear(now_, ack);
    }
  }
  EXPECT_THAT(b_.heard, SizeIs(200));
  EXPECT_LE(pieces, 7u) << "each body is said again once";
}

TEST_F(TwoHubs, NoticeWhatIsMissingAndKeepTheOrder) {
  a_.Say("1");
  const BodyPtr first = a_.Next(now_);
  a_.Say("2");
  b_.Hear(now_, first);
  Flow();
  a_.Say("3");
  const BodyPtr third = a_.Next(now_);
  a_.Say("4");
  const BodyPtr fourth = a_.Next(now_);
  b_.Hear(now_, fourth);
  EXPECT_THAT(b_.heard, ElementsAre("1", "2"));
  now_ += 100ms;
  a_.Hear(now_, b_.talk.TakeAck(now_));
  for (const BodyPtr& body : a_.Again(now_)) b_.Hear(now_, body);
  EXPECT_THAT(b_.heard, ElementsAre("1", "2", "3", "4"));
}

TEST_F(TwoHubs, HoldLongListsBackButNoSignals) {
  a_.talk.SayJoins(std::vector<PeerId>(5000, Id('f')));
  size_t bodies = 0;
  while (a_.Next(now_) != nullptr) ++bodies;
  EXPECT_EQ(bodies, 16u);
  a_.SayNow("signal");
  EXPECT_NE(a_.Next(now_), nullptr);
  EXPECT_EQ(a_.Next(now_), nullptr);
}

TEST_F(TwoHubs, HearWhatCouldNotWaitInItsOrder) {
  for (const char* word : {"1", "2", "3"}) a_.SayNow(word);
  Flow();
  EXPECT_THAT(b_.heard, ElementsAre("1", "2", "3"));
}

TEST_F(TwoHubs, GetThroughLongLists) {
  a_.talk.SayJoins(std::vector<PeerId>(5000, Id('f')));
  a_.Say("end");
  Flow();
  EXPECT_THAT(b_.heard, SizeIs(5001));
  EXPECT_EQ(b_.heard.back(), "end");
}

TEST_F(TwoHubs, BeginAnewWhenOneForgotTheOther) {
  a_.Say("1");
  b_.Say("2");
  Flow();
  Side reborn(3);
  reborn.Say("3");
  const Conversation::Heard heard = a_.Hear(now_, reborn.Next(now_));
  EXPECT_TRUE(heard.fresh);
  EXPECT_TRUE(heard.start_over) << "it does not know the 1";
  EXPECT_TRUE(heard.accepted);
  a_.talk.StartOver();
  a_.Say("1");
  reborn.Hear(now_, a_.Next(now_));
  EXPECT_THAT(reborn.heard, ElementsAre("1"));
}

class SlowHub : public TwoHubs {
 protected:
  // The other one acknowledges nothing, and the window fills.
  SlowHub() {
    for (int i = 0; i < 16; ++i) {
      busy_.Say("early");
      said_.push_back(busy_.Next(now_));
    }
  }
  // ... and now it does.
  void Acknowledge() {
    for (const BodyPtr& body : said_) b_.Hear(now_, body);
    now_ += 100ms;
    busy_.Hear(now_, b_.talk.TakeAck(now_));
  }

  Side busy_{4, {.ops = 10, .listed = 100}};
  std::vector<BodyPtr> said_;
};

TEST_F(SlowHub, IsToldWhatWaitedIfThereIsRoomForIt) {
  for (int i = 0; i < 9; ++i) busy_.Say("late");
  busy_.talk.SayJoins(std::vector<PeerId>(100, Id('f')));
  EXPECT_FALSE(busy_.talk.fell_behind());
  Acknowledge();
  while (BodyPtr body = busy_.Next(now_)) b_.Hear(now_, body);
  EXPECT_THAT(b_.heard, SizeIs(16 + 9 + 100));
}

TEST_F(SlowHub, MakesUsDropWhatWaitsBeyondThatAndBeginAnewOnceItCaughtUp) {
  for (int i = 0; i < 11; ++i) busy_.Say("late");
  EXPECT_TRUE(busy_.talk.fell_behind());
  EXPECT_FALSE(busy_.talk.HasMore(now_));
  busy_.Say("later");
  busy_.SayNow("signal");
  EXPECT_EQ(busy_.Next(now_), nullptr);
  EXPECT_FALSE(busy_.talk.may_begin_anew());
  Acknowledge();
  ASSERT_TRUE(busy_.talk.may_begin_anew());
  busy_.talk.BeginAnew();
  busy_.Say("anew");
  b_.heard.clear();
  EXPECT_TRUE(b_.Hear(now_, busy_.Next(now_)).fresh);
  EXPECT_THAT(b_.heard, ElementsAre("signal", "anew"));
}

TEST_F(SlowHub, IsHeldToItsRoomForListsToo) {
  busy_.talk.SayJoins(std::vector<PeerId>(60, Id('f')));
  busy_.talk.SayJoins(std::vector<PeerId>(41, Id('f')));
  EXPECT_TRUE(busy_.talk.fell_behind());
}

TEST_F(SlowHub, GetsTheRoomBackOfListsThatItWasTold) {
  for (int i = 0; i < 3; ++i) {
    busy_.talk.SayJoins(std::vector<PeerId>(100, Id('f')));
    EXPECT_FALSE(busy_.talk.fell_behind());
    Acknowledge();
    said_.clear();
    while (BodyPtr body = busy_.Next(now_)) said_.push_back(body);
  }
}

TEST_F(TwoHubs, PutNoMoreIntoABodyThanItHasRoomFor) {
  Side narrow(5, {.ops = 100, .listed = 100, .body = 50'000});
  EXPECT_TRUE(narrow.talk.Fits(Large(49'000)));
  EXPECT_FALSE(narrow.talk.Fits(Large(50'000)));
  narrow.Signal("1", Id('3'));
  EXPECT_THAT(narrow.talk.SaySignal(Large(49'700)), IsEmpty());
  narrow.Signal("2", Id('4'));
  EXPECT_THAT(narrow.Next(now_)->ops, SizeIs(1));
  EXPECT_THAT(narrow.Next(now_)->ops, SizeIs(1)) << "the signal alone";
  EXPECT_THAT(narrow.Next(now_)->ops, SizeIs(1));
}

TEST_F(TwoHubs, PutOneIntoABodyEvenIfItFitsNone) {
  Side narrow(5, {.ops = 100, .listed = 100, .body = 0});
  narrow.Say("1");
  narrow.Say("2");
  narrow.talk.SayJoins({Id('f')});
  for (int i = 0; i < 3; ++i) {
    const BodyPtr body = narrow.Next(now_);
    ASSERT_NE(body, nullptr);
    EXPECT_THAT(body->ops, SizeIs(1));
  }
  EXPECT_EQ(narrow.Next(now_), nullptr);
}

TEST_F(TwoHubs, BeginSmallerWithoutTheSignalsThatWereSaid) {
  a_.talk.SaySignal(Large(100'000));
  const uint64_t stream = a_.Next(now_)->stream;
  a_.talk.SaySignal(Large(80'000));
  a_.Signal("fits");
  EXPECT_GE(a_.talk.largest_unacked(), 100'000u);
  EXPECT_THAT(a_.talk.BeginSmaller(), SizeIs(2));
  EXPECT_FALSE(a_.talk.Fits(Large(80'000)));
  EXPECT_TRUE(a_.talk.Fits(Large(40'000)));
  EXPECT_EQ(a_.talk.largest_unacked(), 0u);
  const BodyPtr next = a_.Next(now_);
  EXPECT_NE(next->stream, stream);
  EXPECT_TRUE(b_.Hear(now_, next).fresh);
  EXPECT_THAT(b_.heard, ElementsAre("fits"));
}

TEST_F(TwoHubs, AreStuckOverALargeBodyOnly) {
  a_.talk.SaySignal(Large(100'000));
  Side small(6);
  small.Say("1");
  a_.Next(now_);
  small.Next(now_);
  for (int i = 0; i < 3; ++i) {
    now_ += 4s;
    EXPECT_FALSE(a_.talk.IsStuck(now_));
    EXPECT_THAT(a_.Again(now_), SizeIs(1));
    small.Again(now_);
  }
  EXPECT_FALSE(a_.talk.IsStuck(now_)) << "the last time may still be heard";
  EXPECT_TRUE(a_.talk.IsStuck(now_, /*at_once=*/true)) << "but not over a way that is no more";
  now_ += 4s;
  EXPECT_TRUE(a_.talk.IsStuck(now_));
  EXPECT_FALSE(small.talk.IsStuck(now_));
}

TEST_F(TwoHubs, AreNotMisledByWhatComesLate) {
  a_.Say("1");
  const BodyPtr early = a_.Next(now_);
  b_.Hear(now_, early);
  b_.Say("2");
  Flow();
  a_.Say("3");
  Flow();
  EXPECT_FALSE(b_.Hear(now_, early).start_over);
  EXPECT_THAT(b_.heard, ElementsAre("1", "3"));
}

// ---- News gather

class GatheringHubs : public TwoHubs {
 protected:
  GatheringHubs() { a_.gather = b_.gather = 300ms; }
  size_t OpsSaid() {
    const BodyPtr body = a_.Next(now_);
    if (body == nullptr) return 0;
    b_.Hear(now_, body);
    return body->ops.size();
  }
};

TEST_F(GatheringHubs, SayNewsAtOnceAfterARestAndMoreOfThemTogether) {
  a_.Say("1");
  EXPECT_EQ(OpsSaid(), 1u);
  a_.Say("2");
  EXPECT_FALSE(a_.talk.HasMore(now_));
  EXPECT_EQ(OpsSaid(), 0u);
  EXPECT_EQ(a_.talk.NextDeadline(now_), now_ + 300ms);
  now_ += 299ms;
  a_.Say("3");
  EXPECT_EQ(OpsSaid(), 0u);
  now_ += 1ms;
  EXPECT_TRUE(a_.talk.HasMore(now_));
  EXPECT_EQ(OpsSaid(), 2u);
}

TEST_F(GatheringHubs, SayWhatGatheredBeforeASignalInTheSameBody) {
  a_.Say("1");
  OpsSaid();
  a_.Say("2");
  a_.Signal("signal");
  EXPECT_EQ(OpsSaid(), 2u);
  EXPECT_THAT(b_.heard, ElementsAre("1", "2", "signal"));
}

TEST_F(GatheringHubs, SayAnswersAndListsAtOnce) {
  a_.Say("1");
  OpsSaid();
  a_.SayNow("answer");
  EXPECT_EQ(OpsSaid(), 1u);
  a_.talk.SayJoins({Id('f')});
  EXPECT_EQ(OpsSaid(), 1u);
}

TEST_F(GatheringHubs, AcknowledgeAsRarelyAndTogetherWithNews) {
  a_.Say("1");
  OpsSaid();
  now_ += 299ms;
  EXPECT_EQ(b_.talk.TakeAck(now_), nullptr);
  b_.Say("at once");
  EXPECT_NE(b_.Next(now_), nullptr);
  a_.talk.SayNow(mesh::Claim{Id('f')});
  OpsSaid();
  now_ += 299ms;
  b_.Say("gathers");
  EXPECT_EQ(b_.Next(now_), nullptr);
  now_ += 1ms;
  EXPECT_NE(b_.Next(now_), nullptr) << "the acknowledgement is due";
  EXPECT_EQ(b_.talk.TakeAck(now_), nullptr) << "and went along";
}

TEST_F(GatheringHubs, SayNothingAgainBeforeItCanBeAcknowledged) {
  a_.Say("1");
  OpsSaid();
  now_ += 1299ms;
  EXPECT_THAT(a_.Again(now_), IsEmpty());
  now_ += 1ms;
  EXPECT_THAT(a_.Again(now_), SizeIs(1));
}

TEST_F(TwoHubs, BeginAnewWhenTheirLinkIsCutOffThreeTimesInARow) {
  EXPECT_FALSE(a_.talk.CutOffAgain()) << "nothing is under way";
  a_.talk.SaySignal(Large(100'000));
  a_.Next(now_);
  a_.Signal("waits");
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(a_.talk.CutOffAgain());
  EXPECT_TRUE(a_.talk.CutOffAgain());
  EXPECT_THAT(a_.talk.BeginAnew(), SizeIs(1)) << "lost";
  Flow();
  EXPECT_THAT(b_.heard, ElementsAre("waits"));
}

}  // namespace
}  // namespace pigeonhub
