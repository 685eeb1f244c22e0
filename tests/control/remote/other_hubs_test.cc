// SPDX-License-Identifier: Apache-2.0
//
// Calls that mean another hub, or all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <vector>

#include "pigeonhub/hubs/v1/questions.pb.h"
#include "tests/control/remote/two_hubs.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class OtherHubsTest : public TwoHubs {
 protected:
  void TearDown() override {
    there_.clear();  // else it waits for them
    TwoHubs::TearDown();
  }
  // A peer of the other hub.
  RawClient& JoinThere(int number, const std::string& network) {
    there_.push_back(std::make_unique<RawClient>(other().Addresses().front().port));
    RawClient& peer = *there_.back();
    EXPECT_EQ(peer.Upgrade("/?peerId=" + PeerIdText(number)), 101);
    EXPECT_NE(peer.ReadTextWith("\"connected\""), "");
    Announce(peer, network, "{}");
    return peer;
  }
  std::vector<std::string> PeersAt(const std::string& hub_id, int page_size = 0) {
    std::vector<std::string> peers;
    v1::ListPeersRequest request;
    request.set_hub_id(hub_id);
    request.set_page_size(page_size);
    request.set_namespace_("room");
    for (int page = 0; page < 20; ++page) {
      v1::ListPeersResponse response;
      const auto status = CALL(peers_, ListPeers, request, response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::Peer& peer : response.peers()) {
        peers.push_back(peer.peer_id().substr(38) + (peer.hub_id().empty() ? "" : " at ") +
                        peer.hub_id().substr(0, 1));
      }
      for (const auto& hub : response.unreachable()) {
        peers.push_back(hub.hub_id().substr(0, 1) + " is unreachable: " + hub.reason());
      }
      if (page_size != 0) {
        EXPECT_LE(response.peers_size(), page_size);
      }
      request.set_page_token(response.next_page_token());
      if (response.next_page_token().empty()) break;
    }
    return peers;
  }
  v1::BanRequest BanOf(int number, const std::string& hub_id) {
    v1::BanRequest request;
    request.set_hub_id(hub_id);
    request.mutable_target()->set_subject("user " + std::to_string(number));
    request.mutable_duration()->set_seconds(60);
    return request;
  }

  std::vector<std::unique_ptr<RawClient>> there_;
};

TEST_F(OtherHubsTest, AreAskedByTheirIds) {
  Join(1, "room");
  JoinThere(2, "room");
  EXPECT_THAT(PeersAt(""), ElementsAre("01"));
  EXPECT_THAT(PeersAt(own_id()), ElementsAre("01"));
  EXPECT_THAT(PeersAt(other_id()), ElementsAre("02 at b"));
  EXPECT_THAT(PeersAt("*"), ElementsAre("01 at a", "02 at b"));
}

TEST_F(OtherHubsTest, AreListedPageByPageWithoutAHole) {
  for (int i = 10; i < 15; ++i) Join(i, "room");
  for (int i = 20; i < 25; ++i) JoinThere(i, "room");
  const std::vector<std::string> all = PeersAt("*");
  EXPECT_THAT(all, SizeIs(10));
  for (const int size : {1, 2, 3, 4, 7, 10}) EXPECT_EQ(PeersAt("*", size), all) << size;
}

TEST_F(OtherHubsTest, HaveTheirCountsAddedUp) {
  Join(1, "room");
  Join(3, "room");
  JoinThere(2, "room");
  v1::GetStatsRequest request;
  request.set_hub_id("*");
  v1::GetStatsResponse stats;
  CALL_OK(server_, GetStats, request, stats);
  ASSERT_THAT(stats.per_hub(), SizeIs(2));
  EXPECT_EQ(stats.peers(), stats.per_hub(0).peers() + stats.per_hub(1).peers());
  EXPECT_EQ(stats.per_hub(0).hub_id(), own_id());
  EXPECT_EQ(stats.serving_state(), v1::SERVING_STATE_SERVING);
  EXPECT_THAT(stats.unreachable(), IsEmpty());
}

TEST_F(OtherHubsTest, AreAskedForOneThingUntilOneHasIt) {
  JoinThere(2, "room");
  v1::GetPeerRequest request;
  request.set_peer_id(PeerIdText(2));
  v1::GetPeerResponse response;
  EXPECT_REFUSED(CALL(peers_, GetPeer, request, response), NOT_FOUND, "PEER_NOT_FOUND");
  request.set_hub_id("*");
  CALL_OK(peers_, GetPeer, request, response);
  EXPECT_EQ(response.peer().hub_id(), other_id());
  EXPECT_THAT(response.unreachable(), IsEmpty()) << "who does not have it did answer";
  request.set_peer_id(PeerIdText(3));
  EXPECT_REFUSED(CALL(peers_, GetPeer, request, response), NOT_FOUND, "PEER_NOT_FOUND");
}

