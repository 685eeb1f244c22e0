// SPDX-License-Identifier: Apache-2.0
//
// A stream that misses events says exactly how many.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/control/events/watch_fixture.h"

namespace pigeonhub {
namespace {

TEST_F(WatchEventsTest, SaysExactlyHowManyAreMissingWhenItComesTooLate) {
  const auto cursor = Cursor();
  Happen(1, kMoreThanKept);
  const uint64_t oldest = internals().events().oldest();
  ASSERT_GT(oldest, cursor.seq());
  Watch watch(*events_, From(cursor));
  const auto gap = watch.Next();
  ASSERT_TRUE(gap.has_gap()) << gap.ShortDebugString();
  EXPECT_EQ(gap.gap().missing(), oldest - cursor.seq());
  EXPECT_EQ(gap.gap().resume().seq(), oldest);
  EXPECT_FALSE(gap.gap().epoch_changed());
  EXPECT_EQ(watch.NextEvent().seq(), oldest);

  v1::WatchEventsRequest request;
  request.set_earliest(true);
  Watch earliest(*events_, request);
  EXPECT_EQ(earliest.Next().bookmark().cursor().seq(), internals().events().oldest())
      << "asked for what there is: no gap";
}

TEST_F(WatchEventsTest, SaysThatNobodyKnowsHowManyAreMissingAfterARestart) {
  v1::EventCursor cursor;
  cursor.set_epoch("another run");
  cursor.set_seq(7);
  Watch watch(*events_, From(cursor));
  const auto gap = watch.Next();
  ASSERT_TRUE(gap.has_gap()) << gap.ShortDebugString();
  EXPECT_TRUE(gap.gap().epoch_changed());
  EXPECT_EQ(gap.gap().missing(), 0u);
  EXPECT_EQ(gap.gap().resume().epoch(), internals().epoch());
  EXPECT_EQ(watch.NextEvent().seq(), gap.gap().resume().seq());
}

// A watcher is killed at random places and resumes behind the last thing it saw, now and then so
// late that the log has moved on. Every number comes once, or in one gap that counts it.
TEST_F(WatchEventsTest, KilledAndResumedItSeesEachEventOnceOrCountsIt) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto upto = [&](int most) { return static_cast<int>(random() % most) + 1; };
    v1::EventCursor place = Cursor();
    const uint64_t begin = place.seq();
    uint64_t accounted = 0;
    int gaps = 0;
    int expected_gaps = 0;
    for (int round = 0; round < 8; ++round) {
      const bool late = upto(4) == 1;
      Happen(1, late ? kMoreThanKept + upto(100) : upto(300));
      expected_gaps += internals().events().oldest() > place.seq();
      Watch watch(*events_, From(place));
      for (int left = round == 7 ? INT32_MAX : upto(200); left > 0; --left) {
        if (place.seq() == Cursor().seq()) break;
        const auto next = watch.Next();
        if (next.has_gap()) {
          accounted += next.gap().missing();
          ASSERT_EQ(next.gap().resume().seq(), place.seq() + next.gap().missing());
          place = next.gap().resume();
          ++gaps;
        } else if (next.has_event()) {
          ASSERT_EQ(next.event().seq(), place.seq());
          place.set_seq(next.event().seq() + 1);
          ++accounted;
        } else {
          ASSERT_TRUE(next.has_bookmark()) << "the stream ended";
          ASSERT_EQ(next.bookmark().cursor().seq(), place.seq());
        }
      }
    }
    EXPECT_EQ(accounted, Cursor().seq() - begin);
    EXPECT_EQ(gaps, expected_gaps);
  }
}

TEST_F(WatchEventsTest, OneThatDoesNotReadMissesAnExactCountAndTheOthersNothing) {
  constexpr int kWatchers = 1000;
  constexpr int kEvents = 50;
  Setup setup;
  setup.watching.places.each = kWatchers + 1;
  Start(setup);
  const auto cursor = Cursor();
  Watch stuck(*events_, From(cursor));
  {
    std::vector<std::unique_ptr<Watch>> watchers;
    for (int i = 0; i < kWatchers; ++i) {
      watchers.push_back(std::make_unique<Watch>(*events_, From(cursor)));
    }
    Happen(1, kEvents);
    for (auto& watch : watchers) {
      for (int i = 1; i <= kEvents; ++i) {
        ASSERT_EQ(watch->NextEvent().audit().object(), std::to_string(i));
      }
    }
  }
  // Now the log moves on without the stuck one, which has long been full.
  uint64_t missing = 0;
  // What is on its way to it is more than one round, so it takes several.
  for (int round = 0; round < 12; ++round) Happen(1, kMoreThanKept);
  const uint64_t end = Cursor().seq();
  uint64_t next_seq = cursor.seq();
  int gaps = 0;
  while (next_seq < end) {
    const auto next = stuck.Next();
    if (next.has_gap()) {
      ++gaps;
      missing += next.gap().missing();
      next_seq += next.gap().missing();
      ASSERT_EQ(next.gap().resume().seq(), next_seq);
    } else if (next.has_event()) {
      ASSERT_EQ(next.event().seq(), next_seq);
      ++next_seq;
    } else {
      ASSERT_TRUE(next.has_bookmark());
    }
  }
  EXPECT_GE(gaps, 1);
  EXPECT_GT(missing, 0u);
}

TEST_F(WatchEventsTest, NothingThatPeersDoPushesOutWhatAnOperatorChanged) {
  Happen(1);
  const uint64_t audit = Cursor().seq() - 1;
  Flood(8300);
  ASSERT_GT(Cursor().seq(), audit + 8300);
  const auto audits = Events(v1::EVENT_KIND_AUDIT);
  ASSERT_EQ(audits.size(), 1u);
  EXPECT_EQ(audits[0].seq(), audit);

  // One stream, in order: the audit event, one gap, the rest.
  v1::EventCursor from = Cursor();
  from.set_seq(audit);
  const uint64_t end = Cursor().seq();
  Watch watch(*events_, From(from));
  uint64_t next = audit;
  int gaps = 0;
  while (next < end) {
    const auto item = watch.Next();
    if (item.has_event()) {
      ASSERT_EQ(item.event().seq(), next++);
    } else if (item.has_gap()) {
      ++gaps;
      next += item.gap().missing();
      ASSERT_EQ(item.gap().resume().seq(), next);
    } else {
      ASSERT_TRUE(item.has_bookmark());
    }
  }
  EXPECT_EQ(gaps, 1);
}

}  // namespace
}  // namespace pigeonhub
