// SPDX-License-Identifier: Apache-2.0

#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/control/control_fixture.h"

namespace pigeonhub {
namespace {

using google::protobuf::util::TimeUtil;

class AccessServiceTest : public ControlTest {
 protected:
  static v1::BanRequest BanOf(v1::BanTarget target, int64_t seconds = 3600) {
    v1::BanRequest request;
    *request.mutable_target() = std::move(target);
    request.mutable_duration()->set_seconds(seconds);
    return request;
  }
  static v1::BanTarget Peer(int number) {
    v1::BanTarget target;
    target.set_peer_id(PeerIdText(number));
    return target;
  }
  static v1::BanTarget Subject(const std::string& subject) {
    v1::BanTarget target;
    target.set_subject(subject);
    return target;
  }
  static v1::BanTarget Address(const std::string& address) {
    v1::BanTarget target;
    target.set_address(address);
    return target;
  }
  std::vector<v1::BanEntry> List(v1::ListBansRequest request = {}, std::string* next = nullptr) {
    v1::ListBansResponse response;
    const auto status = CALL(access_, ListBans, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (next != nullptr) *next = response.next_page_token();
    return {response.bans().begin(), response.bans().end()};
  }
  int UpgradeAs(int number) {
    RawClient client(port());
    return client.Upgrade("/?peerId=" + PeerIdText(number));
  }
};

TEST_F(AccessServiceTest, CheckTokenSaysWhyATokenIsRefused) {
  v1::CheckTokenRequest request;
  v1::CheckTokenResponse response;
  CALL_OK(access_, CheckToken, request, response);
  EXPECT_FALSE(response.accepted());
  EXPECT_EQ(response.reason(), v1::REASON_TOKEN_MISSING);
  request.set_token("eyJhbGciOiJub25lIn0.e30.");
  CALL_OK(access_, CheckToken, request, response);
  EXPECT_EQ(response.reason(), v1::REASON_TOKEN_INVALID);
  EXPECT_NE(response.rule(), "");
  EXPECT_EQ(response.rule().find("eyJ"), std::string::npos) << "no part of the token";
  EXPECT_FALSE(response.has_token());
}

TEST_F(AccessServiceTest, BanEndsThePeerAndKeepsItOut) {
  RawClient& peer = Join(1, "room");
  RawClient& mate = Join(2, "room");
  v1::BanRequest request = BanOf(Peer(1));
  request.set_reason("spam");
  v1::BanResponse response;
  CALL_OK(access_, Ban, request, response);
  EXPECT_EQ(response.hit_count(), 1);
  ASSERT_EQ(response.hit_peer_ids_size(), 1);
  EXPECT_EQ(response.hit_peer_ids(0), PeerIdText(1));
  EXPECT_GT(response.expire_time().seconds(), 0);
  EXPECT_EQ(response.warnings_size(), 0);

  const auto close = peer.ReadClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->payload, std::string("\x03\xF0", 2) + "Banned");
  EXPECT_NE(mate.ReadTextWith("\"goodbye\""), "");
  EXPECT_EQ(UpgradeAs(1), 403);
  EXPECT_EQ(UpgradeAs(3), 101);

  const auto bans = List();
  ASSERT_EQ(bans.size(), 1u);
  EXPECT_EQ(bans[0].target().peer_id(), PeerIdText(1));
  EXPECT_EQ(bans[0].reason(), "spam");
  EXPECT_EQ(bans[0].made_by_hub_id(), hub().GetStats().hub.hub_peer_id.text());
  EXPECT_EQ(TimeUtil::DurationToSeconds(bans[0].expire_time() - bans[0].ban_time()), 3600);

  v1::UnbanRequest unban;
  *unban.mutable_target() = Peer(1);
  v1::UnbanResponse nothing;
  CALL_OK(access_, Unban, unban, nothing);
  EXPECT_EQ(UpgradeAs(1), 101);
  EXPECT_TRUE(List().empty());
  EXPECT_REFUSED(CALL(access_, Unban, unban, nothing), NOT_FOUND, "BAN_NOT_FOUND");
}

TEST_F(AccessServiceTest, ValidateOnlySaysWhomItWouldHit) {
  for (int i = 1; i <= 3; ++i) Join(i, "room");
  v1::BanRequest request = BanOf(Address("127.0.0.0/8"));
  request.set_validate_only(true);
  v1::BanResponse response;
  CALL_OK(access_, Ban, request, response);
  EXPECT_EQ(response.hit_count(), 3);
  EXPECT_EQ(response.hit_peer_ids_size(), 3);
  ASSERT_EQ(response.warnings_size(), 1);
  EXPECT_EQ(response.warnings(0),
            "the address is this machine: everybody comes from it who comes through a proxy here");
  EXPECT_TRUE(List().empty());
  EXPECT_EQ(UpgradeAs(4), 101);
  EXPECT_TRUE(Events(v1::EVENT_KIND_AUDIT).empty());
}

TEST_F(AccessServiceTest, ChangesAreAudited) {
  v1::BanResponse response;
  CALL_OK(access_, Ban, BanOf(Subject("user42")), response);
  const auto events = Events(v1::EVENT_KIND_AUDIT);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].audit().method(), "pigeonhub.v1.AccessService/Ban");
  EXPECT_EQ(events[0].audit().object(), "subject user42");
  EXPECT_EQ(events[0].audit().outcome(), "OK");
}

