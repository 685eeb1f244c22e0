// SPDX-License-Identifier: Apache-2.0
//
// What every change has in common: request ids, audit events, the hub that is meant.

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <string>
#include <vector>

#include "tests/control/control_fixture.h"

namespace pigeonhub {
namespace {

class ChangesTest : public ControlTest {
 protected:
  grpc::Status Register(int number, const std::string& request_id, bool validate_only = false,
                        const std::string& hub_id = {}) {
    v1::RegisterHubRequest request;
    request.set_peer_id(PeerIdText(number));
    request.set_request_id(request_id);
    request.set_validate_only(validate_only);
    request.set_hub_id(hub_id);
    return CALL(hubs_, RegisterHub, request, registered_);
  }
  v1::RegisterHubResponse registered_;
};

TEST_F(ChangesTest, ARepeatedRequestGetsTheFirstAnswerAndChangesNothing) {
  Join(1, "a");
  ASSERT_TRUE(Register(1, "once").ok());
  EXPECT_TRUE(registered_.connected());
  ASSERT_TRUE(hub().UnregisterHub(*PeerId::Parse(PeerIdText(1))).ok());
  registered_.Clear();
  ASSERT_TRUE(Register(1, "once").ok());
  EXPECT_TRUE(registered_.connected());
  EXPECT_FALSE(hub().IsPeerHub(*PeerId::Parse(PeerIdText(1)))) << "it was registered again";
  EXPECT_EQ(Events(v1::EVENT_KIND_AUDIT).size(), 1u);
}

TEST_F(ChangesTest, ARefusalIsRememberedToo) {
  v1::DisconnectPeerRequest request;
  request.set_peer_id(PeerIdText(1));
  request.set_request_id("once");
  v1::DisconnectPeerResponse response;
  EXPECT_REFUSED(CALL(peers_, DisconnectPeer, request, response), NOT_FOUND, "PEER_NOT_FOUND");
  RawClient& peer = Join(1, "a");
  EXPECT_REFUSED(CALL(peers_, DisconnectPeer, request, response), NOT_FOUND, "PEER_NOT_FOUND");
  Settle(peer);
}

TEST_F(ChangesTest, AnIdCannotServeTwoRequests) {
  ASSERT_TRUE(Register(1, "once").ok());
  EXPECT_REFUSED(Register(2, "once"), ALREADY_EXISTS, "REQUEST_ID_REUSED");
  v1::UnregisterHubRequest other;
  other.set_peer_id(PeerIdText(1));
  other.set_request_id("once");
  v1::UnregisterHubResponse response;
  EXPECT_REFUSED(CALL(hubs_, UnregisterHub, other, response), ALREADY_EXISTS, "REQUEST_ID_REUSED");
  EXPECT_TRUE(Register(2, "twice").ok());
  const auto status = Register(2, std::string(129, 'x'));
  EXPECT_EQ(BadFieldOf(status), "request_id");
}

TEST_F(ChangesTest, TryingOutLeavesNoTrace) {
  ASSERT_TRUE(Register(1, "once", /*validate_only=*/true).ok());
  EXPECT_TRUE(hub().GetExpectedHubs().empty());
  EXPECT_TRUE(Events(v1::EVENT_KIND_AUDIT).empty());
  EXPECT_TRUE(Register(2, "once").ok()) << "the id is still free";
}

TEST_F(ChangesTest, ARepeatedDrainFollowsTheOneThatRuns) {
  Join(1, "a");
  v1::DrainRequest request;
  request.mutable_over()->set_seconds(3600);
  request.set_request_id("once");
  for (int i = 0; i < 2; ++i) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
    const auto stream = server_->Drain(&context, request);
    v1::DrainResponse progress;
    ASSERT_TRUE(stream->Read(&progress));
    EXPECT_EQ(progress.total(), 1);
    context.TryCancel();
    stream->Finish().error_code();
  }
  EXPECT_EQ(Events(v1::EVENT_KIND_AUDIT).size(), 1u);
}

TEST_F(ChangesTest, EachLeavesOneAuditEvent) {
  ASSERT_TRUE(Register(1, "").ok());
  v1::DisconnectPeerRequest disconnect;
  disconnect.set_peer_id("\x01not an id");
  v1::DisconnectPeerResponse response;
  EXPECT_FALSE(CALL(peers_, DisconnectPeer, disconnect, response).ok());
  const auto events = Events(v1::EVENT_KIND_AUDIT);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].audit().method(), "pigeonhub.v1.HubService/RegisterHub");
  EXPECT_EQ(events[0].audit().principal(), "local");
  EXPECT_EQ(events[0].audit().object(), PeerIdText(1));
  EXPECT_EQ(events[0].audit().outcome(), "OK");
  EXPECT_EQ(events[1].audit().method(), "pigeonhub.v1.PeerService/DisconnectPeer");
  EXPECT_EQ(events[1].audit().object(), "\\u0001not an id");
  EXPECT_EQ(events[1].audit().outcome(), "INVALID_ARGUMENT");
}

TEST_F(ChangesTest, AreMeantForThisHubOrRefused) {
  const std::string own(hub().GetStats().hub.hub_peer_id.text());
  EXPECT_TRUE(Register(1, "", false, own).ok());
  for (const std::string& other : {PeerIdText(99), std::string("*"), std::string(" "), own + "0"}) {
    SCOPED_TRACE(other);
    const auto status = Register(3, "", false, other);
    EXPECT_REFUSED(status, NOT_FOUND, "UNKNOWN_HUB_ID");
    EXPECT_EQ(ErrorInfoOf(status).metadata().at("hub_id"), own);
    EXPECT_EQ(BadFieldOf(status), "hub_id");
    const auto expected = hub().GetExpectedHubs();
    EXPECT_TRUE(std::none_of(expected.begin(), expected.end(), [](const HubRecord& one) {
      return one.peer == *PeerId::Parse(PeerIdText(3));
    }));
  }
  v1::GetStatsRequest request;
  request.set_hub_id(PeerIdText(99));
  v1::GetStatsResponse response;
  EXPECT_REFUSED(CALL(server_, GetStats, request, response), NOT_FOUND, "UNKNOWN_HUB_ID");
}

// Everything at once from several threads: nothing is lost, nothing is done twice.
TEST_F(ChangesTest, ComeOneAtATime) {
  std::vector<std::future<int>> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.push_back(std::async(std::launch::async, [this] {
      int fine = 0;
      for (int i = 0; i < 25; ++i) {
        v1::RegisterHubRequest request;
        request.set_peer_id(PeerIdText(i));
        request.set_request_id(std::to_string(i));
        v1::RegisterHubResponse response;
        fine += CALL(hubs_, RegisterHub, request, response).ok();
      }
      return fine;
    }));
  }
  for (auto& caller : callers) EXPECT_EQ(caller.get(), 25);
  EXPECT_EQ(Events(v1::EVENT_KIND_AUDIT).size(), 25u) << "each id was acted upon once";
}

}  // namespace
}  // namespace pigeonhub