TEST_F(OtherHubsTest, SayWhatIsWrongWithARequest) {
  v1::ListPeersRequest request;
  v1::ListPeersResponse response;
  for (const std::string& hub : {other_id(), std::string("*")}) {
    request.set_hub_id(hub);
    request.set_peer_id_prefix("no digits");
    EXPECT_REFUSED(CALL(peers_, ListPeers, request, response), INVALID_ARGUMENT, "INVALID_REQUEST");
  }
  request.clear_peer_id_prefix();
  request.set_page_token("invented");
  EXPECT_REFUSED(CALL(peers_, ListPeers, request, response), INVALID_ARGUMENT,
                 "INVALID_PAGE_TOKEN");
}

TEST_F(OtherHubsTest, ExplainAPairTogether) {
  Join(1, "room");
  JoinThere(2, "room");
  v1::ExplainPairRequest request;
  request.set_hub_id("*");
  request.set_peer_id(PeerIdText(1));
  request.set_other_peer_id(PeerIdText(2));
  v1::ExplainPairResponse response;
  CALL_OK(peers_, ExplainPair, request, response);
  EXPECT_THAT(response.per_hub(), SizeIs(2));
  for (const v1::Finding& finding : response.findings()) EXPECT_NE(finding.hub_id(), "");
}

TEST_F(OtherHubsTest, AreChangedInTheNameOfTheCallerAndBothEndsSaySo) {
  v1::BanResponse response;
  CALL_OK(access_, Ban, BanOf(1, other_id()), response);
  EXPECT_EQ(response.hub_id(), other_id());
  EXPECT_THAT(AuditsOf(hub()),
              ElementsAre(HasSubstr("local pigeonhub.v1.AccessService/Ban subject")));
  EXPECT_THAT(AuditsOf(hub()).front(), HasSubstr(" OK at " + other_id()));
  EXPECT_THAT(AuditsOf(other()), ElementsAre(HasSubstr("local via hub " + own_id() +
                                                       " pigeonhub.v1.AccessService/Ban")));
  EXPECT_THAT(other().ListBans(0, 10), SizeIs(1));
  EXPECT_EQ(other().ListBans(0, 10)[0].hub, *PeerId::Parse(other_id())) << "it was made there";
}

TEST_F(OtherHubsTest, SayWhatKeysTheyUse) {
  v1::ListKeysRequest request;
  request.set_hub_id("*");
  v1::ListKeysResponse response;
  CALL_OK(access_, ListKeys, request, response);
  EXPECT_THAT(response.unreachable(), IsEmpty());
  std::vector<std::string> identities;
  for (const v1::Key& key : response.keys()) {
    if (key.kind() != v1::KEY_KIND_HUB_IDENTITY) continue;
    identities.push_back(key.hub_id() + ' ' + key.name());
  }
  EXPECT_THAT(identities, UnorderedElementsAre(own_id() + ' ' + hub().PublicKeyText(),
                                               other_id() + ' ' + other().PublicKeyText()));
}

TEST_F(OtherHubsTest, AreChangedAllAtOnce) {
  v1::SetNamespacePolicyRequest request;
  request.set_hub_id("*");
  request.set_name("room");
  request.mutable_policy()->set_max_peers(3);
  v1::SetNamespacePolicyResponse response;
  CALL_OK(namespaces_, SetNamespacePolicy, request, response);
  EXPECT_THAT(response.unreachable(), IsEmpty());
  for (HubServer* one : {&hub(), &other()}) {
    EXPECT_EQ(one->GetNamespacePolicy("room").policy.max_peers, 3u);
  }
  EXPECT_THAT(AuditsOf(hub()), SizeIs(2)) << "that it was told to all, and that it did it itself";
  EXPECT_THAT(AuditsOf(hub()), Contains(HasSubstr(" OK at *")));
  EXPECT_THAT(AuditsOf(other()), SizeIs(1));
}

TEST_F(OtherHubsTest, AreOnlyCheckedWhereThatIsAskedFor) {
  v1::BanRequest request = BanOf(1, other_id());
  request.set_validate_only(true);
  v1::BanResponse response;
  CALL_OK(access_, Ban, request, response);
  EXPECT_THAT(other().ListBans(0, 10), IsEmpty());
  EXPECT_THAT(AuditsOf(hub()), IsEmpty());
  EXPECT_THAT(AuditsOf(other()), IsEmpty());
}

