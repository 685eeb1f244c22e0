// SPDX-License-Identifier: Apache-2.0

#include "control/events/stream_places.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace pigeonhub {
namespace {

const grpc::Status kGone(grpc::StatusCode::UNAUTHENTICATED, "gone");

class ReviewOfStreams : public testing::Test {
 protected:
  void SetUp() override {
    auto taken = places_.Take("somebody", [this] {
      ++checks_;
      return admitted_ ? grpc::Status::OK : kGone;
    });
    ASSERT_TRUE(taken.ok());
    place_ = *std::move(taken);
  }
  void KnowTheEnd() {
    place_->EndsBy([this](const grpc::Status& why) {
      ++ends_;
      EXPECT_EQ(why.error_message(), "gone");
    });
  }

  StreamPlaces places_{StreamPlaces::Limits()};
  std::optional<StreamPlaces::Place> place_;
  bool admitted_ = true;
  int checks_ = 0;
  int ends_ = 0;
};

TEST_F(ReviewOfStreams, ChecksEachOnceForEachVersion) {
  KnowTheEnd();
  places_.Review(0);
  EXPECT_EQ(checks_, 0) << "nobody changes who may call";
  places_.Review(1);
  places_.Review(1);
  EXPECT_EQ(checks_, 1);
  places_.Review(2);
  EXPECT_EQ(checks_, 2);
  EXPECT_EQ(ends_, 0);
}

TEST_F(ReviewOfStreams, EndsOnceThoseWhoseCallerIsNotAdmittedAnyMore) {
  KnowTheEnd();
  admitted_ = false;
  places_.Review(1);
  EXPECT_EQ(ends_, 1);
  places_.Review(2);
  EXPECT_EQ(ends_, 1);
  EXPECT_EQ(checks_, 1);
}

TEST_F(ReviewOfStreams, ComesAgainForThoseThatWereJustBeingOpened) {
  admitted_ = false;
  places_.Review(1);
  EXPECT_EQ(checks_, 0) << "it cannot be ended yet";
  KnowTheEnd();
  places_.Review(1);
  EXPECT_EQ(ends_, 1);
}

TEST_F(ReviewOfStreams, KnowsAPlaceThatWasMovedAndNoneThatWasGivenBack) {
  KnowTheEnd();
  std::optional<StreamPlaces::Place> moved(*std::move(place_));
  place_.reset();
  places_.Review(1);
  EXPECT_EQ(checks_, 1);
  moved.reset();
  admitted_ = false;
  places_.Review(2);
  EXPECT_EQ(checks_, 1);
  EXPECT_EQ(ends_, 0);
}

}  // namespace
}  // namespace pigeonhub
