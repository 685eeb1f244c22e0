// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_log.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <future>
#include <random>
#include <stop_token>
#include <string>
#include <string_view>
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
  const auto batch = log.Read(3, 100);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{3, 4, 5}));
  EXPECT_EQ(batch.next, 6u);
  EXPECT_EQ(batch.lost, 0u);
}

TEST(EventLog, TakesNoughtForTheBeginning) {
  EventLog log;
  Append(log, 1, 2);
  const auto batch = log.Read(0, 100);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{1, 2}));
  EXPECT_EQ(batch.lost, 0u);
}

TEST(EventLog, GivesAtMostTheLimitAndSaysWhereToGoOn) {
  EventLog log;
  Append(log, 1, 5);
  const auto first = log.Read(1, 2);
  EXPECT_EQ(Seqs(first), (std::vector<uint64_t>{1, 2}));
  EXPECT_EQ(Seqs(log.Read(first.next, 2)), (std::vector<uint64_t>{3, 4}));
}

TEST(EventLog, TellsALateReaderExactlyHowManyItMissed) {
  EventLog log({3, 3, 3});
  Append(log, 1, 10);
  const auto batch = log.Read(2, 100);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{8, 9, 10}));
  EXPECT_EQ(batch.lost, 6u);
  EXPECT_EQ(batch.next, 11u);
}

TEST(EventLog, KeepsOrderAndCountWhenReadWhileItIsWritten) {
  constexpr uint64_t kEvents = 20'000;
  EventLog log({64, 64, 64});
  std::thread writer([&] {
    for (uint64_t seq = 1; seq <= kEvents; ++seq) log.Append({seq, 0, Stopped{}});
  });
  uint64_t next = 1;
  uint64_t seen = 0;
  uint64_t lost = 0;
  while (next <= kEvents) {
    const auto batch = log.Read(next, 16);
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

constexpr EventRings kHistory{1u << static_cast<unsigned>(EventRing::kHistory)};
constexpr EventRings kAudit{1u << static_cast<unsigned>(EventRing::kAudit)};
constexpr EventRings kSignals{1u << static_cast<unsigned>(EventRing::kSignals)};

// Appends one event for each letter: h into the history, a an audit event, s a signal, t a step of
// a handshake.
void Append(EventLog& log, std::string_view letters) {
  for (const char letter : letters) {
    const uint64_t seq = log.next();
    switch (letter) {
      case 'h':
        log.Append({seq, 0, Stopped{}});
        break;
      case 'a':
        log.Append({seq, 0, Audit{}});
        break;
      case 's':
        log.Append({seq, 0, SignalRelayed{}});
        break;
      case 't':
        log.Append({seq, 0, HandshakeHub{}});
        break;
    }
  }
}

TEST(EventLogRings, PushOutOnlyTheirOwnEvents) {
  EventLog log({3, 1, 2});
  Append(log, "hahssssssssss");
  EXPECT_EQ(Seqs(log.Read(1, 100, kHistory)), (std::vector<uint64_t>{1, 3}));
  EXPECT_EQ(Seqs(log.Read(1, 100, kAudit)), (std::vector<uint64_t>{2}));
  EXPECT_EQ(Seqs(log.Read(1, 100, kSignals)), (std::vector<uint64_t>{12, 13}));
}

TEST(EventLogRings, AreReadInOneOrder) {
  EventLog log;
  Append(log, "hsahsa");
  EXPECT_EQ(Seqs(log.Read(1, 100)), (std::vector<uint64_t>{1, 2, 3, 4, 5, 6}));
  const auto batch = log.Read(2, 100, kHistory | kAudit);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{3, 4, 6}));
  EXPECT_EQ(batch.lost, 0u);
  EXPECT_EQ(batch.next, 7u);
}

TEST(EventLogRings, AreMissedOnlyByThoseWhoReadThem) {
  EventLog log({9, 9, 1});
  Append(log, "hsssh");
  EXPECT_EQ(log.Read(1, 100, kHistory | kAudit).lost, 0u);
  EXPECT_EQ(log.oldest(kHistory | kAudit), 1u);
  const auto late = log.Read(1, 100, kSignals);
  EXPECT_EQ(late.lost, 2u);
  EXPECT_EQ(late.first, 4u);
  EXPECT_EQ(log.oldest(kSignals), 4u);
}

