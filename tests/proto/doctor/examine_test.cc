// SPDX-License-Identifier: Apache-2.0

#include "proto/doctor/examine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace pigeonhub::doctor {
namespace {

using std::chrono::hours;
using std::chrono::system_clock;

const system_clock::time_point kNow{std::chrono::seconds(1772366400)};  // 2026-03-01T12:00:00Z

google::protobuf::Timestamp At(system_clock::time_point time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(system_clock::to_time_t(time));
  return stamp;
}

// A setting, from a flag.
void Set(HubAnswers& hub, const std::string& name, const std::string& value) {
  v1::ConfigValue& entry = *hub.info.add_config();
  entry.set_name(name);
  entry.set_value(value);
  entry.set_origin("flag");
}

// A hub with which nothing is wrong.
HubAnswers WellHub() {
  HubAnswers hub;
  hub.stats.set_serving_state(v1::SERVING_STATE_SERVING);
  hub.stats.set_connections(100);
  hub.stats.set_max_connections(1000);
  hub.info.set_version("1.2.3");
  hub.asker_version = "1.2.3";
  hub.info.add_signaling_addresses("0.0.0.0:3000");
  Set(hub, "auth", "required");
  Set(hub, "drain-timeout", "30s");
  return hub;
}

// What is not well, "PH-D08 error a link is not up: …", one a line.
std::string Found(const HubAnswers& hub) {
  Diagnoses all;
  Examine(hub, "hub", kNow, all);
  std::string found;
  for (const v1::Diagnosis& each : all) {
    if (each.severity() == v1::DIAGNOSIS_SEVERITY_OK) {
      EXPECT_EQ(each.advice(), "");
      continue;
    }
    EXPECT_NE(each.advice(), "");
    const bool is_error = each.severity() == v1::DIAGNOSIS_SEVERITY_ERROR;
    found += each.code() + (is_error ? " error " : " warning ") + each.text() + '\n';
  }
  return found;
}

// Whether the check was made at all.
bool IsLookedAt(const HubAnswers& hub, std::string_view code) {
  Diagnoses all;
  Examine(hub, "hub", kNow, all);
  return std::any_of(all.begin(), all.end(), [&](const auto& each) { return each.code() == code; });
}

TEST(Examine, FindsNothingWhereNothingIsWrong) { EXPECT_EQ(Found(WellHub()), ""); }

TEST(Examine, FindsAHubThatTurnsPeersAway) {
  HubAnswers hub = WellHub();
  hub.stats.set_serving_state(v1::SERVING_STATE_DRAINING);
  EXPECT_EQ(Found(hub), "PH-D02 error peers are turned away: signaling is draining\n");
  hub = WellHub();
  hub.stats.set_turning_away(v1::REASON_MEMORY_LIMIT);
  EXPECT_EQ(Found(hub), "PH-D02 error peers are turned away: memory_limit\n");
}

TEST(Examine, FindsWhereThereIsNoRoom) {
  HubAnswers hub = WellHub();
  hub.stats.set_connections(900);
  EXPECT_EQ(Found(hub), "PH-D03 warning hardly any connection is left: 900 of 1000 are open\n");
  hub = WellHub();
  hub.stats.mutable_resources()->set_max_descriptors(1024);
  EXPECT_EQ(Found(hub),
            "PH-D04 error the process may open fewer files than connections are allowed: 1024 "
            "files, --max-connections 1000\n");
  hub.stats.mutable_resources()->set_max_descriptors(1100);
  EXPECT_EQ(Found(hub), "");
}

TEST(Examine, FindsADrainThatIsCutShort) {
  HubAnswers hub = WellHub();
  hub.grace = std::chrono::seconds(30);
  EXPECT_EQ(Found(hub),
            "PH-D05 error the supervisor kills the process before a drain ends: --drain-timeout "
            "30s, then 30s until it is killed\n");
  hub.grace = std::chrono::seconds(40);
  EXPECT_EQ(Found(hub), "");
}

TEST(Examine, FindsEverybodyBehindOneAddress) {
  HubAnswers hub = WellHub();
  v1::AddressCount& busiest = *hub.limits.add_busiest_addresses();
  busiest.set_address("10.0.0.5");
  busiest.set_count(97);
  EXPECT_EQ(Found(hub),
            "PH-D06 warning most peers come from one address: 97 of 100 connections are from "
            "10.0.0.5\n");
  busiest.set_address("127.0.0.1");
  EXPECT_EQ(Found(hub), "") << "tests and tools of this machine";
  busiest.set_address("10.0.0.5");
  busiest.set_count(19);
  hub.stats.set_connections(19);
  EXPECT_EQ(Found(hub), "") << "too few to say anything";
}

TEST(Examine, FindsAHubThatLetsEverybodyIn) {
  HubAnswers hub = WellHub();
  hub.info.mutable_config(0)->set_value("none");
  EXPECT_EQ(Found(hub),
            "PH-D07 warning everybody is let in who reaches a public address: 0.0.0.0:3000\n");
  hub.info.set_signaling_addresses(0, "127.0.0.1:3000");
  EXPECT_EQ(Found(hub), "");
}

TEST(Examine, FindsLinksAndHubsThatAreLost) {
  HubAnswers hub = WellHub();
  v1::Link& link = *hub.links.add_links();
  link.set_url("wss://hub2.example.org");
  link.set_state(v1::LINK_STATE_WAITING);
  link.set_last_error("Connection refused");
  v1::TopologyHub& self = *hub.mesh.add_hubs();
  self.set_peer_id(std::string(40, 'a'));
  self.set_self(true);
  v1::TopologyHub& far = *hub.mesh.add_hubs();
  far.set_peer_id(std::string(40, 'b'));
  v1::TopologyHub& deaf = *hub.mesh.add_hubs();
  deaf.set_peer_id(std::string(40, 'c'));
  deaf.set_hops(1);
  deaf.add_bus_unheard(std::string(40, 'a'));
  EXPECT_EQ(Found(hub),
            "PH-D08 error a link is not up, or leads to no hub: wss://hub2.example.org, Connection "
            "refused\n"
            "PH-D09 error hubs are known that do not hear each other, or that no way leads to: no "
            "way leads to bbbbbbbb; cccccccc does not hear aaaaaaaa\n");
}

TEST(Examine, FindsHubsThatWereLost) {
  HubAnswers hub = WellHub();
  hub.mesh.add_hubs()->set_self(true);
  hub.mesh.add_lost_hubs()->set_peer_id(std::string(40, 'b'));
  EXPECT_EQ(Found(hub),
            "PH-D09 error hubs are known that do not hear each other, or that no way leads to: no "
            "way leads to bbbbbbbb\n");
}

TEST(Examine, FindsAHubThatIsTooSlow) {
  HubAnswers hub = WellHub();
  google::protobuf::Duration& lag = *hub.stats.mutable_resources()->mutable_loop_lag_p99();
  lag.set_nanos(100'000'000);
  EXPECT_EQ(Found(hub), "");
  lag.set_nanos(120'000'000);
  EXPECT_EQ(Found(hub),
            "PH-D21 warning the hub comes late to what it has to do: 1 of 100 timers within the "
            "last minute came 120ms late or more\n");
}

TEST(Examine, FindsALinkOfWhichOneEndTells) {
  HubAnswers hub = WellHub();
  v1::TopologyEdge& edge = *hub.mesh.add_one_way_edges();
  edge.set_peer_id(std::string(40, 'a'));
  edge.set_other_peer_id(std::string(40, 'b'));
  EXPECT_EQ(Found(hub),
            "PH-D22 error a link is told of by one of its ends alone: aaaaaaaa has one to "
            "bbbbbbbb, which has none\n");
}

TEST(Examine, FindsALinkThatLeadsToNoHubAndABrokerThatDeniesSomething) {
  HubAnswers hub = WellHub();
  v1::Link& link = *hub.links.add_links();
  link.set_url("wss://app.example.org");
  link.set_state(v1::LINK_STATE_UP);
  link.set_plain_server(true);
  v1::Bus& bus = *hub.links.mutable_bus();
  bus.set_server("nats://nats.example.org");
  bus.set_up(true);
  bus.set_last_error("Permissions Violation");
  EXPECT_EQ(Found(hub),
            "PH-D08 error a link is not up, or leads to no hub: wss://app.example.org, what "
            "answers there is no hub\n"
            "PH-D08 error a link is not up, or leads to no hub: nats://nats.example.org, "
            "Permissions Violation\n");
  link.set_plain_server(false);
  bus.clear_last_error();
  EXPECT_EQ(Found(hub), "");
}

TEST(Examine, TakesAnAddressThatNobodyNamedForNoLink) {
  HubAnswers hub = WellHub();
  v1::Link& link = *hub.links.add_links();
  link.set_url("ws://127.0.0.1:3000");
  link.set_state(v1::LINK_STATE_SLOW);
  link.set_is_default(true);
  EXPECT_EQ(Found(hub), "");
  link.set_is_default(false);
  EXPECT_NE(Found(hub), "");
}

TEST(Examine, SaysWhatHappenedLately) {
  HubAnswers hub = WellHub();
  v1::Limit& limit = *hub.limits.add_limits();
  limit.set_name("message-rate");
  limit.set_recent_hits(4);
  limit.add_addresses()->set_address("192.0.2.7");
  hub.limits.add_limits()->set_name("byte-rate");
  const auto refuse = [&](v1::Reason reason, int64_t count, const std::string& address) {
    v1::PeerRefusedEvent& refused = *hub.events.add_events()->mutable_peer_refused();
    refused.set_reason(reason);
    refused.set_count(count);
    refused.set_remote_address(address);
  };
  refuse(v1::REASON_BANNED, 1, "192.0.2.9");
  refuse(v1::REASON_TOKEN_EXPIRED, 3, "192.0.2.7");
  refuse(v1::REASON_TOKEN_EXPIRED, 9, "192.0.2.8");
  v1::HubRefusedEvent& fake = *hub.events.add_events()->mutable_hub_refused();
  fake.set_reason(v1::REASON_HUB_NOT_ADMITTED);
  fake.set_remote_address("192.0.2.6");
  const std::string back(40, 'b');
  for (const std::string& lost : {std::string(40, 'a'), back}) {
    hub.events.add_events()->mutable_hub_lost()->set_peer_id(lost);
  }
  v1::TopologyHub& known = *hub.mesh.add_hubs();
  known.set_peer_id(back);
  known.set_hops(1);
  for (const auto& [id, reason] :
       {std::pair('b', v1::REASON_UNRESPONSIVE), std::pair('c', v1::REASON_SERVER_SHUTDOWN)}) {
    v1::LinkDownEvent& down = *hub.events.add_events()->mutable_link_down();
    down.set_peer_id(std::string(40, id));
    down.set_reason(reason);
  }
  EXPECT_EQ(Found(hub),
            "PH-D23 warning limits were reached lately: message-rate x4, from 192.0.2.7\n"
            "PH-D24 warning newcomers were turned away lately: token_expired x12, most from "
            "192.0.2.8; banned x1, from 192.0.2.9\n"
            "PH-D25 warning hubs were refused or lost lately, or links to them broke: "
            "hub_not_admitted x1, from 192.0.2.6; link to bbbbbbbb broke, unresponsive x1; "
            "lost aaaaaaaa x1; lost bbbbbbbb, which is back x1\n");
}

TEST(Examine, FindsHubsOfOtherVersionsAndWithOtherClocks) {
  HubAnswers hub = WellHub();
  hub.info.mutable_time()->set_seconds(1000);
  const auto say = [&](char id, const std::string& version, int64_t seconds) {
    v1::GetServerInfoResponse& each = *hub.hubs.add_per_hub();
    each.set_hub_peer_id(std::string(40, id));
    each.set_version(version);
    each.mutable_time()->set_seconds(seconds);
  };
  say('a', "1.2.3", 1000);
  say('b', "1.2.3", 1006);
  hub.hubs_took = std::chrono::seconds(2);
  EXPECT_EQ(Found(hub), "") << "it may have answered two seconds later";
  say('c', "1.2.4", 993);
  say('d', "1.2.3", 1060);
  EXPECT_EQ(Found(hub),
            "PH-D26 warning hubs of the mesh are of different versions: 1.2.3 at aaaaaaaa, "
            "bbbbbbbb, dddddddd; 1.2.4 at cccccccc\n"
            "PH-D27 warning clocks of hubs differ: cccccccc is 7s behind; dddddddd is 1m "
            "ahead\n");
}

TEST(Examine, FindsCertificatesThatEnd) {
  HubAnswers hub = WellHub();
  v1::Tls& tls = *hub.info.mutable_tls();
  *tls.mutable_not_after() = At(kNow + hours(15 * 24));
  EXPECT_EQ(Found(hub), "");
  *tls.mutable_not_after() = At(kNow + hours(36));
  EXPECT_EQ(
      Found(hub),
      "PH-D10 warning the certificate for peers ends soon: it ends on 2026-03-03, in 1d12h\n");
  *tls.mutable_not_after() = At(kNow - hours(36));
  tls.set_problem("the key is not the certificate's");
  EXPECT_EQ(
      Found(hub),
      "PH-D10 error the certificate for peers ends soon: it ended on 2026-02-28\n"
      "PH-D11 error the certificate files hold something that is not in force: the key is not "
      "the certificate's\n");
}

TEST(Examine, FindsACertificateOfTheControlApiThatEnds) {
  HubAnswers hub = WellHub();
  hub.control_certificate_end = kNow + hours(20 * 24);
  EXPECT_EQ(Found(hub), "");
  hub.control_certificate_end = kNow + hours(24);
  EXPECT_EQ(
      Found(hub),
      "PH-D12 warning the certificate of the control API ends soon: it ends on 2026-03-02, in "
      "1d\n");
}

TEST(Examine, FindsAnotherVersion) {
  HubAnswers hub = WellHub();
  hub.info.set_version("1.0.0");
  EXPECT_EQ(Found(hub),
            "PH-D13 warning pigeonctl and the hub are of different versions: hub 1.0.0, pigeonctl "
            "1.2.3\n");
}

TEST(Examine, ComparesNoVersionsWhereTheHubAsksItself) {
  HubAnswers hub = WellHub();
  EXPECT_TRUE(IsLookedAt(hub, "PH-D13"));
  hub.asker_version.reset();
  EXPECT_FALSE(IsLookedAt(hub, "PH-D13"));
}

TEST(Examine, FindsAConsoleBehindAProxy) {
  HubAnswers hub = WellHub();
  EXPECT_FALSE(IsLookedAt(hub, "PH-D28")) << "a hub of before";
  Set(hub, "console-listen", "");
  Set(hub, "console-behind-proxy", "false");
  EXPECT_EQ(Found(hub), "");
  EXPECT_TRUE(IsLookedAt(hub, "PH-D28"));
  hub.info.mutable_config()->rbegin()->set_value("true");
  EXPECT_EQ(Found(hub),
            "PH-D28 error TLS ends in front of the console: whoever reaches its port directly is "
            "not encrypted: no --control-tokens say who may come through the proxy\n");
  Set(hub, "control-tokens", "callers");
  EXPECT_EQ(Found(hub),
            "PH-D28 warning TLS ends in front of the console: whoever reaches its port directly is "
            "not encrypted\n");
  for (v1::ConfigValue& each : *hub.info.mutable_config()) {
    if (each.name() == "console-listen") each.set_value("off");
  }
  EXPECT_FALSE(IsLookedAt(hub, "PH-D28"));
}

TEST(Examine, AsksForWhatHappenedLately) {
  const v1::ListEventsRequest request = EventsOfLately(kNow);
  EXPECT_EQ(request.from_time().seconds(), At(kNow).seconds() - 300);
  EXPECT_TRUE(request.newest_first());
  EXPECT_EQ(request.filter().kinds_size(), 4);
}

}  // namespace
}  // namespace pigeonhub::doctor