TEST_F(OtherHubsTest, WithoutAControlApiAreNamedAsUnreachable) {
  Join(1, "room");
  StopOtherControl();
  EXPECT_THAT(PeersAt("*"), ElementsAre("01 at a", HasSubstr("it has no control API")));
  v1::GetPeerRequest absent;
  absent.set_hub_id("*");
  absent.set_peer_id(PeerIdText(2));
  v1::GetPeerResponse peer;
  const auto unsure = CALL(peers_, GetPeer, absent, peer);
  EXPECT_EQ(unsure.error_code(), grpc::StatusCode::UNAVAILABLE) << "that hub may have it";
  EXPECT_THAT(unsure.error_message(), HasSubstr(other_id()));
  v1::GetStatsRequest request;
  request.set_hub_id(other_id());
  v1::GetStatsResponse stats;
  const auto status = CALL(server_, GetStats, request, stats);
  EXPECT_REFUSED(status, UNIMPLEMENTED, "HUB_UNREACHABLE");
  EXPECT_EQ(ErrorInfoOf(status).metadata().at("hub_id"), other_id());
}

TEST_F(OtherHubsTest, ThatAreGoneAreNamedAsUnreachable) {
  Join(1, "room");
  other().Stop();
  const auto peers = PeersAt("*");
  EXPECT_THAT(peers, Contains("01 at a"));
}

TEST_F(OtherHubsTest, ThatLeftTheMeshAreCalledAtTheirOwnAddress) {
  other().Stop();
  const auto can_be_asked = [&] {
    const auto hubs = hub().HubsToAsk();
    return !hubs.empty() && hubs.front().status.ok();
  };
  ASSERT_TRUE(Eventually([&] { return !can_be_asked(); }));
  v1::BanResponse response;
  const auto status = CALL(access_, Ban, BanOf(1, other_id()), response);
  EXPECT_THAT(status.error_message(), HasSubstr("call it at its own control address"));
}

TEST_F(OtherHubsTest, ThatNobodyKnowsMayHaveLeftTheMesh) {
  v1::UndrainRequest request;
  request.set_hub_id(PeerIdText(7));
  v1::UndrainResponse response;
  const auto status = CALL(server_, Undrain, request, response);
  EXPECT_REFUSED(status, NOT_FOUND, "UNKNOWN_HUB_ID");
  EXPECT_THAT(status.error_message(), HasSubstr("drained to its end, leaves the mesh"));
}

TEST_F(OtherHubsTest, DoNotSayThatABanOfAllReplacedItself) {
  for (int i = 0; i < 10; ++i) {
    v1::BanResponse response;
    CALL_OK(access_, Ban, BanOf(i, "*"), response);
    EXPECT_FALSE(response.has_replaced());
    for (const v1::BanResponse& one : response.per_hub()) EXPECT_FALSE(one.has_replaced());
  }
}

TEST_F(OtherHubsTest, SayThatABanOfAllReplacedOneBefore) {
  v1::BanRequest longer = BanOf(1, "");
  longer.mutable_duration()->set_seconds(3600);
  v1::BanResponse response;
  CALL_OK(access_, Ban, longer, response);
  CALL_OK(access_, Ban, BanOf(1, "*"), response);
  EXPECT_TRUE(response.has_replaced());
}

