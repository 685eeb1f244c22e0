// SPDX-License-Identifier: Apache-2.0

#include "server/auth/hub_token.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/auth/hub_keys.h"
#include "server/base/digest.h"

namespace pigeonhub::auth {
namespace {

const PeerId kTokensHub = *PeerId::Parse("0123456789abcdef0123456789abcdef01234567");
const std::string kNonce = "00112233445566778899aabbccddeeff";
const std::string kTokensKey = "a key that only the hubs of a mesh know";

PublicKey SomeKey() {
  PublicKey key;
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i);
  return key;
}

std::string TokenFor(std::string_view addressee) {
  return MakeHubToken({.hub = kTokensHub,
                       .network = "pigeonhub-mesh",
                       .expiry = 1'700'000'000'000,
                       .nonce = kNonce,
                       .key = SomeKey(),
                       .addressee = addressee},
                      kTokensKey);
}

TEST(HubToken, SaysWhatItWasMadeFrom) {
  for (const std::string addressee :
       {"hub.example:3000", "[::1]:3000", "127.0.0.1:1", "fedcba9876543210fedcba9876543210fedcba98",
        "a.name.with.dots:443"}) {
    const std::string text = TokenFor(addressee);
    const auto token = ParseHubToken(text);
    ASSERT_TRUE(token.has_value()) << text;
    EXPECT_EQ(token->hub, kTokensHub);
    EXPECT_EQ(token->expiry, 1'700'000'000'000);
    EXPECT_EQ(token->nonce, kNonce);
    EXPECT_EQ(token->network, HexOf(DigestOf("pigeonhub-mesh")));
    EXPECT_EQ(token->key, SomeKey());
    EXPECT_EQ(token->addressee, addressee);
    EXPECT_EQ(token->mac, HexOf(MacOf(token->claims, kTokensKey)));
    EXPECT_EQ(std::string(token->claims) + "." + std::string(token->mac), text);
  }
}

// ---- Frozen: tokens that released versions make. Lines are never changed, only added.

std::vector<std::string> LinesOf(const std::string& file) {
  std::ifstream in(std::string(PIGEONHUB_FROZEN) + "/" + file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// As a hub does that has just started when the token is shown to it.
void ExpectAccepted(const std::string& text, std::string_view addressee) {
  const auto token = ParseHubToken(text);
  ASSERT_TRUE(token.has_value()) << text;
  EXPECT_EQ(token->addressee, addressee);
  const UnixMillis made = token->expiry - HubKeys::kLifetimeMs;
  HubKeys keys(made);
  ASSERT_TRUE(keys.Set(kTokensKey).ok());
  const HubKeys::Expected expected{kTokensHub, "pigeonhub-mesh", !addressee.empty()};
  EXPECT_EQ(keys.Refusal(*token, expected, made + 1), std::nullopt) << text;
  EXPECT_EQ(keys.Refusal(*token, expected, made + 2), Reason::kHubTokenReplayed) << text;
}

TEST(FrozenHubTokens, OfThisVersionAreWhatItMakes) {
  const std::vector<std::string> now = {TokenFor("hub.example:3000"), TokenFor("")};
  EXPECT_EQ(LinesOf("tokens.txt"), now);
}

TEST(FrozenHubTokens, OfThisVersionAreAccepted) {
  const std::vector<std::string> lines = LinesOf("tokens.txt");
  ASSERT_EQ(lines.size(), 2U);
  ExpectAccepted(lines[0], "hub.example:3000");
  ExpectAccepted(lines[1], "");
}

// A hub of that version sent it.
TEST(FrozenHubTokens, OfTheVersionBeforeAreAccepted) {
  const std::vector<std::string> lines = LinesOf("tokens_of_the_version_before.txt");
  ASSERT_EQ(lines.size(), 1U);
  ExpectAccepted(lines[0], "");
}

TEST(HubToken, HasNoKeyAndNoAddresseeInThePreviousVersion) {
  const std::string text = TokenFor("");
  const auto token = ParseHubToken(text);
  ASSERT_TRUE(token.has_value()) << text;
  EXPECT_EQ(token->hub, kTokensHub);
  EXPECT_EQ(token->key, std::nullopt);
  EXPECT_EQ(token->addressee, "");
}

TEST(HubToken, IsNothingElse) {
  const std::string good = TokenFor("hub.example:3000");
  ASSERT_TRUE(ParseHubToken(good).has_value());
  const std::string id(kTokensHub.text());
  const std::string digest(64, 'a');
  const std::string old = "hub1." + id + ".17." + kNonce + "." + digest + "." + digest;
  const std::string begin = "hub2." + id + ".17." + kNonce + "." + digest + ".";
  ASSERT_TRUE(ParseHubToken(old).has_value());
  ASSERT_TRUE(ParseHubToken(begin + digest + ".h:1." + digest).has_value());
  for (const std::string& bad :
       {std::string(),
        std::string("hub1."),
        std::string("hub2."),
        "x" + good,
        good + "0",
        good + ".",
        good + " ",
        good.substr(0, good.size() - 1),
        "hub3" + good.substr(4),
        "hub1" + good.substr(4),
        "hub2" + old.substr(4),
        old + "0",
        old + ".",
        begin + digest + ".." + digest,
        begin + digest + "." + digest,
        begin + digest + ".h :1." + digest,
        begin + digest + ".h\n:1." + digest,
        begin + digest + ".\xC3\xA9:1." + digest,
        begin + digest + "." + std::string(301, 'h') + "." + digest,
        begin + digest.substr(1) + ".h:1." + digest,
        begin + std::string(64, 'A') + ".h:1." + digest,
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

TEST(HubToken, NamesAnAddressInLowerCase) {
  EXPECT_EQ(AddresseeAt("Hub.Example", 3000), "hub.example:3000");
  EXPECT_EQ(AddresseeAt("::1", 443), "[::1]:443");
}

TEST(HubToken, IsToldFromOtherBearerTokensByHowItBegins) {
  EXPECT_TRUE(LooksLikeHubToken("hub1.cut short"));
  EXPECT_TRUE(LooksLikeHubToken("hub2.cut short"));
  EXPECT_FALSE(LooksLikeHubToken("eyJhbGciOiJIUzI1NiJ9.e30.x"));
}

}  // namespace
}  // namespace pigeonhub::auth
