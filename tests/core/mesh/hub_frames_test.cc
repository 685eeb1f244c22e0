// SPDX-License-Identifier: Apache-2.0
//
// Frames from hub to hub that a hub in between passes on. Here it is hub 5, linked to 1 and 2,
// which lead to 3 and 4.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/core/mesh/fake_mesh.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HubFrames : public ::testing::Test {
 protected:
  HubFrames() {
    one_.Send(inbound::HubNews{{NodeOf('1', "53"), NodeOf('3', "1")}});
    two_.Send(inbound::HubNews{{NodeOf('2', "54"), NodeOf('4', "2")}});
    hub_.ForgetMessages();
  }
  static std::vector<PeerId> Ids(std::string_view digits) {
    std::vector<PeerId> ids;
    for (char digit : digits) ids.push_back(Id(digit));
    return ids;
  }
  static void Send(FakePeer& link, char from, char to, std::vector<PeerId> via) {
    link.Send(inbound::HubFrame{Id(from), Id(to), std::move(via), nullptr, Json("1")});
  }
  // The frames that were passed on to `link`.
  std::vector<outbound::HubFrame> Passed(const FakePeer& link) {
    std::vector<outbound::HubFrame> frames;
    for (const outbound::Message& message : hub_.inbox(link.connection()).messages) {
      const auto* frame = std::get_if<outbound::HubFrame>(&message);
      if (frame != nullptr && frame->body == nullptr) frames.push_back(*frame);
    }
    return frames;
  }
  void ExpectLooped(size_t link, uint64_t count) {
    EXPECT_THAT(Passed(one_), IsEmpty());
    EXPECT_THAT(Passed(two_), IsEmpty());
    EXPECT_EQ(hub_.counted(Reason::kSignalLooped), count);
    EXPECT_EQ(hub_.hub().Links().at(link).counts.looped, count);
  }

  HubFixture hub_{HubServer(Id('5'))};
  FakePeer one_ = JoinAsMeshHub(hub_, Id('1'));
  FakePeer two_ = JoinAsMeshHub(hub_, Id('2'));
};

TEST_F(HubFrames, ArePassedOnUnopenedAndSayBywhomTheyWere) {
  Send(one_, '3', '4', Ids("1"));
  const std::vector<outbound::HubFrame> passed = Passed(two_);
  ASSERT_EQ(passed.size(), 1u);
  EXPECT_EQ(passed[0].from, Id('3'));
  EXPECT_EQ(passed[0].to, Id('4'));
  EXPECT_THAT(passed[0].via, ElementsAre(Id('1'), Id('5')));
  EXPECT_EQ(passed[0].raw.text, "1");
  EXPECT_THAT(Passed(one_), IsEmpty());
  EXPECT_EQ(hub_.hub().Links().at(0).counts.relayed, 0u) << "a frame is no signal";
}

TEST_F(HubFrames, ThatWereHereBeforeEnd) {
  Send(one_, '3', '4', Ids("152"));
  ExpectLooped(0, 1);
}

TEST_F(HubFrames, ThatWeSentOurselvesEnd) {
  Send(one_, '5', '4', Ids("1"));
  ExpectLooped(0, 1);
}

TEST_F(HubFrames, DoNotGoBackOverTheLinkTheyCameBy) {
  Send(one_, '4', '3', {});
  ExpectLooped(0, 1);
}

TEST_F(HubFrames, DoNotGoToAHubThatPassedThemOn) {
  Send(two_, '4', '3', Ids("12"));
  ExpectLooped(1, 1);
}

TEST_F(HubFrames, DoNotGoToTheHubThatSentThem) {
  Send(two_, '1', '3', {});
  ExpectLooped(1, 1);
}

TEST_F(HubFrames, GoOverSixteenHopsAtMost) {
  std::vector<PeerId> via;
  for (uint32_t i = 0; i < 14; ++i) via.push_back(NumberedId(100 + i));
  Send(one_, '3', '4', via);
  ASSERT_EQ(Passed(two_).size(), 1u);
  EXPECT_EQ(Passed(two_)[0].via.size(), 15u) << "the next hop is the sixteenth";
  hub_.ForgetMessages();
  via.push_back(NumberedId(200));
  Send(one_, '3', '4', via);
  ExpectLooped(0, 1);
}

TEST_F(HubFrames, ToNobodyOnTheMapEnd) {
  Send(one_, '3', '9', Ids("1"));
  EXPECT_THAT(Passed(two_), IsEmpty());
  EXPECT_EQ(hub_.counted(Reason::kSignalLooped), 0u) << "its hub may just be gone";
}

}  // namespace
}  // namespace pigeonhub
