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
constexpr UnixMillis kNow = 1'700'000'000'000;

class HubKeysTest : public testing::Test {
 protected:
  HubKeysTest() { EXPECT_TRUE(keys_.Set(kKey).ok()); }

  HubKeys keys_;
};

TEST_F(HubKeysTest, AcceptATokenOnce) {
  const std::string token = keys_.Make(kHub, kMesh, kNow);
  EXPECT_EQ(keys_.Refusal(token, kHub, kMesh, kNow + 100), std::nullopt);
  EXPECT_EQ(keys_.Refusal(token, kHub, kMesh, kNow + 200), Reason::kHubTokenReplayed);
  // As long as it lives, and afterwards for another reason.
  const UnixMillis end = kNow + HubKeys::kLifetimeMs + HubKeys::kToleranceMs;
  EXPECT_EQ(keys_.Refusal(token, kHub, kMesh, end - 1), Reason::kHubTokenReplayed);
  EXPECT_EQ(keys_.Refusal(token, kHub, kMesh, end), Reason::kHubTokenExpired);
}

TEST_F(HubKeysTest, AreUsedByHubsWhoseClocksDiffer) {
  for (const UnixMillis ahead : {-59'000, 0, 59'000}) {
    EXPECT_EQ(keys_.Refusal(keys_.Make(kHub, kMesh, kNow + ahead), kHub, kMesh, kNow), std::nullopt)
        << ahead;
  }
}

TEST_F(HubKeysTest, AcceptNoTokenThatWouldHaveToBeRememberedForLong) {
  const std::string eternal = MakeHubToken(kHub, kMesh, kNow + 3'600'000, MakeNonce(), kKey);
  EXPECT_EQ(keys_.Refusal(eternal, kHub, kMesh, kNow), Reason::kHubTokenExpired);
}

TEST_F(HubKeysTest, AreRotatedWithoutAGap) {
  HubKeys other;
  ASSERT_TRUE(other.Set("# rotating\n\n  " + kKey + "\n" + kNewKey + "\r\n").ok());
  // The new key is known everywhere before the first uses it.
  EXPECT_EQ(other.Refusal(keys_.Make(kHub, kMesh, kNow), kHub, kMesh, kNow), std::nullopt);
  ASSERT_TRUE(keys_.Set(kNewKey + "\n" + kKey).ok());
  EXPECT_EQ(other.Refusal(keys_.Make(kHub, kMesh, kNow), kHub, kMesh, kNow), std::nullopt);
  EXPECT_EQ(keys_.Refusal(other.Make(kHub, kMesh, kNow), kHub, kMesh, kNow), std::nullopt);
  ASSERT_TRUE(keys_.Set(kNewKey).ok());
  EXPECT_EQ(keys_.Refusal(other.Make(kHub, kMesh, kNow), kHub, kMesh, kNow),
            Reason::kHubTokenBadSignature);
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
  EXPECT_EQ(keys_.Refusal(keys_.Make(kHub, kMesh, kNow), kHub, kMesh, kNow), std::nullopt);
}

TEST_F(HubKeysTest, WithoutAKeyAcceptNothingAndMakeNothing) {
  const std::string token = keys_.Make(kHub, kMesh, kNow);
  ASSERT_TRUE(keys_.Set("# none\n").ok());
  EXPECT_TRUE(keys_.empty());
  EXPECT_EQ(keys_.Make(kHub, kMesh, kNow), "");
  EXPECT_EQ(keys_.Refusal(token, kHub, kMesh, kNow), Reason::kHubTokenBadSignature);
  EXPECT_EQ(keys_.Refusal(MakeHubToken(kHub, kMesh, kNow, MakeNonce(), ""), kHub, kMesh, kNow),
            Reason::kHubTokenBadSignature);
}

// Ten thousand tokens of every kind that is worth nothing; the seed makes them the same each time.
TEST_F(HubKeysTest, AcceptNoneOfTenThousandBadTokens) {
  std::mt19937_64 random(1);
  const auto below = [&](size_t bound) { return random() % bound; };
  const std::string hex = "0123456789abcdef";
  std::string used = keys_.Make(kHub, kMesh, kNow);
  ASSERT_EQ(keys_.Refusal(used, kHub, kMesh, kNow), std::nullopt);

  std::map<Reason, int> refusals;
  for (int i = 0; i < 10'000; ++i) {
    std::string token = keys_.Make(kHub, kMesh, kNow);
    PeerId hub = kHub;
    std::string network = kMesh;
    UnixMillis now = kNow;
    switch (i % 8) {
      case 0:  // a wrong key
        token = MakeHubToken(kHub, kMesh, kNow + 1000, MakeNonce(), kKey + std::to_string(i));
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
    }
    const std::optional<Reason> refusal = keys_.Refusal(token, hub, network, now);
    ASSERT_TRUE(refusal.has_value()) << i << ": " << token;
    ++refusals[*refusal];
  }
  // Each reason was given, and no kind hid behind another.
  EXPECT_GE(refusals[Reason::kHubTokenMalformed], 2000);
  EXPECT_GE(refusals[Reason::kHubTokenBadSignature], 1250 + 1000);
  EXPECT_EQ(refusals[Reason::kHubTokenExpired], 1250);
  EXPECT_EQ(refusals[Reason::kHubTokenOtherHub], 2500);
  EXPECT_EQ(refusals[Reason::kHubTokenReplayed], 1250);
}

TEST_F(HubKeysTest, RememberNoMoreThanTheyMay) {
  for (size_t i = 0; i < HubKeys::kMostRemembered; ++i) {
    ASSERT_EQ(keys_.Refusal(keys_.Make(kHub, kMesh, kNow), kHub, kMesh, kNow), std::nullopt);
  }
  EXPECT_EQ(keys_.Refusal(keys_.Make(kHub, kMesh, kNow), kHub, kMesh, kNow),
            Reason::kHubTokenReplayed);
  const UnixMillis later = kNow + HubKeys::kLifetimeMs + HubKeys::kToleranceMs;
  EXPECT_EQ(keys_.Refusal(keys_.Make(kHub, kMesh, later), kHub, kMesh, later), std::nullopt);
}

}  // namespace
}  // namespace pigeonhub::auth
