// SPDX-License-Identifier: Apache-2.0
//
// What a hub of a large mesh does not do more often than it must.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/core/mesh/linked_mesh_hub.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// We are c. Among three hubs the map is looked at once in 0.6 ms.
class APacedHub : public ::testing::Test {
 protected:
  APacedHub() {
    hub_.Advance(10ms);
    b_ = std::make_unique<LinkedMeshHub>(hub_, 'b');
    hub_.Advance(10ms);
    d_ = std::make_unique<LinkedMeshHub>(hub_, 'd');
    hub_.Advance(10ms);
    e_ = std::make_unique<LinkedMeshHub>(hub_, 'e');
    hub_.Advance(10ms);
    for (LinkedMeshHub* one : {b_.get(), d_.get(), e_.get()}) one->Take();
  }

  HubFixture hub_{OurOptions(), 1, true, MeshPace()};
  std::unique_ptr<LinkedMeshHub> b_, d_, e_;
};

TEST_F(APacedHub, LooksAtTheMapOnceForManyChangesOfAMoment) {
  d_->peer().Drop();
  EXPECT_THAT(b_->Take(), Contains("news c#4[be]")) << "after a rest it looks at once";
  e_->peer().Drop();
  LinkedMeshHub f(hub_, 'f');
  EXPECT_THAT(b_->Take(), Not(Contains(HasSubstr("news c#"))));
  hub_.Advance(600us);
  EXPECT_THAT(b_->Take(), Contains("news c#5[bf]"));
}

TEST_F(APacedHub, DoesNotLookAtTheMapForAWordThatSaysNothingNew) {
  b_->Tell({Id('c')});
  EXPECT_THAT(d_->Take(), ElementsAre("news b#2[c]")) << "it is passed on";
  ASSERT_TRUE(hub_.hub().NextDeadline().has_value());
  EXPECT_GT(*hub_.hub().NextDeadline(), hub_.clock().Read().steady + 1ms);
  b_->Tell({Id('c'), Id('d')});
  b_->Tell({Id('c')});
  EXPECT_LE(*hub_.hub().NextDeadline(), hub_.clock().Read().steady + 600us) << "as for a change";
}

}  // namespace
}  // namespace pigeonhub
