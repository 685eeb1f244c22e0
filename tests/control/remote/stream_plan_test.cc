// SPDX-License-Identifier: Apache-2.0
//
// What a drain of several hubs makes of a hub that is not heard to the end.
#include "control/remote/stream_plan.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "pigeonhub/v1/server_service.pb.h"

namespace pigeonhub {
namespace {

// What the stream says last of hub "b", which had so many left when it was heard last.
v1::DrainResponse LastOf(std::optional<int64_t> remaining, bool said_its_end) {
  const std::unique_ptr<StreamPlan> plan = StreamPlan::Of(v1::DrainRequest());
  if (remaining.has_value()) {
    v1::DrainResponse progress;
    progress.set_total(3);
    progress.set_remaining(*remaining);
    plan->Take("b", progress.SerializeAsString());
  }
  v1::DrainResponse last;
  EXPECT_TRUE(last.ParseFromString(plan->Lost("b", "it is gone", said_its_end).at(0)));
  EXPECT_EQ(last.hub_id(), "b");
  return last;
}

TEST(PlanOfADrain, IsDoneWithAHubThatHasNobodyLeft) {
  const v1::DrainResponse last = LastOf(0, false);
  EXPECT_TRUE(last.done());
  EXPECT_EQ(last.total(), 3);
  EXPECT_EQ(last.unreachable_size(), 0);
}

TEST(PlanOfADrain, IsDoneWithAHubThatSaidItsEnd) {
  EXPECT_TRUE(LastOf(2, true).done());
  EXPECT_EQ(LastOf(2, true).remaining(), 0);
  EXPECT_TRUE(LastOf(std::nullopt, true).done());
}

TEST(PlanOfADrain, IsNotDoneWithAHubThatWasLostBefore) {
  const v1::DrainResponse last = LastOf(2, false);
  EXPECT_FALSE(last.done());
  ASSERT_EQ(last.unreachable_size(), 1);
  EXPECT_EQ(last.unreachable(0).reason(), "it is gone");
  EXPECT_FALSE(LastOf(std::nullopt, false).done());
}

}  // namespace
}  // namespace pigeonhub
