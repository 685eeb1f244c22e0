// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/handshake_funnel.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

class Handshakes : public ::testing::Test {
 protected:
  // Whether with it the pair is retried.
  bool Signal(SignalType type, const PeerId& from, const PeerId& target) {
    return funnel_.OnSignal({now_, 0}, type, history_.FindOrAdd(now_, from, target),
                            PairRecord::SideOf(from, target));
  }
  bool Offer(const PeerId& from, const PeerId& target) {
    return Signal(SignalType::kOffer, from, target);
  }
  void Answer(const PeerId& from, const PeerId& target) {
    Signal(SignalType::kAnswer, from, target);
  }
  void Candidate(const PeerId& from, const PeerId& target) {
    Signal(SignalType::kIceCandidate, from, target);
  }
  bool Connected(const PeerId& peer, const PeerId& other) {
    PairRecord* pair = history_.Find(peer, other);
    return pair == nullptr || funnel_.OnConnected(*pair);
  }
  std::string Funnel() const {
    return absl::StrCat(counters_.offered.value(), " ", counters_.answered.value(), " ",
                        counters_.candidates.value(), " ", counters_.connected.value());
  }

  FunnelCounters counters_;
  PairHistory history_{1, 16'384};
  HandshakeFunnel funnel_{counters_};
  SteadyTime now_{1h};
  const PeerId a_ = Id('a');
  const PeerId b_ = Id('b');
};

TEST_F(Handshakes, CountOnceForEachStep) {
  Offer(a_, b_);
  EXPECT_EQ(Funnel(), "1 0 0 0");
  Answer(b_, a_);
  Answer(b_, a_);
  EXPECT_EQ(Funnel(), "1 1 0 0");
  Candidate(a_, b_);
  Candidate(b_, a_);
  EXPECT_EQ(Funnel(), "1 1 1 0");
  Connected(a_, b_);
  Connected(b_, a_);
  EXPECT_EQ(Funnel(), "1 1 1 1");
}

TEST_F(Handshakes, DoNotCountWithoutAnOffer) {
  Answer(a_, b_);
  Candidate(a_, b_);
  Connected(a_, b_);
  EXPECT_EQ(Funnel(), "0 0 0 0");
  Offer(a_, b_);
  Answer(a_, b_);
  EXPECT_EQ(Funnel(), "1 0 0 0") << "the offerer does not answer itself";
}

TEST_F(Handshakes, MeasureHowLongAnAnswerTakes) {
  Offer(a_, b_);
  now_ += 300ms;
  Answer(b_, a_);
  EXPECT_NEAR(counters_.offer_to_answer.sum(), 0.3, 1e-6);
  for (size_t i = 0; i <= Histogram::kBounds.size(); ++i) {
    const bool is_half_a_second = i < Histogram::kBounds.size() && Histogram::kBounds[i] == 0.5;
    EXPECT_EQ(counters_.offer_to_answer.bucket(i), is_half_a_second ? 1u : 0u);
  }
}

TEST_F(Handshakes, CountAPairOnceThatOffersFromBothEnds) {
  for (uint32_t i = 0; i < 10; ++i) {
    Offer(NumberedId(2 * i), NumberedId(2 * i + 1));
    Offer(NumberedId(2 * i + 1), NumberedId(2 * i));
    Answer(NumberedId(2 * i), NumberedId(2 * i + 1));
    Candidate(NumberedId(2 * i), NumberedId(2 * i + 1));
    Candidate(NumberedId(2 * i + 1), NumberedId(2 * i));
    EXPECT_TRUE(Connected(NumberedId(2 * i), NumberedId(2 * i + 1)));
    EXPECT_FALSE(Connected(NumberedId(2 * i + 1), NumberedId(2 * i)));
  }
  EXPECT_EQ(Funnel(), "10 10 10 10");
  EXPECT_EQ(counters_.retried.value(), 0u);
}

TEST_F(Handshakes, TakeAnAnswerFromEitherEndWhereBothOffered) {
  Offer(a_, b_);
  Offer(b_, a_);
  Answer(a_, b_);
  EXPECT_EQ(Funnel(), "1 1 0 0");
}

TEST_F(Handshakes, AreRetriedOnceIfTheyOfferAgainAfterTenSeconds) {
  EXPECT_FALSE(Offer(a_, b_));
  now_ += 9999ms;
  EXPECT_FALSE(Offer(a_, b_));
  EXPECT_EQ(counters_.retried.value(), 0u);
  now_ += 1ms;
  EXPECT_FALSE(Signal(SignalType::kIceCandidate, b_, a_)) << "no offer";
  EXPECT_TRUE(Offer(b_, a_));
  EXPECT_EQ(counters_.retried.value(), 1u);
  now_ += 10s;
  EXPECT_FALSE(Offer(a_, b_));
  EXPECT_EQ(counters_.retried.value(), 1u);
  EXPECT_EQ(Funnel(), "1 0 1 0");
}

TEST_F(Handshakes, ThatConnectedAndOfferAgainAreNewOnes) {
  Offer(a_, b_);
  Answer(b_, a_);
  Connected(a_, b_);
  now_ += 10s;
  Offer(b_, a_);
  EXPECT_EQ(Funnel(), "2 1 0 1");
  EXPECT_EQ(counters_.retried.value(), 0u);
  Answer(a_, b_);
  EXPECT_TRUE(Connected(b_, a_));
  EXPECT_EQ(Funnel(), "2 2 0 2");
}

TEST_F(Handshakes, CountARenewedOfferOnlyAfterAMinute) {
  Offer(a_, b_);
  Answer(b_, a_);
  now_ += 59s;
  Offer(a_, b_);
  EXPECT_EQ(Funnel(), "1 1 0 0");
  now_ += 1s;
  Offer(a_, b_);
  Answer(b_, a_);
  EXPECT_EQ(Funnel(), "2 2 0 0");
}

TEST_F(Handshakes, GiveTheOldestUpWhenThereAreTooMany) {
  constexpr uint32_t kMany = 20'000;
  for (uint32_t i = 0; i < kMany; ++i) Offer(NumberedId(i), b_);
  Answer(b_, NumberedId(0));
  EXPECT_EQ(counters_.answered.value(), 0u);
  Answer(b_, NumberedId(kMany - 1));
  EXPECT_EQ(counters_.answered.value(), 1u);
}

TEST(Histogram, PutsAValueIntoTheFirstBucketThatHoldsIt) {
  Histogram histogram;
  for (double seconds : {0.0, 0.001, 0.0011, 30.0, 31.0}) histogram.Observe(seconds);
  EXPECT_EQ(histogram.bucket(0), 2u);
  EXPECT_EQ(histogram.bucket(1), 1u);
  EXPECT_EQ(histogram.bucket(Histogram::kBounds.size() - 1), 1u);
  EXPECT_EQ(histogram.bucket(Histogram::kBounds.size()), 1u);
  EXPECT_NEAR(histogram.sum(), 61.0021, 1e-3);
}

}  // namespace
}  // namespace pigeonhub
