// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/core/hub.h"
#include "server/core/identity.h"
#include "server/runtime/deadline_thread.h"
#include "tests/support/core_text.h"
#include "tests/support/manual_clock.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// An I/O loop that writes down what it is given. Unless told otherwise it does not run by itself:
// the test calls Dispatcher::Drain, as the loop's thread would after a Wake.
class RecordingOutlet final : public Outlet {
 public:
  void Deliver(Effects& effects) override {
    EXPECT_FALSE(delivering_) << "effects must not be carried out within effects";
    delivering_ = true;
    EXPECT_FALSE(effects.empty());
    for (const std::string& line : ToText(effects)) lines_.push_back(line);
    delivering_ = false;
  }
  void Wake() override { ++wakes_; }

  std::vector<std::string> Take() { return std::exchange(lines_, {}); }
  int TakeWakes() { return wakes_.exchange(0); }

 private:
  bool delivering_ = false;
  std::vector<std::string> lines_;
  std::atomic<int> wakes_{0};
};

class DispatcherOfTwoShards : public ::testing::Test {
 protected:
  DispatcherOfTwoShards() {
    dispatcher_.Attach(0, zero_);
    dispatcher_.Attach(1, one_);
    EXPECT_TRUE(dispatcher_.Command(StartSignaling{"localhost", 3000}).ok());
  }

  void Join(ConnectionId connection, const PeerId& id) {
    dispatcher_.Submit(connection.shard(), Opened{connection, id.text(), "192.0.2.1"});
    dispatcher_.Submit(connection.shard(), Received{connection, inbound::Announce{"room", {}}});
  }
  // Empties everything that was recorded.
  void Forget() {
    for (unsigned shard : {0u, 1u}) dispatcher_.Drain(shard);
    for (RecordingOutlet* outlet : {&zero_, &one_}) {
      outlet->Take();
      outlet->TakeWakes();
    }
  }
  std::vector<std::string> NewEvents() {
    std::vector<std::string> lines;
    const EventLog::Batch batch = events_.Read(next_event_, 1000);
    for (const Event& event : batch.events) lines.push_back(ToText(event.body));
    next_event_ = batch.next;
    return lines;
  }

  ManualClock clock_;
  EventLog events_;
  Hub hub_{HubOptions(), 1};
  Dispatcher dispatcher_{hub_, clock_, events_, 2};
  RecordingOutlet zero_;
  RecordingOutlet one_;
  uint64_t next_event_ = 1;

  const ConnectionId a_{0, 1};
  const ConnectionId b_{1, 1};
  const ConnectionId c_{0, 2};
};

TEST_F(DispatcherOfTwoShards, ShowsTheHubAsItIsRightBeforeACommand) {
  std::string before;
  const auto look = [&](const Hub& hub) { before = hub.identity().mesh_namespace(); };
  ASSERT_TRUE(dispatcher_.Command(StopSignaling{}, look).ok());
  const std::string first = before;
  ASSERT_TRUE(dispatcher_.Command(SetHubMeshNamespace{"other"}, look).ok());
  EXPECT_EQ(before, first);
  ASSERT_TRUE(dispatcher_.Command(SetHubMeshNamespace{"third"}, look).ok());
  EXPECT_EQ(before, "other");
}

TEST_F(DispatcherOfTwoShards, DeliversItsOwnEffectsBeforeSubmitReturns) {
  dispatcher_.Submit(0, Opened{a_, Id('a').text(), "192.0.2.1"});
  EXPECT_THAT(zero_.Take(), ElementsAre("send 1 connected a"));
  EXPECT_EQ(zero_.TakeWakes(), 0) << "a loop need not wake itself";
  EXPECT_THAT(one_.Take(), IsEmpty());
  EXPECT_EQ(one_.TakeWakes(), 0);
}

TEST_F(DispatcherOfTwoShards, WakesAnotherLoopAndLeavesTheEffectsForIt) {
  Join(b_, Id('b'));
  Forget();
  Join(a_, Id('a'));
  EXPECT_EQ(one_.TakeWakes(), 1);
  EXPECT_THAT(one_.Take(), IsEmpty()) << "carried out by nobody but its own thread";
  dispatcher_.Drain(1);
  EXPECT_THAT(one_.Take(), ElementsAre("broadcast 1/1 discovered a in room"));
}

