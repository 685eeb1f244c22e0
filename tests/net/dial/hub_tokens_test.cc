// SPDX-License-Identifier: Apache-2.0
//
// Hub tokens on their way between two hubs: who shows one, and who is let in by it.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "server/auth/hub_token.h"
#include "server/core/hub.h"
#include "tests/net/dial/two_hubs.h"
#include "tests/net/test_hub.h"
#include "tests/support/eventually.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;

const std::string kKey = "a key that only the hubs of a mesh know";
constexpr char kMesh[] = "pigeonhub-mesh";

UnixMillis NowMs() {
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// A hub that lets in those who have the key.
HubOptions Guarded() {
  HubOptions options = HubCalled(kDialed);
  options.hub_admission = HubAdmission::kToken;
  return options;
}

DataPlaneOptions WithoutHub1(const PeerId& id) {
  DataPlaneOptions options = NetOf(id);
  options.takes_hub1_tokens = false;
  options.hub_public_key[0] = 7;
  return options;
}

void DialAsBootstrapHub(TestHub& hub, const std::string& url) {
  ASSERT_TRUE(hub.dispatcher().Command(SetBootstrapHubs{{url}}).ok());
  ASSERT_TRUE(hub.dispatcher().Command(ConnectBootstrapHubs{}).ok());
}

TEST(HubAdmissionByToken, LetsInWhoHasTheKeyAndNobodyElse) {
  TestHub dialed(WithoutHub1(kDialed), Guarded());
  ASSERT_TRUE(dialed.keys().Set(kKey).ok());

  TestHub stranger(WithoutHub1(kDialing), HubCalled(kDialing));
  ASSERT_TRUE(stranger.keys().Set("some other key of sufficient length").ok());
  DialAsBootstrapHub(stranger, Plain(dialed.port()));
  ASSERT_TRUE(Eventually([&] { return dialed.Count(Reason::kHubTokenBadSignature) > 0; }));
  EXPECT_EQ(LinksOf(dialed).size(), 0u);
  ASSERT_TRUE(stranger.dispatcher().Command(StopSignaling{}).ok());

  const PeerId friend_id = *PeerId::Parse("3333333333333333333333333333333333333333");
  TestHub friendly(WithoutHub1(friend_id), HubCalled(friend_id));
  ASSERT_TRUE(friendly.keys().Set(kKey).ok());
  DialAsBootstrapHub(friendly, Plain(dialed.port()));
  ASSERT_TRUE(LinkIs(dialed, LinkRecord::State::kUp));
  EXPECT_EQ(LinksOf(dialed)[0].hub, friend_id);
}

TEST(HubAdmissionByToken, IsDeniedWhereOnlyAnOperatorNamedTheHub) {
  TestHub dialed(NetOf(kDialed), Guarded());
  ASSERT_TRUE(dialed.keys().Set(kKey).ok());
  TestHub dialing(NetOf(kDialing), HubCalled(kDialing));
  ASSERT_TRUE(dialing.keys().Set(kKey).ok());
  ASSERT_TRUE(dialing.dispatcher().Command(ConnectHub{Plain(dialed.port())}).ok());
  EXPECT_TRUE(Eventually([&] { return dialed.Count(Reason::kHubNotAdmitted) > 0; }))
      << "no token was shown";
}

TEST(HubAdmissionByToken, WorksBetweenThisVersionAndThePreviousOne) {
  // The previous version shows a hub1 token and nothing else, in the header Authorization.
  TestHub dialed(NetOf(kDialed), Guarded());
  ASSERT_TRUE(dialed.keys().Set(kKey).ok());
  const std::string token = dialed.keys().Make({.hub = kDialing, .network = kMesh}, NowMs());
  RawClient previous(dialed.port());
  ASSERT_EQ(previous.Upgrade("/?peerId=" + std::string(kDialing.text()),
                             "Authorization: Bearer " + token + "\r\n"),
            101);
  previous.SendText(R"({"type":"announce","networkName":"pigeonhub-mesh","data":{"isHub":true}})");
  EXPECT_TRUE(LinkIs(dialed, LinkRecord::State::kUp));
}

class TokenInTheUrl : public testing::Test {
 protected:
  explicit TokenInTheUrl(DataPlaneOptions options = WithoutHub1(kDialed))
      : dialed_(options, Guarded()) {
    EXPECT_TRUE(dialed_.keys().Set(kKey).ok());
  }
  std::string TokenFor(std::string_view addressee) const {
    return keys_.Make({.hub = kDialing, .network = kMesh, .addressee = addressee}, NowMs());
  }
  void SetUp() override { ASSERT_TRUE(keys_.Set(kKey).ok()); }
  // A connection that shows the token and says that it is a hub.
  RawClient Show(const std::string& token) {
    RawClient hub(dialed_.port());
    EXPECT_EQ(hub.Upgrade("/?peerId=" + std::string(kDialing.text()) + "&hubToken=" + token), 101);
    hub.SendText(R"({"type":"announce","networkName":"pigeonhub-mesh","data":{"isHub":true}})");
    return hub;
  }

  TestHub dialed_;
  auth::HubKeys keys_;
};

TEST_F(TokenInTheUrl, LetsAHubInOnce) {
  const std::string token = TokenFor(auth::AddresseeAt("127.0.0.1", dialed_.port()));
  RawClient hub = Show(token);
  EXPECT_TRUE(LinkIs(dialed_, LinkRecord::State::kUp));
  hub.Reset();
  ASSERT_TRUE(dialed_.WaitForConnections(0));
  RawClient replay = Show(token);
  EXPECT_TRUE(Eventually([&] { return dialed_.Count(Reason::kHubIdReserved) > 0; }));
  EXPECT_EQ(dialed_.Count(Reason::kHubTokenReplayed), 1u);
  EXPECT_EQ(LinksOf(dialed_).size(), 0u);
}

TEST_F(TokenInTheUrl, MayBeMadeOutToTheIdOfTheHub) {
  RawClient hub = Show(TokenFor(kDialed.text()));
  EXPECT_TRUE(LinkIs(dialed_, LinkRecord::State::kUp));
}

TEST_F(TokenInTheUrl, IsWorthNothingWhereItIsMadeOutToAnotherHub) {
  for (const std::string& addressee :
       {std::string(kDialing.text()), auth::AddresseeAt("127.0.0.1", 1),
        auth::AddresseeAt("hub.example", dialed_.port())}) {
    const uint64_t before = dialed_.Count(Reason::kHubTokenOtherHub);
    RawClient hub = Show(TokenFor(addressee));
    EXPECT_TRUE(Eventually([&] { return dialed_.Count(Reason::kHubTokenOtherHub) == before + 1; }))
        << addressee;
    hub.Reset();
    ASSERT_TRUE(dialed_.WaitForConnections(0));
  }
  EXPECT_EQ(LinksOf(dialed_).size(), 0u);
}

TEST_F(TokenInTheUrl, IsWorthNothingInTheFormOfThePreviousVersionOnceThatIsRefused) {
  RawClient hub = Show(TokenFor(""));
  EXPECT_TRUE(Eventually([&] { return dialed_.Count(Reason::kHubTokenMalformed) > 0; }));
  EXPECT_EQ(LinksOf(dialed_).size(), 0u);
}

}  // namespace
}  // namespace pigeonhub::net
