// SPDX-License-Identifier: Apache-2.0

#include "server/core/hubs/registration_rate.h"

#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

TEST(RegistrationRate, IsFiveAtOnceThenOneASecondForEachAddress) {
  RegistrationRate rate;
  const SteadyTime now{1h};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(rate.Admit(now, "192.0.2.1"));
  EXPECT_FALSE(rate.Admit(now, "192.0.2.1"));
  EXPECT_TRUE(rate.Admit(now, "192.0.2.2"));
  EXPECT_TRUE(rate.Admit(now + 1s, "192.0.2.1"));
  EXPECT_FALSE(rate.Admit(now + 1s, "192.0.2.1"));
}

TEST(RegistrationRate, ForgetsWhoIsBackAtTheBeginning) {
  RegistrationRate rate;
  rate.Admit(SteadyTime(1h), "192.0.2.1");
  rate.Compact(SteadyTime(1h));
  EXPECT_EQ(rate.size(), 1u);
  rate.Compact(SteadyTime(1h) + 1s);
  EXPECT_EQ(rate.size(), 0u);
}

}  // namespace
}  // namespace pigeonhub