TEST_F(DispatcherOfTwoShards, WakesAnotherLoopOnlyOnceUntilItHasLooked) {
  Join(b_, Id('b'));
  Join(a_, Id('a'));
  Forget();
  for (int i = 0; i < 3; ++i) {
    dispatcher_.Submit(0, Received{a_, inbound::Signal{SignalType::kOffer, "room", "",
                                                       Id('b').text(), Json(std::to_string(i))}});
  }
  EXPECT_EQ(one_.TakeWakes(), 1);
  dispatcher_.Drain(1);
  EXPECT_THAT(one_.Take(),
              ElementsAre("send 1/1 offer a to b in room 0", "send 1/1 offer a to b in room 1",
                          "send 1/1 offer a to b in room 2"));
  dispatcher_.Drain(1);
  EXPECT_THAT(one_.Take(), IsEmpty());
  dispatcher_.Submit(
      0, Received{a_, inbound::Signal{SignalType::kOffer, "room", "", Id('b').text(), Json("3")}});
  EXPECT_EQ(one_.TakeWakes(), 1);
}

TEST_F(DispatcherOfTwoShards, DeliversWhatOthersLeftBeforeWhatItCausesItself) {
  Join(b_, Id('b'));
  Join(a_, Id('a'));
  Forget();
  dispatcher_.Submit(
      0, Received{a_, inbound::Signal{SignalType::kOffer, "room", "", Id('b').text(), Json("1")}});
  dispatcher_.Submit(1, Received{b_, inbound::Ping{}});
  EXPECT_THAT(one_.Take(), ElementsAre("send 1/1 offer a to b in room 1", "send 1/1 pong b"));
}

TEST_F(DispatcherOfTwoShards, SplitsABroadcastByShardAndKeepsItsOrder) {
  const ConnectionId d(1, 2);
  Join(a_, Id('a'));
  Join(b_, Id('b'));
  Join(c_, Id('c'));
  Join(d, Id('d'));
  Forget();
  dispatcher_.Submit(0, Received{c_, inbound::Goodbye{"", "global", Json("1")}});
  dispatcher_.Drain(1);
  EXPECT_THAT(zero_.Take(), ElementsAre("close 2 goodbye", "broadcast 1 goodbye c in room 1",
                                        "broadcast 1 disconnected c in room: goodbye"));
  EXPECT_THAT(one_.Take(), ElementsAre("broadcast 1/1 1/2 goodbye c in room 1",
                                       "broadcast 1/1 1/2 disconnected c in room: goodbye"));
}