TEST_F(AccessServiceTest, SaysWhatABanReplacedAndHowManyWereLifted) {
  v1::BanRequest month = BanOf(Subject("user42"), 30 * 24 * 3600);
  month.set_reason("flood");
  v1::BanResponse response;
  CALL_OK(access_, Ban, month, response);
  EXPECT_FALSE(response.has_replaced());
  EXPECT_FALSE(response.has_issued_before());
  const auto until = response.expire_time();

  v1::BanRequest shorter = BanOf(Subject("user42"), 60);
  for (const bool validate_only : {true, false}) {
    shorter.set_validate_only(validate_only);
    v1::BanResponse answer;
    CALL_OK(access_, Ban, shorter, answer);
    EXPECT_EQ(answer.replaced().reason(), "flood");
    EXPECT_EQ(TimeUtil::DurationToSeconds(answer.replaced().expire_time() - until), 0);
    EXPECT_EQ(answer.replaced().made_by_hub_id(), hub().GetStats().hub.hub_peer_id.text());
  }

  v1::BanRequest revocation = BanOf(Subject("user42"));
  revocation.mutable_issued_before()->set_seconds(1'700'000'000);
  v1::BanResponse revoked;
  CALL_OK(access_, Ban, revocation, revoked);
  EXPECT_FALSE(revoked.has_replaced()) << "it stands beside the ban";
  EXPECT_EQ(List().size(), 2u);
  revocation.mutable_issued_before()->set_seconds(1'600'000'000);
  CALL_OK(access_, Ban, revocation, revoked);
  EXPECT_EQ(revoked.issued_before().seconds(), 1'700'000'000) << "what is revoked stays so";
  EXPECT_EQ(List().size(), 2u);

  v1::UnbanRequest unban;
  *unban.mutable_target() = Subject("user42");
  v1::UnbanResponse lifted;
  CALL_OK(access_, Unban, unban, lifted);
  EXPECT_EQ(lifted.lifted_count(), 2);
  EXPECT_TRUE(List().empty());
}

TEST_F(AccessServiceTest, KeepsTheUsersOfTwoIssuersApart) {
  v1::BanTarget user = Subject("user42");
  user.set_issuer("https://app.example");
  v1::BanResponse response;
  CALL_OK(access_, Ban, BanOf(user), response);
  EXPECT_EQ(Events(v1::EVENT_KIND_AUDIT)[0].audit().object(),
            "subject user42 of https://app.example");
  ASSERT_EQ(List().size(), 1u);
  EXPECT_EQ(List()[0].target().issuer(), "https://app.example");
  v1::UnbanRequest unban;
  *unban.mutable_target() = Subject("user42");
  v1::UnbanResponse nothing;
  EXPECT_REFUSED(CALL(access_, Unban, unban, nothing), NOT_FOUND, "BAN_NOT_FOUND");
  *unban.mutable_target() = user;
  CALL_OK(access_, Unban, unban, nothing);
}

TEST_F(AccessServiceTest, LiftsANetworkInTheSpellingInWhichItWasBanned) {
  v1::BanResponse response;
  CALL_OK(access_, Ban, BanOf(Address("192.0.2.5/24")), response);
  ASSERT_EQ(List().size(), 1u);
  EXPECT_EQ(List()[0].target().address(), "192.0.2.0/24");
  v1::UnbanRequest unban;
  *unban.mutable_target() = Address("192.0.2.5/24");
  v1::UnbanResponse nothing;
  CALL_OK(access_, Unban, unban, nothing);
  EXPECT_TRUE(List().empty());
}

TEST_F(AccessServiceTest, SaysWhichFieldIsWrong) {
  v1::BanResponse response;
  const auto field_of = [&](const v1::BanRequest& request) {
    const auto status = CALL(access_, Ban, request, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    return BadFieldOf(status);
  };
  EXPECT_EQ(field_of(BanOf(v1::BanTarget())), "target");
  v1::BanTarget peer;
  peer.set_peer_id("abc");
  EXPECT_EQ(field_of(BanOf(peer)), "target.peer_id");
  EXPECT_EQ(field_of(BanOf(Address("example.org"))), "target.address");
  EXPECT_EQ(field_of(BanOf(Address("0.0.0.0/0"))), "target.address");
  EXPECT_EQ(field_of(BanOf(Subject(std::string(300, 'x')))), "target.subject");
  v1::BanTarget token;
  token.set_token_id("a\nb");
  EXPECT_EQ(field_of(BanOf(token)), "target.token_id");
  v1::BanTarget issuer = Address("192.0.2.1");
  issuer.set_issuer("https://app.example");
  EXPECT_EQ(field_of(BanOf(issuer)), "target.issuer");
  issuer.set_subject("user42");
  issuer.set_issuer("a\nb");
  EXPECT_EQ(field_of(BanOf(issuer)), "target.issuer");
  EXPECT_EQ(field_of(BanOf(Peer(1), 0)), "duration");
  EXPECT_EQ(field_of(BanOf(Peer(1), -5)), "duration");
  EXPECT_EQ(field_of(BanOf(Peer(1), 30 * 24 * 3600 + 1)), "duration");
  v1::BanRequest without = BanOf(Peer(1));
  without.clear_duration();
  EXPECT_EQ(field_of(without), "duration");
  v1::BanRequest reason = BanOf(Peer(1));
  reason.set_reason(std::string(257, 'x'));
  EXPECT_EQ(field_of(reason), "reason");
  v1::BanRequest before = BanOf(Peer(1));
  before.mutable_issued_before()->set_seconds(5);
  EXPECT_EQ(field_of(before), "issued_before");
  v1::BanRequest never;
  never.mutable_target()->set_subject("ann");
  never.mutable_duration()->set_seconds(60);
  never.mutable_issued_before()->set_seconds(253'402'300'800);
  EXPECT_EQ(field_of(never), "issued_before");
  never.mutable_issued_before()->set_seconds(int64_t{1} << 62);
  EXPECT_EQ(field_of(never), "issued_before");
  v1::UnbanRequest unban;
  v1::UnbanResponse nothing;
  EXPECT_EQ(BadFieldOf(CALL(access_, Unban, unban, nothing)), "target");
  EXPECT_TRUE(List().empty());
}

TEST_F(AccessServiceTest, BansNoHub) {
  Join(1, "pigeonhub-mesh", R"({"isHub":true})");
  v1::BanResponse response;
  EXPECT_REFUSED(CALL(access_, Ban, BanOf(Peer(1)), response), FAILED_PRECONDITION, "IS_A_HUB");
  v1::BanTarget self;
  self.set_peer_id(std::string(hub().GetStats().hub.hub_peer_id.text()));
  EXPECT_REFUSED(CALL(access_, Ban, BanOf(self), response), FAILED_PRECONDITION, "IS_A_HUB");
}

TEST_F(AccessServiceTest, ListsPageByPage) {
  v1::BanResponse response;
  for (int i = 0; i < 5; ++i) {
    CALL_OK(access_, Ban, BanOf(Subject(std::to_string(i))), response);
  }
  v1::ListBansRequest request;
  request.set_page_size(2);
  std::string seen;
  for (std::string next = "first"; !next.empty();) {
    for (const v1::BanEntry& ban : List(request, &next)) seen += ban.target().subject();
    request.set_page_token(next);
  }
  EXPECT_EQ(seen, "01234");
  request.set_page_token("garbage");
  v1::ListBansResponse page;
  EXPECT_REFUSED(CALL(access_, ListBans, request, page), INVALID_ARGUMENT, "INVALID_PAGE_TOKEN");
}

TEST_F(AccessServiceTest, KeepsWhenATokenMustHaveBeenIssued) {
  v1::BanRequest request = BanOf(Subject("user42"));
  request.mutable_issued_before()->set_seconds(1'700'000'000);
  request.set_keep_channels(true);
  v1::BanResponse response;
  CALL_OK(access_, Ban, request, response);
  const auto bans = List();
  ASSERT_EQ(bans.size(), 1u);
  EXPECT_EQ(bans[0].issued_before().seconds(), 1'700'000'000);
  EXPECT_TRUE(bans[0].keep_channels());
}

}  // namespace
}  // namespace pigeonhub