TEST_F(OtherHubsTest, ThatHaveNothingOfARemovalLeaveNoAuditEvent) {
  for (HubServer* one : {&hub(), &other()}) {
    v1::SetNamespacePolicyRequest set;
    set.set_hub_id(one == &hub() ? own_id() : other_id());
    set.set_name(one == &hub() ? "here" : "there");
    set.mutable_policy()->set_max_peers(3);
    v1::SetNamespacePolicyResponse was_set;
    CALL_OK(namespaces_, SetNamespacePolicy, set, was_set);
  }
  v1::UnsetNamespacePolicyRequest request;
  request.set_hub_id("*");
  for (const char* name : {"here", "there"}) {
    request.set_name(name);
    v1::UnsetNamespacePolicyResponse response;
    CALL_OK(namespaces_, UnsetNamespacePolicy, request, response);
  }
  for (HubServer* one : {&hub(), &other()}) {
    EXPECT_THAT(AuditsOf(*one), Not(Contains(HasSubstr("NOT_FOUND"))));
  }
  request.set_hub_id(other_id());
  v1::UnsetNamespacePolicyResponse response;
  EXPECT_EQ(CALL(namespaces_, UnsetNamespacePolicy, request, response).error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(AuditsOf(other()), Contains(HasSubstr("NOT_FOUND"))) << "it alone was asked";
}

TEST_F(OtherHubsTest, AreNotToldToQuarantineTheHubThatAsks) {
  for (const std::string& hub : {other_id(), std::string("*")}) {
    v1::QuarantineHubRequest request;
    request.set_hub_id(hub);
    request.set_peer_id(own_id());
    v1::QuarantineHubResponse response;
    const auto status = CALL(hubs_, QuarantineHub, request, response);
    EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_REQUEST");
    EXPECT_EQ(BadFieldOf(status), "peer_id");
    EXPECT_THAT(status.error_message(), HasSubstr("own control addresses"));
  }
  EXPECT_THAT(AuditsOf(other()), IsEmpty()) << "it was not asked";
}

// The other hub takes questions, and answers none, or none but the one whether it is there.
class AHubThatStandsStill : public OtherHubsTest {
 protected:
  void SetUp() override {
    TwoHubs::SetUp();
    StopOtherControl();
    other().OnQuestion([this](const HubServer::Question& question) {
      hubs::v1::Question asked;
      asked.ParseFromString(question.text);
      if (asked.has_end_of()) {
        if (gives_a_sign_) question.reply(hubs::v1::Answer().SerializeAsString());
      } else {
        ++changes_;
      }
    });
  }
  void TearDown() override {
    other().OnQuestion(nullptr);
    OtherHubsTest::TearDown();
  }
  // With little time, as it passes.
  grpc::Status Ban(const std::string& hub_id, v1::BanResponse& response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    return access_->Ban(&context, BanOf(1, hub_id), &response);
  }

  std::atomic<bool> gives_a_sign_ = false;
  std::atomic<int> changes_ = 0;  // that it heard
};

TEST_F(AHubThatStandsStill, DoesNotGetAChangeAndSoDoesNotMakeItLater) {
  v1::BanResponse response;
  const grpc::Status status = Ban(other_id(), response);
  EXPECT_REFUSED(status, UNAVAILABLE, "HUB_UNREACHABLE");
  EXPECT_THAT(status.error_message(), EndsWith("it was not asked to change anything"));
  EXPECT_EQ(changes_, 0);
}

TEST_F(AHubThatStandsStill, DoesNotGetAChangeOfAll) {
  v1::BanResponse response;
  CALL_OK(access_, Ban, BanOf(1, "*"), response);
  ASSERT_THAT(response.unreachable(), SizeIs(1));
  EXPECT_THAT(response.unreachable(0).reason(), EndsWith("it was not asked to change anything"));
  EXPECT_EQ(changes_, 0);
}

TEST_F(AHubThatStandsStill, DoesNotBeginADrain) {
  v1::DrainRequest request;
  request.set_hub_id(other_id());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
  const auto reader = server_->Drain(&context, request);
  v1::DrainResponse progress;
  EXPECT_FALSE(reader->Read(&progress));
  const grpc::Status status = reader->Finish();
  EXPECT_REFUSED(status, UNAVAILABLE, "HUB_UNREACHABLE");
  EXPECT_THAT(status.error_message(), EndsWith("it was not asked to change anything"));
  EXPECT_EQ(changes_, 0);
  EXPECT_THAT(AuditsOf(hub()), ElementsAre(HasSubstr(" UNAVAILABLE at " + other_id())));
}

TEST_F(AHubThatStandsStill, MayMakeAChangeIfItStoppedBetween) {
  gives_a_sign_ = true;
  v1::BanResponse response;
  CALL_OK(access_, Ban, BanOf(1, "*"), response);
  ASSERT_THAT(response.unreachable(), SizeIs(1));
  EXPECT_THAT(response.unreachable(0).reason(), EndsWith("it may still be done there"));
  EXPECT_EQ(changes_, 1);
}

// Ids that an operator let in by name show who somebody is, and not that he has a key of the mesh.
class HubsLetInById : public OtherHubsTest {
 protected:
  void SetUp() override { TwoHubs::Start(LetIn::kById); }
};

TEST_F(HubsLetInById, AreAskedAndNotToldToChangeAnything) {
  JoinThere(2, "room");
  EXPECT_THAT(PeersAt(other_id()), ElementsAre("02 at b"));
  v1::BanResponse response;
  EXPECT_REFUSED(CALL(access_, Ban, BanOf(1, other_id()), response), PERMISSION_DENIED,
                 "HUB_NOT_ADMITTED");
  CALL_OK(access_, Ban, BanOf(1, "*"), response);
  ASSERT_THAT(response.unreachable(), SizeIs(1));
  EXPECT_THAT(response.unreachable(0).reason(), HasSubstr("not admitted by a hub token"));
  EXPECT_THAT(AuditsOf(other()), IsEmpty()) << "it was not asked";
}

class HubsThatLetAnybodyIn : public OtherHubsTest {
 protected:
  void SetUp() override { TwoHubs::Start(LetIn::kByItsWord); }
};

TEST_F(HubsThatLetAnybodyIn, DoNotAnswerThem) {
  v1::ListPeersRequest request;
  request.set_hub_id(own_id());
  v1::ListPeersResponse response;
  const auto status = CALL(other_peers_, ListPeers, request, response);
  EXPECT_REFUSED(status, PERMISSION_DENIED, "HUB_NOT_ADMITTED");
  EXPECT_THAT(status.error_message(), HasSubstr("nobody let in there but itself"));
}

}  // namespace
}  // namespace pigeonhub