TEST_F(DispatcherOfTwoShards, AnswersCommandsAndWakesTheLoopsTheyConcern) {
  Join(a_, Id('a'));
  Forget();
  EXPECT_EQ(dispatcher_.Command(DisconnectPeer{Id('f')}).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(zero_.TakeWakes(), 0);
  EXPECT_TRUE(dispatcher_.Command(DisconnectPeer{Id('a')}).ok());
  EXPECT_EQ(zero_.TakeWakes(), 1);
  EXPECT_THAT(zero_.Take(), IsEmpty());
  dispatcher_.Drain(0);
  EXPECT_THAT(zero_.Take(), ElementsAre("close 1 operator"));
}

TEST_F(DispatcherOfTwoShards, AppendsEventsInOrder) {
  Join(a_, Id('a'));
  EXPECT_TRUE(dispatcher_.Command(StopSignaling{}).ok());
  std::vector<std::string> events = NewEvents();
  ASSERT_GE(events.size(), 2u);
  EXPECT_EQ(events.front(), "started localhost port 3000");
  EXPECT_EQ(events[1], "peer_connected a from 192.0.2.1, 1 in all");
  EXPECT_EQ(events.back(), "stopped");
}

TEST_F(DispatcherOfTwoShards, ReadsTheHubAsItIs) {
  Join(a_, Id('a'));
  EXPECT_EQ(dispatcher_.Read([](const Hub& hub) { return hub.Stats().connections; }), 1u);
}

TEST_F(DispatcherOfTwoShards, LendsASignalTheTimeOfTheInputBefore) {
  Join(a_, Id('a'));
  Join(c_, Id('c'));
  const Received offer{a_,
                       inbound::Signal{SignalType::kOffer, "room", "", Id('c').text(), Json("1")}};
  dispatcher_.Submit(0, offer);
  const auto last_activity = [&] {
    return dispatcher_.Read([](const Hub& hub) { return hub.FindPeer(Id('a'))->last_activity; });
  };
  clock_.Advance(5s);
  dispatcher_.Submit(0, Received{c_, inbound::Ping{}});
  const UnixMillis later = clock_.Read().unix_ms;
  clock_.Advance(-5s);
  dispatcher_.Submit(0, offer);
  EXPECT_EQ(last_activity(), later) << "passed on its own";
  dispatcher_.Submit(0, Received{a_, inbound::Ping{}});
  EXPECT_EQ(last_activity(), later) << "and by Handle";
}

TEST_F(DispatcherOfTwoShards, PassesASignalToItsOwnLoopBehindWhatOthersLeftThere) {
  Join(a_, Id('a'));
  Join(b_, Id('b'));
  Join(c_, Id('c'));
  const auto offer = [](ConnectionId from, char target, std::string_view payload) {
    return Received{
        from, inbound::Signal{SignalType::kOffer, "room", "", Id(target).text(), Json(payload)}};
  };
  for (const ConnectionId from : {a_, b_}) {
    dispatcher_.Submit(from.shard(), offer(from, 'c', "first of the pair"));
  }
  Forget();
  dispatcher_.Submit(1, offer(b_, 'c', "1"));
  EXPECT_EQ(zero_.TakeWakes(), 1);
  dispatcher_.Submit(0, offer(a_, 'c', "2"));
  EXPECT_THAT(zero_.Take(),
              ElementsAre("send 2 offer b to c in room 1", "send 2 offer a to c in room 2"));
  EXPECT_EQ(zero_.TakeWakes(), 0);
}

// ---- Deadlines

TEST_F(DispatcherOfTwoShards, TellsOfADeadlineOnlyWhenItIsTheEarliestYet) {
  std::vector<SteadyTime> told;
  dispatcher_.OnEarlierDeadline([&](SteadyTime at) { told.push_back(at); });
  const SteadyTime begin = clock_.Read().steady;
  dispatcher_.Submit(0, Opened{a_, Id('a').text(), ""});
  clock_.Advance(1s);
  dispatcher_.Submit(0, Opened{c_, Id('c').text(), ""});
  EXPECT_THAT(told, ElementsAre(begin + 30s)) << "the announce timeout of the first";
  dispatcher_.Submit(1, Opened{b_, Id('a').text(), ""});
  EXPECT_THAT(told, ElementsAre(begin + 30s, begin + 4s)) << "the probe of a contested id";
}

TEST_F(DispatcherOfTwoShards, TellsOfNoDeadlineForEachPeerThatComesAndGoes) {
  size_t told = 0;
  dispatcher_.OnEarlierDeadline([&](SteadyTime) { ++told; });
  for (uint64_t serial = 1; serial <= 1000; ++serial) {
    const ConnectionId connection(0, serial);
    Join(connection, Id('a'));
    dispatcher_.Submit(0, Closed{connection, Reason::kTransportLost, 1006, ""});
    clock_.Advance(1ms);
  }
  EXPECT_GE(told, 1u);
  EXPECT_LE(told, 10u)
      << "at most one of each kind: each comes later than those of its kind before";
}

TEST_F(DispatcherOfTwoShards, RunsADeadlineThatHasPassedAndReturnsTheNext) {
  const SteadyTime begin = clock_.Read().steady;
  dispatcher_.Submit(0, Opened{a_, Id('a').text(), ""});
  clock_.Advance(1s);
  dispatcher_.Submit(1, Opened{b_, Id('b').text(), ""});
  Forget();
  EXPECT_EQ(dispatcher_.RunDeadlines(), begin + 30s);
  EXPECT_EQ(zero_.TakeWakes(), 0) << "it was early";

  clock_.Advance(29s);
  EXPECT_EQ(dispatcher_.RunDeadlines(), begin + 31s);
  EXPECT_EQ(zero_.TakeWakes(), 1);
  EXPECT_EQ(one_.TakeWakes(), 0);
  dispatcher_.Drain(0);
  EXPECT_THAT(zero_.Take(), ElementsAre("close 1 announce_timeout"));
}

TEST_F(DispatcherOfTwoShards, ToldOfADeadlineAgainWhenTheFormerEarliestIsOver) {
  std::vector<SteadyTime> told;
  dispatcher_.OnEarlierDeadline([&](SteadyTime at) { told.push_back(at); });
  dispatcher_.Submit(0, Opened{a_, Id('a').text(), ""});
  clock_.Advance(30s);
  // Closed, and tables to clean up thirty seconds later.
  EXPECT_EQ(dispatcher_.RunDeadlines(), clock_.Read().steady + 30s);
  clock_.Advance(30s);
  EXPECT_EQ(dispatcher_.RunDeadlines(), std::nullopt);
  told.clear();
  dispatcher_.Submit(0, Opened{c_, Id('c').text(), ""});
  EXPECT_THAT(told, ElementsAre(clock_.Read().steady + 30s));
}

// ---- Many threads

// A loop with a thread of its own: sleeps until woken, as net's loops do.
class LoopThread final : public Outlet {
 public:
  LoopThread(Dispatcher& dispatcher, unsigned shard) : dispatcher_(dispatcher), shard_(shard) {}

  void Deliver(Effects& effects) override {
    for (const Effect& effect : effects) {
      const auto* send = std::get_if<Send>(&effect);
      if (send == nullptr) continue;
      if (const auto* signal = std::get_if<outbound::Signal>(&send->message)) {
        received_.emplace_back(signal->from, std::string(signal->payload.text));
      }
    }
  }
  void Wake() override {
    {
      MutexLock lock(mutex_);
      woken_ = true;
    }
    changed_.notify_one();
  }

  // On the loop's thread: runs until `done`, carrying out what others leave here.
  template <typename Done>
  void RunUntil(Done done) {
    while (!done()) {
      {
        MutexLock lock(mutex_);
        while (!woken_) changed_.wait(mutex_);
        woken_ = false;
      }
      dispatcher_.Drain(shard_);
    }
  }

  // Sender and payload of each signal, in order of arrival. For the loop's thread, and for others
  // once that has ended.
  const std::vector<std::pair<PeerId, std::string>>& received() const { return received_; }

 private:
  Dispatcher& dispatcher_;
  const unsigned shard_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::pair<PeerId, std::string>> received_;
};

// Loops that share a namespace, and loops that do not.
std::string_view NetworkOf(unsigned shard) { return shard % 2 == 0 ? "even" : "odd"; }

TEST(Dispatcher, ShowsEveryTargetTheEffectsOfOneSourceInOrderAcrossThreads) {
  constexpr unsigned kShards = 4;
  constexpr int kSignals = 3000;
  constexpr int kStep = 50;
  const SystemClock clock;
  EventLog events;
  Hub hub(HubOptions(), 1);
  Dispatcher dispatcher(hub, clock, events, kShards);
  std::vector<std::unique_ptr<LoopThread>> loops;
  for (unsigned shard = 0; shard < kShards; ++shard) {
    loops.push_back(std::make_unique<LoopThread>(dispatcher, shard));
    dispatcher.Attach(shard, *loops.back());
  }
  ASSERT_TRUE(dispatcher.Command(StartSignaling{"localhost", 3000}).ok());
  const auto join = [&](ConnectionId connection, const PeerId& id, std::string_view network) {
    dispatcher.Submit(connection.shard(), Opened{connection, id.text(), "127.0.0.1"});
    dispatcher.Submit(connection.shard(), Received{connection, inbound::Announce{network, {}}});
  };
  for (unsigned shard = 0; shard < kShards; ++shard) {
    join(ConnectionId(shard, 1), NumberedId(shard), NetworkOf(shard));
  }

  // Every peer sends a numbered row of signals to every other one of its namespace, and itself.
  // Meanwhile others come and go, and somebody watches signals, or does not.
  std::atomic<int> steps{0};
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    for (int step = 0; step < int{kShards} * kSignals / kStep; ++step) {
      for (int seen = steps; seen <= step; seen = steps) steps.wait(seen);
      const bool watches = step % 2 == 0;
      const std::vector<SignalFilter> all = {{std::nullopt, "even"}};
      EXPECT_TRUE(
          dispatcher.Command(WatchSignals{watches ? all : std::vector<SignalFilter>()}).ok());
      dispatcher.Read([](const Hub& hub) { (void)hub.ListPeers({}, 0, 100); });
    }
  });
  for (unsigned shard = 0; shard < kShards; ++shard) {
    threads.emplace_back([&, shard] {
      for (int i = 0; i < kSignals; ++i) {
        for (unsigned target = shard % 2; target < kShards; target += 2) {
          const PeerId id = NumberedId(target);
          dispatcher.Submit(
              shard, Received{ConnectionId(shard, 1),
                              inbound::Signal{static_cast<SignalType>(i % 3), NetworkOf(shard), "",
                                              id.text(), Json(std::to_string(i))}});
        }
        if (i % kStep != 0) continue;
        const ConnectionId visitor(shard, static_cast<uint64_t>(2 + i));
        join(visitor, NumberedId(kShards + shard), NetworkOf(shard));
        dispatcher.Submit(shard, Closed{visitor, Reason::kTransportLost, 1006, ""});
        ++steps;
        steps.notify_one();
      }
      LoopThread& loop = *loops[shard];
      loop.RunUntil([&] { return loop.received().size() == size_t{kShards} / 2 * kSignals; });
    });
  }
  for (std::thread& thread : threads) thread.join();

  for (unsigned shard = 0; shard < kShards; ++shard) {
    std::vector<int> next(kShards, 0);
    for (const auto& [from, payload] : loops[shard]->received()) {
      for (unsigned source = 0; source < kShards; ++source) {
        if (from != NumberedId(source)) continue;
        EXPECT_EQ(payload, std::to_string(next[source]++));
      }
    }
    for (unsigned source = 0; source < kShards; ++source) {
      EXPECT_EQ(next[source], source % 2 == shard % 2 ? kSignals : 0);
    }
  }
  const uint64_t of_one = uint64_t{kShards} / 2 * kSignals;
  dispatcher.Read([&](const Hub& hub) {
    for (unsigned shard = 0; shard < kShards; ++shard) {
      const PeerRecord peer = *hub.FindPeer(NumberedId(shard));
      EXPECT_EQ(peer.signals_sent, of_one);
      EXPECT_EQ(peer.signals_received, of_one);
      EXPECT_EQ(hub.FindNamespace(std::string(NetworkOf(shard)))->signals, 2 * of_one);
    }
    uint64_t delivered = 0;
    for (const SpreadCounter& type : hub.counters().signals_delivered) delivered += type.value();
    EXPECT_EQ(delivered, kShards * of_one);
  });
}

