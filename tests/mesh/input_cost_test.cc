// SPDX-License-Identifier: Apache-2.0
//
// How long an input takes does not grow with the mesh. It did by 29 ns for each hub.
#include <gtest/gtest.h>

#include "tests/mesh/hub_among_many.h"

namespace pigeonhub::sim {
namespace {

struct InputKind {
  const char* name;
  void (HubAmongMany::*input)();
};

class InputCost : public ::testing::TestWithParam<InputKind> {};

INSTANTIATE_TEST_SUITE_P(Of, InputCost,
                         ::testing::Values(InputKind{"SignalHere", &HubAmongMany::SignalHere},
                                           InputKind{"SignalFromThere",
                                                     &HubAmongMany::SignalFromThere},
                                           InputKind{"AnnounceHere", &HubAmongMany::AnnounceHere},
                                           InputKind{"RepeatOfAWord", &HubAmongMany::RepeatOfAWord},
                                           InputKind{"NothingDue", &HubAmongMany::NothingDue}),
                         [](const auto& param) { return param.param.name; });

TEST_P(InputCost, IsTheSameAmongAThousandHubs) {
  HubAmongMany few(10);
  HubAmongMany many(1000);
  // Ten times as much would still be less than it was, for what costs least.
  EXPECT_LT(many.NanosecondsEach(GetParam().input, 5, 500),
            4 * few.NanosecondsEach(GetParam().input, 5, 500));
}

}  // namespace
}  // namespace pigeonhub::sim
