// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_log.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <stop_token>
#include <thread>
#include <vector>

namespace pigeonhub {
namespace {

void Append(EventLog& log, uint64_t first, uint64_t last) {
  for (uint64_t seq = first; seq <= last; ++seq) log.Append({seq, 0, Stopped{}});
}

std::vector<uint64_t> Seqs(const EventLog::Batch& batch) {
  std::vector<uint64_t> seqs;
  for (const Event& event : batch.events) seqs.push_back(event.seq);
  return seqs;
}

TEST(EventLog, GivesEventsInOrderFromWhereItIsAsked) {
  EventLog log;
  Append(log, 1, 5);
  const auto batch = log.Wait(3, 100);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{3, 4, 5}));
  EXPECT_EQ(batch.next, 6u);
  EXPECT_EQ(batch.lost, 0u);
  EXPECT_FALSE(batch.closed);
}

TEST(EventLog, TakesNoughtForTheBeginning) {
  EventLog log;
  Append(log, 1, 2);
  const auto batch = log.Wait(0, 100);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{1, 2}));
  EXPECT_EQ(batch.lost, 0u);
}

TEST(EventLog, GivesAtMostTheLimitAndSaysWhereToGoOn) {
  EventLog log;
  Append(log, 1, 5);
  const auto first = log.Wait(1, 2);
  EXPECT_EQ(Seqs(first), (std::vector<uint64_t>{1, 2}));
  EXPECT_EQ(Seqs(log.Wait(first.next, 2)), (std::vector<uint64_t>{3, 4}));
}

TEST(EventLog, TellsALateReaderExactlyHowManyItMissed) {
  EventLog log(/*capacity=*/3);
  Append(log, 1, 10);
  const auto batch = log.Wait(2, 100);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{8, 9, 10}));
  EXPECT_EQ(batch.lost, 6u);
  EXPECT_EQ(batch.next, 11u);
}

TEST(EventLog, WakesAReaderThatWaits) {
  EventLog log;
  auto reader = std::async(std::launch::async, [&] { return log.Wait(1, 100); });
  Append(log, 1, 1);
  log.Notify();
  EXPECT_EQ(Seqs(reader.get()), (std::vector<uint64_t>{1}));
}

TEST(EventLog, GivesWhatIsLeftBeforeItIsClosed) {
  EventLog log;
  Append(log, 1, 3);
  log.Close();
  const auto batch = log.Wait(2, 100);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{2, 3}));
  EXPECT_FALSE(batch.closed);
  EXPECT_TRUE(log.Wait(batch.next, 100).closed);
}

TEST(EventLog, WakesEveryReaderWhenItIsClosed) {
  EventLog log;
  auto one = std::async(std::launch::async, [&] { return log.Wait(1, 100).closed; });
  auto other = std::async(std::launch::async, [&] { return log.Wait(7, 100).closed; });
  log.Close();
  EXPECT_TRUE(one.get());
  EXPECT_TRUE(other.get());
}

TEST(EventLog, KeepsOrderAndCountWhenReadWhileItIsWritten) {
  constexpr uint64_t kEvents = 20'000;
  EventLog log(/*capacity=*/64);
  std::thread writer([&] {
    for (uint64_t seq = 1; seq <= kEvents; ++seq) {
      log.Append({seq, 0, Stopped{}});
      log.Notify();
    }
    log.Close();
  });
  uint64_t next = 1;
  uint64_t seen = 0;
  uint64_t lost = 0;
  for (;;) {
    const auto batch = log.Wait(next, 16);
    if (batch.closed) break;
    lost += batch.lost;
    for (const Event& event : batch.events) {
      EXPECT_EQ(event.seq, 1 + seen + lost);
      ++seen;
    }
    next = batch.next;
  }
  writer.join();
  EXPECT_EQ(seen + lost, kEvents);
}

TEST(EventLog, ReadsWithoutWaiting) {
  EventLog log(/*capacity=*/3);
  EXPECT_TRUE(log.Read(1, 100).events.empty());
  Append(log, 1, 5);
  const auto batch = log.Read(1, 2);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{3, 4}));
  EXPECT_EQ(batch.lost, 2u);
  EXPECT_EQ(batch.next, 5u);
}

TEST(EventLog, KnowsWhatItKeeps) {
  EventLog log(/*capacity=*/3);
  EXPECT_EQ(log.oldest(), 1u);
  EXPECT_EQ(log.next(), 1u);
  Append(log, 1, 5);
  EXPECT_EQ(log.oldest(), 3u);
  EXPECT_EQ(log.next(), 6u);
}

TEST(EventLog, FindsTheFirstEventSinceATimeEvenIfTheClockWentBack) {
  EventLog log;
  EXPECT_EQ(log.FirstSince(0), 1u);
  log.Append({1, 1000, Stopped{}});
  log.Append({2, 3000, Stopped{}});
  log.Append({3, 2000, Stopped{}});
  EXPECT_EQ(log.FirstSince(0), 1u);
  EXPECT_EQ(log.FirstSince(1001), 2u);
  EXPECT_EQ(log.FirstSince(3000), 2u);
  EXPECT_EQ(log.FirstSince(3001), 4u);
}

TEST(EventLog, WaitsForAnEventUntilToldToStop) {
  EventLog log;
  Append(log, 1, 1);
  std::stop_source stop;
  EXPECT_TRUE(log.WaitFor(1, std::chrono::hours(1), stop.get_token()));
  EXPECT_FALSE(log.WaitFor(2, Duration::zero(), stop.get_token()));
  auto woken = std::async(std::launch::async,
                          [&] { return log.WaitFor(2, std::chrono::hours(1), stop.get_token()); });
  Append(log, 2, 2);
  log.Notify();
  EXPECT_TRUE(woken.get());
  auto stopped = std::async(
      std::launch::async, [&] { return log.WaitFor(3, std::chrono::hours(1), stop.get_token()); });
  stop.request_stop();
  EXPECT_FALSE(stopped.get());
}

}  // namespace
}  // namespace pigeonhub
