// SPDX-License-Identifier: Apache-2.0

#include "server/signal_demand.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "server/internals/hub_internals.h"
#include "tests/server/hub_server_fixture.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

class SignalDemandTest : public testing::Test {
 protected:
  void SetUp() override {
    server_.OnAny([this](const Event& event) {
      if (const auto* signal = std::get_if<SignalRelayed>(&event.body)) {
        heard_.Add("signal of " + std::to_string(signal->payload_bytes));
      }
    });
    ASSERT_TRUE(server_.Start().ok());
  }

  Heard heard_;
  HubServer server_{AnyPort()};
  const HubInternals internals_{server_};
};

TEST_F(SignalDemandTest, IsThereUntilTheLastOneWhoWatchesHasGone) {
  RawClient one = Connected(server_, kHubId);
  RawClient two = Connected(server_, kPeerId);
  Announce(one, "room", "{}");
  Announce(two, "room", "{}");
  // Of the size that tells it apart. When it returns, the hub has handled the offer.
  const auto offer = [&](size_t bytes) {
    one.SendText(R"({"type":"offer","networkName":"room","targetPeerId":")" + kPeerId +
                 R"(","data":{"a":")" + std::string(bytes - 8, 'x') + R"("}})");
    one.SendText(R"({"type":"ping"})");
    EXPECT_NE(one.ReadTextWith("\"pong\""), "");
  };
  offer(10);
  internals_.WatchSignals("first", {SignalFilter{Id(kPeerId), ""}});
  internals_.WatchSignals("second", {SignalFilter{}});
  offer(11);
  internals_.WatchSignals("second", {});
  offer(12);
  internals_.WatchSignals("first", {});
  offer(13);
  internals_.WatchSignals("second", {SignalFilter{{}, "room"}});
  offer(14);
  EXPECT_TRUE(heard_.WaitFor("signal of 14"));
  EXPECT_EQ(heard_.all(),
            (std::vector<std::string>{"signal of 11", "signal of 12", "signal of 14"}));
}

}  // namespace
}  // namespace pigeonhub
