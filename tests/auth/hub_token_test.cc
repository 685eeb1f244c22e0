// SPDX-License-Identifier: Apache-2.0

#include "server/auth/hub_token.h"

#include <gtest/gtest.h>

#include <string>

#include "server/base/digest.h"

namespace pigeonhub::auth {
namespace {

const PeerId kHub = *PeerId::Parse("0123456789abcdef0123456789abcdef01234567");
const std::string kNonce = "00112233445566778899aabbccddeeff";
const std::string kKey = "a key that only the hubs of a mesh know";

TEST(HubToken, SaysWhatItWasMadeFrom) {
  const std::string text = MakeHubToken(kHub, "pigeonhub-mesh", 1'700'000'000'000, kNonce, kKey);
  const auto token = ParseHubToken(text);
  ASSERT_TRUE(token.has_value()) << text;
  EXPECT_EQ(token->hub, kHub);
  EXPECT_EQ(token->expiry, 1'700'000'000'000);
  EXPECT_EQ(token->nonce, kNonce);
  EXPECT_EQ(token->network, HexOf(DigestOf("pigeonhub-mesh")));
  EXPECT_EQ(token->mac, HexOf(MacOf(token->claims, kKey)));
  EXPECT_EQ(std::string(token->claims) + "." + std::string(token->mac), text);
}

TEST(HubToken, IsNothingElse) {
  const std::string good = MakeHubToken(kHub, "mesh", 17, kNonce, kKey);
  ASSERT_TRUE(ParseHubToken(good).has_value());
  const std::string id(kHub.text());
  const std::string digest(64, 'a');
  for (const std::string& bad :
       {std::string(), std::string("hub1."), "x" + good, good + "0", good + ".", good + " ",
        good.substr(0, good.size() - 1), "hub2" + good.substr(4),
        "hub1." + id.substr(1) + ".17." + kNonce + "." + digest + "." + digest,
        "hub1." + id + ".-17." + kNonce + "." + digest + "." + digest,
        "hub1." + id + ".+17." + kNonce + "." + digest + "." + digest,
        "hub1." + id + ".1x." + kNonce + "." + digest + "." + digest,
        "hub1." + id + ".." + kNonce + "." + digest + "." + digest,
        "hub1." + id + ".9999999999999999999." + kNonce + "." + digest + "." + digest,
        "hub1." + id + ".17." + kNonce.substr(1) + "." + digest + "." + digest,
        "hub1." + id + ".17.00112233445566778899AABBCCDDEEFF." + digest + "." + digest,
        "hub1." + id + ".17." + kNonce + "." + digest}) {
    EXPECT_FALSE(ParseHubToken(bad).has_value()) << bad;
  }
}

TEST(HubToken, IsToldFromOtherBearerTokensByHowItBegins) {
  EXPECT_TRUE(LooksLikeHubToken("hub1.cut short"));
  EXPECT_FALSE(LooksLikeHubToken("eyJhbGciOiJIUzI1NiJ9.e30.x"));
}

}  // namespace
}  // namespace pigeonhub::auth
