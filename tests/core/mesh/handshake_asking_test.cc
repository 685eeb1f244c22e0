// SPDX-License-Identifier: Apache-2.0
//
// Whom a hub asks for handshakes, and whom it tells. Hubs that may: tests/mesh/handshakes_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/core/mesh/linked_mesh_hub.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// What was shown of handshakes.
std::vector<std::string> TakeShown(HubFixture& hub) {
  std::vector<std::string> shown = hub.TakeEvents();
  std::erase_if(shown, [](const std::string& text) {
    return !text.starts_with("step ") && !text.starts_with("hub ");
  });
  return shown;
}

TEST_F(AMeshHub, WithoutTheKeyOfTheMeshIsToldOfNoHandshake) {
  FakePeer one = Enter('1', "room");
  FakePeer two = Enter('2', "room");
  b_.Take();
  b_.Say({mesh::TraceAsked{{std::nullopt, "room"}, 17}});
  EXPECT_EQ(hub_.counted(Reason::kHubNotAdmitted), 1u);
  one.Offer(two.id(), "room");
  const std::vector<std::string> said = b_.Take();
  EXPECT_THAT(said, Not(Contains("trace answered")));
  EXPECT_THAT(said, Not(Contains("trace step")));
}

TEST_F(AMeshHub, WithoutTheKeyOfTheMeshIsNotAskedForHandshakes) {
  Enter('1', "room");
  b_.Take();
  hub_.TakeEvents();
  ASSERT_TRUE(hub_.Handle(WatchHandshakes{{{std::nullopt, "room"}}}).ok());
  EXPECT_THAT(TakeShown(hub_), ElementsAre("hub b is not admitted", "hub d is not admitted"));
  hub_.Advance(3s);
  EXPECT_THAT(b_.Take(), Not(Contains("trace asked")));
  // Nor is it believed.
  b_.Say({mesh::TraceAnswered{17, 18, 3},
          std::make_shared<const mesh::TraceStep>(
              mesh::TraceStep{.from = Id('1'), .network = Text("room"), .heard_us = 19})});
  EXPECT_THAT(TakeShown(hub_), IsEmpty()) << "and what is known is said once";
}

}  // namespace
}  // namespace pigeonhub
