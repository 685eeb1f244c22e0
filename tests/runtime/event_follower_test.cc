// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_follower.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <stop_token>
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

TEST(EventFollower, IsWokenByTheFirstEventOfABurstAndByNoneThatFollow) {
  // What the test turns instead of the time.
  struct Breath {
    std::promise<void> begun = {};
    std::promise<void> over = {};
  };
  constexpr uint64_t kBurst = 1000;
  EventLog log;
  std::array<Breath, 2> breaths;
  size_t looks = 0;
  uint64_t seen = 0;
  const auto look = [&] {
    ++looks;
    seen = log.next() - 1;
  };
  const auto rest = [&](Duration, const std::stop_token&) {
    Breath& breath = breaths.at(looks - 1);
    breath.begun.set_value();
    breath.over.get_future().wait();
  };
  const EventFollower follower(log, 1, {}, look, rest);

  log.Append({1, 0, Stopped{}});
  log.Notify();
  breaths[0].begun.get_future().wait();
  EXPECT_EQ(seen, 1u) << "after a quiet time nothing waits";
  for (uint64_t seq = 2; seq <= kBurst; ++seq) {
    log.Append({seq, 0, Stopped{}});
    log.Notify();
  }
  breaths[0].over.set_value();
  breaths[1].begun.get_future().wait();
  EXPECT_EQ(looks, 2u);
  EXPECT_EQ(seen, kBurst);
  breaths[1].over.set_value();
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
