// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/auth/token/key_file.h"
#include "server/auth/token/make_token.h"
#include "tests/control/control_fixture.h"

namespace pigeonhub {
namespace {

class PeerServiceTest : public ControlTest {
 protected:
  // The ids' numbers of a page, oldest connection first.
  static std::vector<int> Numbers(const v1::ListPeersResponse& response) {
    std::vector<int> numbers;
    for (const v1::Peer& peer : response.peers()) numbers.push_back(std::stoi(peer.peer_id()));
    return numbers;
  }
  std::vector<int> List(const v1::ListPeersRequest& request) {
    v1::ListPeersResponse response;
    const auto status = CALL(peers_, ListPeers, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return Numbers(response);
  }
};

TEST_F(PeerServiceTest, ListsPeersByAgeAndByFilter) {
  Join(3, "a");
  Join(1, "b");
  Join(20, "a", R"({"isHub":true})");
  Join(2);
  v1::ListPeersRequest all;
  EXPECT_EQ(List(all), (std::vector<int>{3, 1, 20, 2}));
  v1::ListPeersRequest of_a;
  of_a.set_namespace_("a");
  EXPECT_EQ(List(of_a), (std::vector<int>{3, 20}));
  v1::ListPeersRequest hubs;
  hubs.set_hubs_only(true);
  EXPECT_EQ(List(hubs), (std::vector<int>{20}));
  v1::ListPeersRequest prefix;
  prefix.set_peer_id_prefix(PeerIdText(20));
  EXPECT_EQ(List(prefix), (std::vector<int>{20}));
  prefix.set_peer_id_prefix("0000");
  EXPECT_EQ(List(prefix), (std::vector<int>{3, 1, 20, 2}));
  prefix.set_peer_id_prefix("f");
  EXPECT_EQ(List(prefix), (std::vector<int>{}));
}

TEST_F(PeerServiceTest, RefusesThePrefixThatNoIdHas) {
  for (const std::string& text :
       {std::string("xyz"), std::string("0a "), std::string("0a…"), std::string(41, '0')}) {
    v1::ListPeersRequest request;
    request.set_peer_id_prefix(text);
    v1::ListPeersResponse response;
    const grpc::Status status = CALL(peers_, ListPeers, request, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << text;
    EXPECT_EQ(status.error_message(),
              "peer_id_prefix is not the beginning of an id, which has 40 hexadecimal digits");
  }
}

TEST_F(PeerServiceTest, ShowsWhatIsKnownOfAPeer) {
  Join(1, "a", R"({"isHub":true,"color":"blue"})");
  v1::GetPeerRequest request;
  request.set_peer_id(PeerIdText(1));
  v1::GetPeerResponse response;
  CALL_OK(peers_, GetPeer, request, response);
  const v1::Peer& peer = response.peer();
  EXPECT_EQ(peer.peer_id(), PeerIdText(1));
  EXPECT_EQ(peer.namespace_(), "a");
  EXPECT_TRUE(peer.is_hub());
  EXPECT_EQ(peer.remote_address(), "127.0.0.1");
  EXPECT_EQ(peer.data_json(), R"({"color":"blue"})");
  EXPECT_GT(peer.connect_time().seconds(), 0);
  EXPECT_GE(peer.announce_time().seconds(), peer.connect_time().seconds());
  EXPECT_GE(peer.last_activity_time().seconds(), peer.connect_time().seconds());
}

TEST_F(PeerServiceTest, ShowsAPeerThatHasNotAnnounced) {
  Join(1);
  v1::GetPeerRequest request;
  request.set_peer_id(PeerIdText(1));
  v1::GetPeerResponse response;
  CALL_OK(peers_, GetPeer, request, response);
  EXPECT_EQ(response.peer().namespace_(), "");
  EXPECT_FALSE(response.peer().has_announce_time());
  EXPECT_EQ(response.peer().data_json(), "{}");
}

TEST_F(PeerServiceTest, TellsAnUnknownPeerFromABadId) {
  v1::GetPeerRequest request;
  v1::GetPeerResponse response;
  request.set_peer_id(PeerIdText(1));
  EXPECT_REFUSED(CALL(peers_, GetPeer, request, response), NOT_FOUND, "PEER_NOT_FOUND");
  for (const std::string& id : {std::string(), std::string("1"), std::string(40, 'x')}) {
    request.set_peer_id(id);
    const auto status = CALL(peers_, GetPeer, request, response);
    EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_REQUEST");
    EXPECT_EQ(BadFieldOf(status), "peer_id");
  }
}

TEST_F(PeerServiceTest, PagesShowWhoStayedExactlyOnceWhoeverComesAndGoes) {
  std::set<int> stayed;
  for (int i = 0; i < 30; ++i) Join(100 + i, "a");
  for (int i = 0; i < 30; i += 2) stayed.insert(100 + i);

  v1::ListPeersRequest request;
  request.set_page_size(7);
  std::vector<int> seen;
  int page = 0;
  do {
    v1::ListPeersResponse response;
    CALL_OK(peers_, ListPeers, request, response);
    EXPECT_LE(response.peers_size(), 7);
    for (const int number : Numbers(response)) seen.push_back(number);
    // Between pages somebody leaves (the odd ones, from both ends) and somebody comes.
    for (const int leaver : {101 + 2 * page, 129 - 2 * page}) {
      hub().DisconnectPeer(*PeerId::Parse(PeerIdText(leaver))).IgnoreError();
    }
    Join(200 + page, "a");
    ++page;
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && page < 50);

  EXPECT_LT(page, 50);
  const std::set<int> distinct(seen.begin(), seen.end());
  EXPECT_EQ(distinct.size(), seen.size()) << "somebody was shown twice";
  for (const int number : stayed) EXPECT_TRUE(distinct.contains(number)) << number;
}

TEST_F(PeerServiceTest, ATokenIsGoodForItsOwnListOnly) {
  for (int i = 0; i < 3; ++i) Join(i, "a");
  v1::ListPeersRequest request;
  request.set_page_size(2);
  v1::ListPeersResponse response;
  CALL_OK(peers_, ListPeers, request, response);
  request.set_page_token(response.next_page_token());
  EXPECT_EQ(List(request), (std::vector<int>{2}));

  const auto expect_refused = [&](const v1::ListPeersRequest& with) {
    const auto status = CALL(peers_, ListPeers, with, response);
    EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_PAGE_TOKEN");
    EXPECT_EQ(BadFieldOf(status), "page_token");
  };
  v1::ListPeersRequest other = request;
  other.set_namespace_("a");
  expect_refused(other);
  other = request;
  other.set_hubs_only(true);
  expect_refused(other);
  other = request;
  other.set_page_token("garbage");
  expect_refused(other);
  other = request;
  other.set_page_token(request.page_token() + "A");
  expect_refused(other);
}

TEST_F(PeerServiceTest, ExplainsWhyTwoDoNotMeet) {
  Join(1, "a");
  Join(2, "b");
  v1::ExplainPairRequest request;
  request.set_peer_id(PeerIdText(1));
  request.set_other_peer_id(PeerIdText(2));
  v1::ExplainPairResponse response;
  CALL_OK(peers_, ExplainPair, request, response);
  EXPECT_EQ(response.outcome(), v1::PAIR_OUTCOME_CAUSE_FOUND);
  EXPECT_EQ(response.certainty(), v1::CERTAINTY_CERTAIN);
  EXPECT_EQ(response.because(), "PH-E04");
  ASSERT_EQ(response.findings_size(), 1);
  const v1::Finding& finding = response.findings(0);
  EXPECT_EQ(finding.code(), "PH-E04");
  EXPECT_TRUE(finding.is_cause());
  EXPECT_EQ(finding.certainty(), v1::CERTAINTY_CERTAIN);
  EXPECT_EQ(finding.peer_id(), PeerIdText(1));
  EXPECT_EQ(finding.detail(), "in a, not in b");
  EXPECT_FALSE(finding.title().empty());
  EXPECT_FALSE(finding.cause().empty());
  EXPECT_FALSE(finding.action().empty());

  request.set_namespace_("a");
  CALL_OK(peers_, ExplainPair, request, response);
  EXPECT_EQ(response.findings(0).peer_id(), PeerIdText(2));
}

TEST_F(PeerServiceTest, ExplainsAPeerThatLeftWithTheEventThatToldOfIt) {
  Join(1, "a");
  Join(2, "a");
  ASSERT_TRUE(hub().DisconnectPeer(*PeerId::Parse(PeerIdText(2))).ok());
  v1::ExplainPairRequest request;
  request.set_peer_id(PeerIdText(1));
  request.set_other_peer_id(PeerIdText(2));
  v1::ExplainPairResponse response;
  CALL_OK(peers_, ExplainPair, request, response);
  EXPECT_EQ(response.because(), "PH-E02");
  EXPECT_EQ(response.findings(0).reason(), v1::REASON_OPERATOR);
  EXPECT_EQ(response.findings(0).action().substr(0, 27), "`pigeonctl errors operator`");
  EXPECT_EQ(response.findings(0).moments(0).what(), "left");
  EXPECT_GT(response.findings(0).moments(0).time().seconds(), 0);
  EXPECT_EQ(response.findings(0).event_seqs_size(), 1);
}

TEST_F(PeerServiceTest, ExplainsNothingThatIsNoPair) {
  v1::ExplainPairResponse response;
  const auto refusal = [&](const std::string& peer, const std::string& other) {
    v1::ExplainPairRequest request;
    request.set_peer_id(peer);
    request.set_other_peer_id(other);
    const grpc::Status status = CALL(peers_, ExplainPair, request, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    return status.error_message();
  };
  EXPECT_EQ(refusal("0a", PeerIdText(2)).substr(0, 8), "peer_id ");
  EXPECT_EQ(refusal(PeerIdText(1), "").substr(0, 14), "other_peer_id ");
  EXPECT_EQ(refusal(PeerIdText(1), PeerIdText(1)), "other_peer_id is the same peer; give two");
}

TEST_F(PeerServiceTest, RefusesANegativePageSize) {
  v1::ListPeersRequest request;
  request.set_page_size(-1);
  v1::ListPeersResponse response;
  const auto status = CALL(peers_, ListPeers, request, response);
  EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_REQUEST");
  EXPECT_EQ(BadFieldOf(status), "page_size");
  EXPECT_NE(status.error_message().find("give a number from 1 to 1000, or 0 for 100"),
            std::string::npos)
      << status.error_message();
}

class PeersWithTokensTest : public PeerServiceTest {
 protected:
  void SetUp() override {
    Setup setup;
    setup.hub.auth = PeerAuth::kOptional;
    setup.hub.token_keys.files = {{"main", kSecret}};
    Start(setup);
  }

  // A peer whose token says of it `tier`.
  std::unique_ptr<RawClient> Come(int number, const std::string& tier) {
    TokenClaims claims;
    claims.expires_at = 4'000'000'000'000;
    claims.namespaces = {"*"};
    claims.attributes = {{"tier", tier}};
    const std::string token =
        *auth::MakeToken(claims, "main", *auth::ParseSigningKey(std::string(kSecret)));
    auto peer = std::make_unique<RawClient>(hub().Addresses().front().port);
    EXPECT_EQ(peer->Upgrade("/?peerId=" + PeerIdText(number) + "&token=" + token), 101);
    EXPECT_NE(peer->ReadTextWith("\"connected\""), "");
    return peer;
  }

 private:
  static constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";
};

TEST_F(PeersWithTokensTest, AreDisconnectedByTheirAttributes) {
  const auto one = Come(1, "free");
  const auto two = Come(2, "pro");
  const auto three = Come(3, "free");
  v1::DisconnectPeerRequest request;
  (*request.mutable_attributes())["tier"] = "free";
  request.set_validate_only(true);
  v1::DisconnectPeerResponse response;
  CALL_OK(peers_, DisconnectPeer, request, response);
  EXPECT_EQ(response.disconnected_count(), 2);
  Settle(*one);

  request.set_validate_only(false);
  CALL_OK(peers_, DisconnectPeer, request, response);
  EXPECT_EQ(response.disconnected_count(), 2);
  ASSERT_EQ(response.peer_ids_size(), 2);
  EXPECT_EQ(response.peer_ids(0), PeerIdText(1));
  EXPECT_EQ(response.peer_ids(1), PeerIdText(3));
  for (const auto& peer : {one.get(), three.get()}) {
    const auto close = peer->ReadClose();
    ASSERT_TRUE(close.has_value());
    EXPECT_EQ(close->close_text(), "Disconnected by operator");
  }
  Settle(*two);
  EXPECT_EQ(Events(v1::EVENT_KIND_AUDIT).back().audit().object(), "tier=free");
}

TEST_F(PeersWithTokensTest, AreNamedByAnIdOrByAttributesAndNotByBoth) {
  v1::DisconnectPeerRequest request;
  v1::DisconnectPeerResponse response;
  EXPECT_EQ(BadFieldOf(CALL(peers_, DisconnectPeer, request, response)), "peer_id");
  request.set_peer_id(PeerIdText(1));
  (*request.mutable_attributes())["tier"] = "free";
  EXPECT_EQ(BadFieldOf(CALL(peers_, DisconnectPeer, request, response)), "attributes");
  for (int i = 0; i < 17; ++i) (*request.mutable_attributes())[std::to_string(i)] = "";
  EXPECT_EQ(BadFieldOf(CALL(peers_, DisconnectPeer, request, response)), "attributes");
}

TEST_F(PeersWithTokensTest, AreDrainedByTheirAttributesWhileTheOthersStay) {
  const auto one = Come(1, "free");
  const auto two = Come(2, "pro");
  v1::DrainRequest request;
  (*request.mutable_attributes())["tier"] = "free";
  *request.mutable_over() = google::protobuf::Duration();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
  const auto stream = server_->Drain(&context, request);
  v1::DrainResponse progress;
  ASSERT_TRUE(stream->Read(&progress));
  EXPECT_EQ(progress.total(), 1);
  while (stream->Read(&progress)) {
  }
  const grpc::Status status = stream->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(progress.done());
  const auto close = one->ReadClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_text(), "Server draining");
  Settle(*two);

  v1::GetStatsResponse stats;
  CALL_OK(server_, GetStats, v1::GetStatsRequest(), stats);
  EXPECT_EQ(stats.serving_state(), v1::SERVING_STATE_SERVING);
  EXPECT_EQ(stats.drained_attributes().at("tier"), "free");
  EXPECT_EQ(Events(v1::EVENT_KIND_DRAIN_FINISHED).at(0).drain_finished().attributes().at("tier"),
            "free");

  (*request.mutable_attributes())["tier"] = "pro";
  grpc::ClientContext second;
  EXPECT_REFUSED(server_->Drain(&second, request)->Finish(), ALREADY_EXISTS, "DRAIN_IN_FORCE");
  v1::UndrainResponse undrained;
  CALL_OK(server_, Undrain, v1::UndrainRequest(), undrained);
  CALL_OK(server_, GetStats, v1::GetStatsRequest(), stats);
  EXPECT_TRUE(stats.drained_attributes().empty());
}

TEST_F(PeerServiceTest, DisconnectsAPeerAndSaysWhyEverywhere) {
  RawClient& peer = Join(1, "a");
  v1::DisconnectPeerRequest request;
  request.set_peer_id(PeerIdText(1));
  request.set_validate_only(true);
  v1::DisconnectPeerResponse response;
  CALL_OK(peers_, DisconnectPeer, request, response);
  Settle(peer);  // still there

  request.set_validate_only(false);
  CALL_OK(peers_, DisconnectPeer, request, response);
  EXPECT_EQ(response.disconnected_count(), 1);
  EXPECT_EQ(response.peer_ids(0), PeerIdText(1));
  const auto close = peer.ReadClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1000);
  EXPECT_EQ(close->close_text(), "Disconnected by operator");
  const auto left = Events(v1::EVENT_KIND_PEER_DISCONNECTED);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].peer_disconnected().reason(), v1::REASON_OPERATOR);
  EXPECT_EQ(left[0].peer_disconnected().namespace_(), "a");

  EXPECT_REFUSED(CALL(peers_, DisconnectPeer, request, response), NOT_FOUND, "PEER_NOT_FOUND");
  request.set_validate_only(true);
  EXPECT_REFUSED(CALL(peers_, DisconnectPeer, request, response), NOT_FOUND, "PEER_NOT_FOUND");
}

}  // namespace
}  // namespace pigeonhub
