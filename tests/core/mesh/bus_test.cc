// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr uint64_t kLife = 1000;

// We are e.
class BusTest : public ::testing::Test {
 protected:
  BusTest() { bus_.Attach(now_, now_, 1 << 20); }

  // We say something to all, and hear it at once.
  Bus::Heard SayAndHear() { return bus_.Hear(bus_.Say(now_), now_); }
  Bus::Heard Hear(char hub) { return bus_.HearFrom(Id(hub), now_); }
  Bus::Heard HearNamesake(uint64_t life) { return bus_.Hear({Id('e'), Id('e'), life, 1}, now_); }
  // Time passes, in which we hear ourselves and these.
  void Live(Duration time, std::string_view others) {
    for (const SteadyTime end = now_ + time; now_ < end;) {
      now_ += 200ms;
      SayAndHear();
      for (char other : others) Hear(other);
      bus_.Judge(now_);
    }
  }
  // Time passes, and nothing comes.
  void Wait(Duration time) {
    for (const SteadyTime end = now_ + time; now_ < end;) {
      now_ += 100ms;
      bus_.Judge(now_);
    }
  }
  bool Misses(char hub) const { return bus_.missed().contains(Id(hub)); }

  SteadyTime now_{1h};
  Bus bus_{Id('e'), 800ms, kLife};
};

TEST_F(BusTest, WorksOnceThisHubHearsItself) {
  EXPECT_FALSE(bus_.works());
  EXPECT_EQ(Hear('b'), Bus::Heard::kNothing) << "perhaps nobody hears us";
  EXPECT_EQ(SayAndHear(), Bus::Heard::kWorks);
  EXPECT_TRUE(bus_.works());
  EXPECT_EQ(SayAndHear(), Bus::Heard::kEcho);
  EXPECT_EQ(Hear('b'), Bus::Heard::kNewcomer);
  EXPECT_EQ(Hear('b'), Bus::Heard::kKnown);
  EXPECT_TRUE(bus_.Hears(Id('b')));
}

TEST_F(BusTest, BeatsAsOftenAsItIsTold) {
  EXPECT_TRUE(bus_.BeatDue(now_)) << "at once";
  bus_.Say(now_);
  EXPECT_FALSE(bus_.BeatDue(now_ + 799ms));
  EXPECT_TRUE(bus_.BeatDue(now_ + 800ms));
}

TEST_F(BusTest, TellsHowLongABeatTakes) {
  const mesh::Beat beat = bus_.Say(now_);
  now_ += 30ms;
  EXPECT_EQ(bus_.Hear(beat, now_), Bus::Heard::kWorks);
  EXPECT_EQ(bus_.echo(), 30ms);
  EXPECT_EQ(bus_.Hear(beat, now_ + 1s), Bus::Heard::kNothing) << "somebody plays it again";
  EXPECT_EQ(bus_.echo(), 30ms);
}

TEST_F(BusTest, MissesWhoFellSilentOnceItHeardWhatItSaidAfterwards) {
  SayAndHear();
  Hear('b');
  Hear('c');
  Live(1600ms, "c");
  EXPECT_TRUE(bus_.Hears(Id('b')));
  // What we said before his time was over comes back only now; so may what b said.
  const mesh::Beat early = bus_.Say(now_);
  now_ += 300ms;
  Hear('c');
  bus_.Judge(now_);
  EXPECT_TRUE(bus_.BeatDue(now_)) << "it says something at once, to know";
  bus_.Hear(early, now_);
  EXPECT_FALSE(bus_.Judge(now_));
  EXPECT_TRUE(bus_.Hears(Id('b')));
  const mesh::Beat late = bus_.Say(now_);
  EXPECT_FALSE(bus_.BeatDue(now_)) << "once is enough";
  bus_.Hear(late, now_ + 10ms);
  now_ += 10ms;
  EXPECT_TRUE(bus_.Judge(now_));
  EXPECT_FALSE(bus_.Hears(Id('b')));
  EXPECT_TRUE(Misses('b'));
  EXPECT_TRUE(bus_.Hears(Id('c')));
}

TEST_F(BusTest, JudgesNobodyWhileItDoesNotHearItself) {
  SayAndHear();
  Hear('b');
  Wait(1900ms);
  EXPECT_TRUE(bus_.Hears(Id('b')));
  Wait(200ms);
  EXPECT_FALSE(bus_.works()) << "deaf after 2 s";
  EXPECT_THAT(bus_.missed(), IsEmpty());
  EXPECT_TRUE(bus_.DeafSince(Id('b')).has_value());
  EXPECT_FALSE(bus_.IsWorthHangingUp(now_));
  Wait(900ms);
  EXPECT_TRUE(bus_.IsWorthHangingUp(now_)) << "after 3 s";
}

TEST_F(BusTest, HasASecondToHearItselfAfterItStoodStill) {
  SayAndHear();
  Hear('b');
  now_ += 4s;
  EXPECT_FALSE(bus_.Judge(now_)) << "what was said meanwhile waits in the socket";
  EXPECT_TRUE(bus_.works());
  EXPECT_FALSE(bus_.IsWorthHangingUp(now_));
  now_ += 500ms;
  Hear('b');
  SayAndHear();
  bus_.Judge(now_);
  EXPECT_TRUE(bus_.Hears(Id('b')));
  now_ += 400ms;
  bus_.Judge(now_);
  EXPECT_TRUE(bus_.works());
}