TEST(EventLogRings, TellWhatIsMissingWhereItStood) {
  EventLog log({9, 9, 1});
  Append(log, "hsshsh");
  auto batch = log.Read(1, 100);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{1})) << "a batch ends where something is missing";
  EXPECT_EQ(batch.lost, 0u);
  batch = log.Read(batch.next, 100);
  EXPECT_EQ(batch.lost, 2u);
  EXPECT_EQ(batch.first, 4u);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{4, 5, 6}));
}

TEST(EventLogRings, CountEveryNumberOnceWhateverIsPushedOut) {
  std::mt19937 random(1);
  for (int run = 0; run < 200; ++run) {
    EventLog log({1 + random() % 5, 1 + random() % 5, 1 + random() % 5, 1 + random() % 5});
    std::array<uint64_t, kEventRingCount> appended{};
    for (int i = 0; i < 60; ++i) {
      const size_t ring = random() % kEventRingCount;
      Append(log, std::string(1, "hast"[ring]));
      ++appended[ring];
    }
    const EventRings rings(1 + random() % 15);
    uint64_t expected = 0;
    for (size_t i = 0; i < kEventRingCount; ++i) expected += rings.test(i) ? appended[i] : 0;
    uint64_t found = 0;
    uint64_t next = 1;
    while (next < log.next()) {
      const auto batch = log.Read(next, 1 + random() % 7, rings);
      found += batch.lost + batch.events.size();
      ASSERT_GT(batch.next, next);
      next = batch.next;
    }
    EXPECT_EQ(found, expected);
  }
}

TEST(EventLogRings, KeepHandshakesForThoseAloneWhoAskForThem) {
  EventLog log({9, 9, 9, 2});
  Append(log, "htstttta");
  EXPECT_EQ(Seqs(log.Read(1, 100)), (std::vector<uint64_t>{1, 3, 8}));
  EXPECT_EQ(log.Read(1, 100).lost, 0u);
  EXPECT_EQ(log.oldest(), 1u);
  const auto batch = log.Read(1, 100, kHandshakeRing);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{6, 7}));
  EXPECT_EQ(batch.lost, 3u);
}

TEST(EventLogRings, AreReadBackwardsAsTheyAreForwards) {
  std::mt19937 random(2);
  for (int run = 0; run < 200; ++run) {
    EventLog log({1 + random() % 5, 1 + random() % 5, 1 + random() % 5, 1 + random() % 5});
    for (int i = 0; i < 60; ++i) Append(log, std::string(1, "hast"[random() % kEventRingCount]));
    const EventRings rings(1 + random() % 15);
    std::vector<uint64_t> forwards;
    uint64_t missing_between = 0;
    for (uint64_t next = 1; next < log.next();) {
      const auto batch = log.Read(next, 1 + random() % 7, rings);
      if (!forwards.empty()) missing_between += batch.lost;
      for (const uint64_t seq : Seqs(batch)) forwards.push_back(seq);
      next = batch.next;
    }
    std::vector<uint64_t> backwards;
    uint64_t missing_backwards = 0;
    for (uint64_t to = log.next();;) {
      const auto batch = log.ReadBack(to, 1 + random() % 7, rings);
      if (batch.events.empty()) break;
      missing_backwards += batch.lost;
      for (const uint64_t seq : Seqs(batch)) backwards.insert(backwards.begin(), seq);
      ASSERT_LT(batch.next, to);
      to = batch.next;
    }
    EXPECT_EQ(backwards, forwards);
    EXPECT_EQ(missing_backwards, missing_between);
  }
}

TEST(EventLog, ReadsWithoutWaiting) {
  EventLog log({3, 3, 3});
  EXPECT_TRUE(log.Read(1, 100).events.empty());
  Append(log, 1, 5);
  const auto batch = log.Read(1, 2);
  EXPECT_EQ(Seqs(batch), (std::vector<uint64_t>{3, 4}));
  EXPECT_EQ(batch.lost, 2u);
  EXPECT_EQ(batch.next, 5u);
}

TEST(EventLog, KnowsWhatItKeeps) {
  EventLog log({3, 3, 3});
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
