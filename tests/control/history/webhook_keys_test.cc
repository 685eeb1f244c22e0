// SPDX-License-Identifier: Apache-2.0

#include "control/history/webhook_keys.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub::history {
namespace {

constexpr char kExampleKey[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

std::string Error(const std::string& text) {
  return std::string(WebhookKeys::Parse(text).status().message());
}

// The example of the specification's own libraries.
TEST(WebhookKeys, SignAsStandardWebhooksSays) {
  const auto keys = WebhookKeys::Parse(kExampleKey);
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(keys->Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookKeys, SignOnceForEachKeyTheFirstFirst) {
  const std::string other = "whsec_" + std::string(43, 'A') + "=";
  const auto keys =
      WebhookKeys::Parse("# today\n\n" + std::string(kExampleKey) + "\r\n  " + other + "  \n");
  ASSERT_TRUE(keys.ok()) << keys.status();
  const std::string both = keys->Sign("id", 1, "{}");
  EXPECT_EQ(both, WebhookKeys::Parse(kExampleKey)->Sign("id", 1, "{}") + " " +
                      WebhookKeys::Parse(other)->Sign("id", 1, "{}"));
  // The prefix says what it is, and is no part of it.
  EXPECT_EQ(WebhookKeys::Parse(std::string(kExampleKey).substr(6))->Sign("id", 1, "{}"),
            WebhookKeys::Parse(kExampleKey)->Sign("id", 1, "{}"));
}

TEST(WebhookKeys, AreRefusedWithTheirLineAndWithoutTheSecret) {
  EXPECT_NE(Error("").find("there is no key of webhooks in it"), std::string::npos);
  for (const std::string wrong : {"whsec_", "whsec_c2hvcnQ=", "not base64 at all!",
                                  "whsec_====", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa*w"}) {
    const std::string error = Error("# a comment\n" + wrong);
    EXPECT_TRUE(error.starts_with("line 2: a key of webhooks is whsec_ and base64")) << error;
    EXPECT_EQ(error.find("LaLa"), std::string::npos);
  }
  EXPECT_NE(Error("whsec_" + std::string(88, 'A')), "") << "66 bytes";
  std::string many;
  for (int i = 0; i < 5; ++i) many += std::string(kExampleKey) + "\n";
  EXPECT_EQ(Error(many), "line 5: more than 4 keys of webhooks");
}

}  // namespace
}  // namespace pigeonhub::history