TEST_F(BusTest, IsCalledByTheLowestIdThatWasHeardThere) {
  SayAndHear();
  EXPECT_EQ(bus_.name(), Id('e'));
  Hear('d');
  EXPECT_EQ(bus_.name(), Id('d'));
  bus_.Adopt(Id('2'));
  EXPECT_EQ(bus_.name(), Id('2'));
  bus_.Adopt(Id('3'));
  EXPECT_EQ(bus_.name(), Id('2'));
  bus_.Detach(now_);
  EXPECT_EQ(bus_.name(), Id('2')) << "another broker of the same operator is no other bus";
}

TEST_F(BusTest, MissesAtOnceWhomSomebodyElseMisses) {
  SayAndHear();
  Hear('b');
  EXPECT_FALSE(bus_.Miss(Id('b'), now_)) << "we hear it";
  EXPECT_FALSE(bus_.Miss(Id('e'), now_)) << "we know better";
  EXPECT_TRUE(bus_.Miss(Id('c'), now_));
  EXPECT_FALSE(bus_.Miss(Id('c'), now_)) << "that is not new";
  Hear('c');
  EXPECT_FALSE(Misses('c'));
}

TEST_F(BusTest, MissesWhomOthersTellOfAfterTheUsualSilence) {
  SayAndHear();
  bus_.Expect(Id('b'), now_);
  bus_.Expect(Id('c'), now_);
  Live(1600ms, "c");
  EXPECT_THAT(bus_.missed(), IsEmpty());
  Live(400ms, "c");
  EXPECT_THAT(bus_.missed(), ElementsAre(Pair(Id('b'), ::testing::_)));
}

TEST_F(BusTest, RemembersTheMissedForAMinuteAndWhileTheyAreOnTheMap) {
  SayAndHear();
  bus_.Miss(Id('b'), now_);
  bus_.Miss(Id('c'), now_);
  const auto forget = [&] {
    bus_.ForgetMissed(now_, [](const PeerId& hub) { return hub == Id('c'); });
  };
  now_ += 59s;
  forget();
  EXPECT_TRUE(Misses('b'));
  now_ += 1s;
  forget();
  EXPECT_FALSE(Misses('b'));
  EXPECT_TRUE(Misses('c'));
}

// A broker that comes and goes must not cost anybody the grace, nor keep anybody for ever.
TEST_F(BusTest, IsDeafToEachSinceItWasHeardLast) {
  SayAndHear();
  Live(1s, "bc");
  EXPECT_EQ(bus_.DeafSince(Id('b')), std::nullopt);
  bus_.Detach(now_);
  const SteadyTime first = now_;
  EXPECT_EQ(bus_.DeafSince(Id('b')), first);
  EXPECT_EQ(bus_.DeafSince(Id('d')), std::nullopt) << "it never was heard";
  bus_.Attach(now_ += 50s, now_, 1 << 20);
  SayAndHear();
  Live(2s, "c");
  bus_.Detach(now_);
  EXPECT_EQ(bus_.DeafSince(Id('b')), first) << "it had no time to be heard";
  EXPECT_EQ(bus_.DeafSince(Id('c')), now_);
  bus_.Attach(now_ += 10s, now_, 1 << 20);
  SayAndHear();
  Live(6s, "c");
  bus_.Detach(now_);
  EXPECT_EQ(bus_.DeafSince(Id('b')), std::nullopt) << "it had";
}

// ---- Another process with the same id

TEST_F(BusTest, LeavesToTheLowerLifeIfBothCameAMomentAgo) {
  SayAndHear();
  HearNamesake(kLife - 1);
  EXPECT_TRUE(bus_.HasNamesake(now_));
  EXPECT_TRUE(bus_.IsOutranked(now_));
}

TEST_F(BusTest, StaysIfItsLifeIsLowerUnlessTheOtherWasThereBefore) {
  SayAndHear();
  HearNamesake(kLife + 1);
  EXPECT_FALSE(bus_.IsOutranked(now_));
  // It heard us, and did not go.
  now_ += 1s;
  SayAndHear();
  HearNamesake(kLife + 1);
  EXPECT_TRUE(bus_.IsOutranked(now_));
}

TEST_F(BusTest, StaysIfItWasThereBefore) {
  SayAndHear();
  Live(4s, "");
  HearNamesake(kLife - 1);
  EXPECT_FALSE(bus_.IsOutranked(now_)) << "the other one goes";
  for (int i = 0; i < 4; ++i) {
    Live(800ms, "");
    HearNamesake(kLife - 1);
    EXPECT_FALSE(bus_.IsOutranked(now_));
  }
  // Brokers found together again, and both were there.
  Live(800ms, "");
  HearNamesake(kLife - 1);
  EXPECT_TRUE(bus_.IsOutranked(now_));
  HearNamesake(kLife + 1);
  EXPECT_FALSE(bus_.IsOutranked(now_));
  Live(2s, "");
  EXPECT_FALSE(bus_.HasNamesake(now_));
}

TEST_F(BusTest, StaysIfTheOtherOneLeft) {
  SayAndHear();
  HearNamesake(kLife + 1);
  Live(1s, "");
  EXPECT_FALSE(bus_.IsOutranked(now_)) << "it was not heard again";
  // Another one comes now and then to look.
  Live(14s, "");
  HearNamesake(kLife - 1);
  Live(14s, "");
  HearNamesake(kLife - 1);
  EXPECT_FALSE(bus_.IsOutranked(now_)) << "it was not there meanwhile";
}

TEST_F(BusTest, TakesNoNewsOfANamesakeForItsOwn) {
  EXPECT_EQ(HearNamesake(kLife + 1), Bus::Heard::kNothing);
  EXPECT_FALSE(bus_.works());
}

}  // namespace
}  // namespace pigeonhub
