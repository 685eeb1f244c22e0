// SPDX-License-Identifier: Apache-2.0

#include "server/auth/hub_keys.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "server/auth/hub_token.h"

namespace pigeonhub::auth {
namespace {

const PeerId kHub = *PeerId::Parse("0123456789abcdef0123456789abcdef01234567");
const PeerId kOtherHub = *PeerId::Parse("ffffffffffffffffffffffffffffffffffffffff");
constexpr char kMesh[] = "pigeonhub-mesh";
const std::string kKey = "the first key, long enough to be one";
const std::string kNewKey = "the second key, long enough to be one";
constexpr char kAddressee[] = "hub.example:3000";
constexpr UnixMillis kNow = 1'700'000'000'000;

std::string Make(const HubKeys& keys, UnixMillis now) {
  return keys.Make({.hub = kHub, .network = kMesh, .addressee = kAddressee}, now);
}

std::string TokenUnder(const std::string& key, UnixMillis expiry) {
  const std::string nonce = MakeNonce();
  return MakeHubToken(
      {.hub = kHub, .network = kMesh, .expiry = expiry, .nonce = nonce, .addressee = kAddressee},
      key);
}

// What a connection of `hub` is told that shows this token. It is made out to the hub that is
// asked.
std::optional<Reason> Refusal(HubKeys& keys, const std::string& text, UnixMillis now,
                              const PeerId& hub = kHub, std::string_view network = kMesh,
                              bool is_addressee = true) {
  const std::optional<HubToken> token = ParseHubToken(text);
  if (!token.has_value()) return Reason::kHubTokenMalformed;
  return keys.Refusal(*token, {hub, network, is_addressee}, now);
}

class HubKeysTest : public testing::Test {
 protected:
  HubKeysTest() { EXPECT_TRUE(keys_.Set(kKey).ok()); }

