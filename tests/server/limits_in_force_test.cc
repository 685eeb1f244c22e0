// SPDX-License-Identifier: Apache-2.0

#include "server/limits_in_force.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "server/core/reason.h"
#include "server/layer_options.h"

namespace pigeonhub {
namespace {

std::map<std::string, std::string> Limits(const HubServerOptions& options = {},
                                          const std::optional<RunningLimits>& running = {}) {
  std::map<std::string, std::string> limits;
  for (const LimitInForce& limit :
       LimitsInForce(options, running.value_or(RunningLimitsOf(options)))) {
    EXPECT_TRUE(limits.emplace(limit.name, limit.value).second) << limit.name << " stands twice";
    EXPECT_NE(limit.value, "") << limit.name;
  }
  return limits;
}

TEST(RunningLimits, AreTheOptionsOfTheSameNames) {
  const auto rate = [](uint64_t amount) { return Rate{.amount = amount, .burst = amount}; };
  const HubServerOptions options{.max_connections = 1,
                                 .discovery_limit = 3,
                                 .message_rate = rate(4),
                                 .byte_rate = rate(5),
                                 .announce_rate = rate(6),
                                 .fanout_rate = rate(7),
                                 .address_rate = rate(8),
                                 .auth_failure_rate = rate(9),
                                 .hub_registration_rate = rate(10),
                                 .memory_limit = 2};
  // A member more does not compile here.
  const auto& [max_connections, memory_limit, discovery_limit, message_rate, byte_rate,
               announce_rate, fanout_rate, address_rate, auth_failure_rate, hub_registration_rate] =
      RunningLimitsOf(options);
  EXPECT_EQ(max_connections, 1u);
  EXPECT_EQ(memory_limit, 2u);
  EXPECT_EQ(discovery_limit, 3u);
  EXPECT_EQ(message_rate, rate(4));
  EXPECT_EQ(byte_rate, rate(5));
  EXPECT_EQ(announce_rate, rate(6));
  EXPECT_EQ(fanout_rate, rate(7));
  EXPECT_EQ(address_rate, rate(8));
  EXPECT_EQ(auth_failure_rate, rate(9));
  EXPECT_EQ(hub_registration_rate, rate(10));
}

TEST(RunningLimits, HaveNoDefaultsOfTheirOwn) {
  EXPECT_EQ(RunningLimits{}, (RunningLimits{.max_connections = 0, .discovery_limit = 0}));
  EXPECT_EQ(RunningLimitsOf({}).max_connections, HubServerOptions{}.max_connections);
}

TEST(LimitsInForce, AreAllThatReasonsTellOf) {
  const auto limits = Limits();
  for (size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (!IsLimit(reason)) continue;
    EXPECT_TRUE(limits.contains(std::string(LimitOf(reason)))) << ReasonName(reason);
  }
}

TEST(LimitsInForce, HaveTheirDefaults) {
  auto limits = Limits();
  EXPECT_EQ(limits["message-rate"], "100/s,500");
  EXPECT_EQ(limits["byte-rate"], "1MiB/s,4MiB");
  EXPECT_EQ(limits["announce-rate"], "1/s,10");
  EXPECT_EQ(limits["fanout-rate"], "8MiB/s,64MiB");
  EXPECT_EQ(limits["address-rate"], "20/s,100");
  EXPECT_EQ(limits["auth-failure-rate"], "10/30m");
  EXPECT_EQ(limits["hub-registration-rate"], "1/s,5");
  EXPECT_EQ(limits["address-share"], "20 in the last 100");
  EXPECT_EQ(limits["max-connections"], "1000");
  EXPECT_EQ(limits["namespaces"], "10000");
  EXPECT_EQ(limits["memory-limit"], "off");
  EXPECT_EQ(limits["hubs"], "1024");
  EXPECT_EQ(limits["hub-map"], "32MiB");
  EXPECT_EQ(limits["hub-news"], "10/s,2048");
}

TEST(LimitsInForce, AreThoseThatWereSet) {
  HubServerOptions options;
  options.message_rate = Rate{};
  options.address_rate = Rate{.amount = 3, .per = std::chrono::minutes(1), .burst = 9};
  options.max_message_size = 16 << 20;
  options.max_connections = 100'000;
  options.memory_limit = 1 << 30;
  auto limits = Limits(options);
  EXPECT_EQ(limits["message-rate"], "off");
  EXPECT_EQ(limits["address-rate"], "3/m,9");
  EXPECT_EQ(limits["byte-rate"], "1MiB/s,16MiB") << "one message always fits";
  EXPECT_EQ(limits["max-message-size"], "16MiB");
  EXPECT_EQ(limits["hub-map"], "32MiB") << "an eighth of a quarter";
  EXPECT_EQ(limits["namespaces"], "100000") << "each peer may be alone in its own";
}

TEST(LimitsInForce, KeepNoPlacesWhereThereAreFew) {
  HubServerOptions options;
  options.max_connections = 9;
  EXPECT_EQ(Limits(options)["address-share"], "off");
}

TEST(LimitsInForce, AreThoseThatHaveChangedSince) {
  HubServerOptions options;
  options.memory_limit = 1 << 30;
  RunningLimits running = RunningLimitsOf(options);
  running.max_connections = 20'000;
  running.memory_limit = uint64_t{2} << 30;
  running.message_rate = Rate{.amount = 7, .burst = 9};
  auto limits = Limits(options, running);
  EXPECT_EQ(limits["max-connections"], "20000");
  EXPECT_EQ(limits["namespaces"], "20000");
  EXPECT_EQ(limits["address-share"], "20 in the last 2000");
  EXPECT_EQ(limits["memory-limit"], "2GiB");
  EXPECT_EQ(limits["hub-share"], "128MiB") << "that of the start";
  EXPECT_EQ(limits["message-rate"], "7/s,9");
}

}  // namespace
}  // namespace pigeonhub