TEST(DeadlineThread, RunsADeadlineWhenItsTimeHasCome) {
  HubOptions options;
  options.announce_timeout = 1ms;
  const SystemClock clock;
  EventLog events;
  Hub hub(options, 1);
  Dispatcher dispatcher(hub, clock, events, 1);
  LoopThread loop(dispatcher, 0);
  dispatcher.Attach(0, loop);
  DeadlineThread deadlines(dispatcher);
  dispatcher.OnEarlierDeadline([&](SteadyTime at) { deadlines.Arm(at); });
  ASSERT_TRUE(dispatcher.Command(StartSignaling{"localhost", 3000}).ok());

  uint64_t next = 1;
  // Twice: the thread must also find out about deadlines that come up while it has none.
  for (uint64_t serial : {1, 2}) {
    dispatcher.Submit(0, Opened{ConnectionId(0, serial), Id('a').text(), ""});
    for (bool closed = false; !closed;) {
      events.WaitFor(next, std::chrono::seconds(20), {});
      const EventLog::Batch batch = events.Read(next, 1);
      next = batch.next;
      const auto* left = std::get_if<PeerDisconnected>(&batch.events.at(0).body);
      closed = left != nullptr && left->reason == Reason::kAnnounceTimeout;
    }
  }
}

TEST(DeadlineThread, EndsWithoutEverHavingHadADeadline) {
  const SystemClock clock;
  EventLog events;
  Hub hub(HubOptions(), 1);
  Dispatcher dispatcher(hub, clock, events, 1);
  DeadlineThread deadlines(dispatcher);
}

TEST(DeadlineThread, EndsWithADeadlineStillAhead) {
  const SystemClock clock;
  EventLog events;
  Hub hub(HubOptions(), 1);
  Dispatcher dispatcher(hub, clock, events, 1);
  DeadlineThread deadlines(dispatcher);
  deadlines.Arm(clock.Read().steady + std::chrono::hours(1));
}

}  // namespace
}  // namespace pigeonhub