  HubKeys keys_;
};

TEST_F(HubKeysTest, AcceptATokenOnce) {
  const std::string token = Make(keys_, kNow);
  EXPECT_EQ(Refusal(keys_, token, kNow + 100), std::nullopt);
  EXPECT_EQ(Refusal(keys_, token, kNow + 200), Reason::kHubTokenReplayed);
  // As long as it lives, and afterwards for another reason.
  const UnixMillis end = kNow + HubKeys::kLifetimeMs + HubKeys::kToleranceMs;
  EXPECT_EQ(Refusal(keys_, token, end - 1), Reason::kHubTokenReplayed);
  EXPECT_EQ(Refusal(keys_, token, end), Reason::kHubTokenExpired);
}

TEST_F(HubKeysTest, AreUsedByHubsWhoseClocksDiffer) {
  for (const UnixMillis ahead : {-59'000, 0, 59'000}) {
    EXPECT_EQ(Refusal(keys_, Make(keys_, kNow + ahead), kNow), std::nullopt) << ahead;
  }
}

TEST_F(HubKeysTest, AcceptNoTokenThatIsMadeOutToAnotherHub) {
  const std::string token = Make(keys_, kNow);
  EXPECT_EQ(Refusal(keys_, token, kNow, kHub, kMesh, /*is_addressee=*/false),
            Reason::kHubTokenOtherHub);
  EXPECT_EQ(Refusal(keys_, token, kNow), std::nullopt) << "that did not use it up";
}

TEST_F(HubKeysTest, AcceptATokenOfThePreviousVersionThatIsMadeOutToNobody) {
  const std::string token = keys_.Make({.hub = kHub, .network = kMesh}, kNow);
  ASSERT_TRUE(token.starts_with("hub1.")) << token;
  EXPECT_EQ(Refusal(keys_, token, kNow, kHub, kMesh, /*is_addressee=*/false), std::nullopt);
}

TEST(HubKeys, AcceptNoTokenThatTheProcessBeforeThisOneMayHaveAccepted) {
  HubKeys keys(kNow);
  ASSERT_TRUE(keys.Set(kKey).ok());
  EXPECT_EQ(Refusal(keys, Make(keys, kNow - 1), kNow), Reason::kHubTokenBeforeStart);
  EXPECT_EQ(Refusal(keys, Make(keys, kNow), kNow), std::nullopt);
}

TEST_F(HubKeysTest, AcceptNoTokenThatWouldHaveToBeRememberedForLong) {
  const std::string eternal = TokenUnder(kKey, kNow + 3'600'000);
  EXPECT_EQ(Refusal(keys_, eternal, kNow), Reason::kHubTokenExpired);
}

TEST_F(HubKeysTest, AreRotatedWithoutAGap) {
  HubKeys other;
  ASSERT_TRUE(other.Set("# rotating\n\n  " + kKey + "\n" + kNewKey + "\r\n").ok());
  // The new key is known everywhere before the first uses it.
  EXPECT_EQ(Refusal(other, Make(keys_, kNow), kNow), std::nullopt);
  ASSERT_TRUE(keys_.Set(kNewKey + "\n" + kKey).ok());
  EXPECT_EQ(Refusal(other, Make(keys_, kNow), kNow), std::nullopt);
  EXPECT_EQ(Refusal(keys_, Make(other, kNow), kNow), std::nullopt);
  ASSERT_TRUE(keys_.Set(kNewKey).ok());
  EXPECT_EQ(Refusal(keys_, Make(other, kNow), kNow), Reason::kHubTokenBadSignature);
}

TEST_F(HubKeysTest, StayAsTheyAreWhenTheTextIsNotOne) {
  for (const std::string& bad : {kKey + "\ntoo short", std::string(31, 'x')}) {
    const absl::Status status = keys_.Set(bad);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(std::string(status.message()).find("too short"), std::string::npos) << status;
  }
  std::string many;
  for (int i = 0; i < 17; ++i) many += kKey + std::to_string(i) + "\n";
  EXPECT_FALSE(keys_.Set(many).ok());
  EXPECT_EQ(Refusal(keys_, Make(keys_, kNow), kNow), std::nullopt);
}

TEST_F(HubKeysTest, WithoutAKeyAcceptNothingAndMakeNothing) {
  const std::string token = Make(keys_, kNow);
  ASSERT_TRUE(keys_.Set("# none\n").ok());
  EXPECT_TRUE(keys_.empty());
  EXPECT_EQ(Make(keys_, kNow), "");
  EXPECT_EQ(Refusal(keys_, token, kNow), Reason::kHubTokenBadSignature);
  EXPECT_EQ(Refusal(keys_, TokenUnder("", kNow), kNow), Reason::kHubTokenBadSignature);
}

// Ten thousand tokens of every kind that is worth nothing; the seed makes them the same each time.
TEST_F(HubKeysTest, AcceptNoneOfTenThousandBadTokens) {
  std::mt19937_64 random(1);
  const auto below = [&](size_t bound) { return random() % bound; };
  const std::string hex = "0123456789abcdef";
  std::string used = Make(keys_, kNow);
  ASSERT_EQ(Refusal(keys_, used, kNow), std::nullopt);

  std::map<Reason, int> refusals;
  for (int i = 0; i < 10'000; ++i) {
    std::string token = Make(keys_, kNow);
    PeerId hub = kHub;
    std::string network = kMesh;
    UnixMillis now = kNow;
    bool is_addressee = true;
    switch (i % 9) {
      case 0:  // a wrong key
        token = TokenUnder(kKey + std::to_string(i), kNow + 1000);
        break;
      case 1: {  // one digit changed, anywhere
        char& digit = token[below(token.size())];
        const char other = hex[below(hex.size())];
        digit = digit == other ? 'x' : other;
        break;
      }
      case 2:  // cut short
        token.resize(below(token.size()));
        break;
      case 3:  // too old
        now =
            kNow + HubKeys::kLifetimeMs + HubKeys::kToleranceMs + static_cast<int>(below(1 << 30));
        break;
      case 4:  // bound to another hub
        hub = kOtherHub;
        break;
      case 5:  // bound to another mesh
        network += std::to_string(i);
        break;
      case 6:  // seen before
        token = used;
        break;
      case 7:  // noise of the right shape
        for (char& c : token) {
          if (c != '.') c = hex[below(hex.size())];
        }
        break;
      case 8:  // made out to somebody else
        is_addressee = false;
        break;
    }
    const std::optional<Reason> refusal = Refusal(keys_, token, now, hub, network, is_addressee);
    ASSERT_TRUE(refusal.has_value()) << i << ": " << token;
    ++refusals[*refusal];
  }
  // Each reason was given, and no kind hid behind another.
  EXPECT_GE(refusals[Reason::kHubTokenMalformed], 1700);
  EXPECT_GE(refusals[Reason::kHubTokenBadSignature], 2000);
  EXPECT_EQ(refusals[Reason::kHubTokenExpired], 1111);
  EXPECT_EQ(refusals[Reason::kHubTokenOtherHub], 3333);
  EXPECT_EQ(refusals[Reason::kHubTokenReplayed], 1111);
}

TEST_F(HubKeysTest, RememberNoMoreThanTheyMay) {
  for (size_t i = 0; i < HubKeys::kMostRemembered; ++i) {
    ASSERT_EQ(Refusal(keys_, Make(keys_, kNow), kNow), std::nullopt);
  }
  EXPECT_EQ(Refusal(keys_, Make(keys_, kNow), kNow), Reason::kHubTokenReplayed);
  const UnixMillis later = kNow + HubKeys::kLifetimeMs + HubKeys::kToleranceMs;
  EXPECT_EQ(Refusal(keys_, Make(keys_, later), later), std::nullopt);
}

}  // namespace
}  // namespace pigeonhub::auth
