// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_follower.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <vector>

namespace pigeonhub {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// Reads the log as a follower's user does, and says when it has seen a number.
struct Reader {
  EventLog& log;
  uint64_t awaited;
  std::vector<uint64_t> seen = {};
  std::promise<void> arrived = {};

  void operator()() {
    for (const Event& event : log.Read(seen.empty() ? 1 : seen.back() + 1, 100).events) {
      seen.push_back(event.seq);
      if (event.seq == awaited) arrived.set_value();
    }
  }
};

TEST(EventFollower, LooksWheneverThereAreEvents) {
  EventLog log;
  Reader reader{log, 1};
  Reader later{log, 2};
  {
    const EventFollower follower(log, 1, {}, [&] {
      reader();
      later();
    });
    log.Append({1, 0, Stopped{}});
    log.Notify();
    reader.arrived.get_future().wait();
    log.Append({2, 0, Stopped{}});
    log.Notify();
    later.arrived.get_future().wait();
  }
  EXPECT_EQ(reader.seen, (std::vector<uint64_t>{1, 2}));
}

TEST(EventFollower, LooksAtWhatHappenedBeforeItBegan) {
  EventLog log;
  log.Append({1, 0, Stopped{}});
  Reader reader{log, 1};
  const EventFollower follower(log, 1, {}, [&] { reader(); });
  reader.arrived.get_future().wait();
}

TEST(EventFollower, LooksALastTimeBeforeItIsGone) {
  EventLog log;
  Reader reader{log, 1};
  std::optional<EventFollower> follower(std::in_place, log, 1, EventFollower::Pace{},
                                        [&] { reader(); });
  log.Append({1, 0, Stopped{}});  // and nobody is woken
  follower.reset();
  EXPECT_EQ(reader.seen, (std::vector<uint64_t>{1}));
}

TEST(EventFollower, LooksAfterItsPatienceWithoutAnEvent) {
  EventLog log;
  std::promise<void> third;
  int looks = 0;
  const EventFollower follower(log, 1, {.breath = {}, .patience = milliseconds(1)}, [&] {
    if (++looks == 3) third.set_value();
  });
  third.get_future().wait();
}

}  // namespace
}  // namespace pigeonhub
