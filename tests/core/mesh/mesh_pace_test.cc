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
using ::testing::IsEmpty;
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

  FakePeer Enter(char peer, std::string_view network) {
    FakePeer entered = hub_.Open(Id(peer));
    entered.Announce(network);
    return entered;
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

// Among three hubs news to one of them gather for 1.5 ms.
TEST_F(APacedHub, SaysNewsTogetherThatComeWithinAMoment) {
  Enter('1', "room");
  b_->Say({mesh::Want{Text("room")}});
  b_->Take();
  hub_.Advance(10ms);
  FakePeer two = Enter('2', "room");
  EXPECT_THAT(b_->Take(), ElementsAre("join 2 in room generation 1"));
  Enter('3', "room");
  Enter('4', "room");
  EXPECT_THAT(b_->Take(), IsEmpty());
  hub_.Advance(1500us);
  EXPECT_THAT(b_->Take(),
              ElementsAre("join 3 in room generation 1", "join 4 in room generation 1"));
}

TEST_F(APacedHub, SaysASignalAtOnceAndTheJoinOfItsSenderBefore) {
  Enter('1', "room");
  b_->Say({mesh::Want{Text("room")}, JoinOp('7', "room", 1)});
  hub_.Advance(10ms);
  b_->Take();
  Enter('2', "room");
  FakePeer three = Enter('3', "room");
  b_->Take();
  three.Offer(Id('7'), "room", "1");
  EXPECT_THAT(b_->Take(), ElementsAre("join 3 in room generation 1", "signal 3 to 7 in room 1"));
}

}  // namespace
}  // namespace pigeonhub
