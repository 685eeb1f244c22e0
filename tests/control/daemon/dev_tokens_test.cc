// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/dev_tokens.h"

#include <gtest/gtest.h>

#include "server/runtime/clock.h"

namespace pigeonhub {
namespace {

TEST(DevTokens, AreGoodAtTheHubThatHasTheirKey) {
  Config config;
  config.token_issuers = {"https://app.example"};
  config.token_audiences = {"hub.example"};
  const DevTokens tokens;
  HubServerOptions options;
  options.auth = PeerAuth::kRequired;
  options.token_keys.files = {tokens.key()};
  options.token_issuers = config.token_issuers;
  options.token_audiences = config.token_audiences;
  const HubServer hub(options);
  const UnixMillis now = SystemClock().Read().unix_ms;
  const TokenAnswer answer = hub.CheckToken(tokens.Make(config, now));
  ASSERT_NE(answer.claims, nullptr) << answer.rule;
  EXPECT_TRUE(GrantsNamespace(*answer.claims, "chat"));
  EXPECT_EQ(hub.CheckToken(DevTokens().Make(config, now)).claims, nullptr)
      << "each process has its own key";
}

}  // namespace
}  // namespace pigeonhub
