// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/nouns/top_sample.h"
#include "cli/nouns/top_tables.h"
#include "cli/text/display.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

using pigeonctl::v1::Top;
using std::chrono::seconds;
using std::chrono::system_clock;

const system_clock::time_point kNow{seconds(1772366400)};

google::protobuf::Timestamp Ago(int64_t count) {
  google::protobuf::Timestamp time;
  time.set_seconds(1772366400 - count);
  return time;
}

void AddRefusals(TopSample& sample, v1::Reason reason, int64_t count) {
  v1::ReasonCount& entry = *sample.stats.mutable_traffic()->add_reasons();
  entry.set_reason(reason);
  entry.set_count(count);
}

// A hub that was looked at so many seconds ago.
TopSample LookedAt(int ago) {
  TopSample sample;
  sample.when = std::chrono::steady_clock::time_point(seconds(1000 - ago));
  sample.stats.set_hub_peer_id(std::string(40, 'a'));
  sample.stats.set_serving_state(v1::SERVING_STATE_SERVING);
  sample.stats.set_connections(7);
  sample.stats.set_max_connections(1000);
  sample.stats.set_remote_peers(1);
  sample.stats.mutable_uptime()->set_seconds(3725 - ago);
  return sample;
}

void AddHub(TopSample& sample, char digit, int64_t peers, int64_t relayed) {
  v1::TopologyHub& hub = *sample.mesh.add_hubs();
  hub.set_peer_id(std::string(40, digit));
  hub.set_peers(peers);
  hub.set_self(digit == 'a');
  if (digit == 'a') return;
  hub.set_region("eu-west");
  hub.set_hops(1);
  v1::Link& link = *sample.links.add_links();
  link.set_hub_peer_id(hub.peer_id());
  link.set_state(v1::LINK_STATE_UP);
  link.set_relayed(relayed);
  link.set_refused(relayed / 10);
  *link.mutable_state_time() = Ago(60);
}

std::string Picture(const Top& top, TopView view, size_t width = 80) {
  std::string picture;
  for (const std::string& line : TopLines(top)) picture += line + '\n';
  return picture + Render(TopTable(top, view), {.width = width});
}

TEST(Top, SaysWhatAHubDidBetweenTwoLooks) {
  TopSample before = LookedAt(2);
  TopSample after = LookedAt(0);
  before.stats.mutable_traffic()->set_connections_opened(100);
  after.stats.mutable_traffic()->set_connections_opened(107);
  before.stats.mutable_traffic()->set_signals_delivered(1000);
  after.stats.mutable_traffic()->set_signals_delivered(1200);
  after.stats.mutable_traffic()->set_signals_relayed(48);
  AddRefusals(before, v1::REASON_RATE_LIMIT, 4);
  AddRefusals(after, v1::REASON_RATE_LIMIT, 10);
  AddRefusals(after, v1::REASON_NAMESPACE_FULL, 3);
  AddRefusals(after, v1::REASON_TRANSPORT_LOST, 500);
  AddHub(before, 'a', 7, 0);
  AddHub(after, 'a', 7, 0);
  AddHub(before, 'b', 40, 300);
  AddHub(after, 'b', 32, 360);
  AddHub(after, 'c', 5, 0);
  v1::GetStatsResponse& other = *after.all_hubs.add_per_hub();
  other.set_hub_id(std::string(40, 'b'));
  other.mutable_uptime()->set_seconds(7200);
  Top top = Compare(before, after, TopView::kHubs, kNow);
  EXPECT_EQ(Picture(top, TopView::kHubs),
            "hub aaaaaaaa serving, up 1h2m; 7 of 1000 connections, 1 remote peer\n"
            "joins 3.5/s, signals 124/s, refused 4.5/s: rate_limit x6, namespace_full x3\n"
            "HUB ID             REGION   HOPS  PEERS  +/-  SIGNALS/S  REFUSED/S  LINKED  UP\n"
            "aaaaaaaaaaaaaaaa…  -        this      7    0        124        4.5  -       1h2m\n"
            "bbbbbbbbbbbbbbbb…  eu-west     1     32   -8         30        3.0  1m      2h\n"
            "cccccccccccccccc…  eu-west     1      5    0        0.0        0.0  1m      -\n");
  SortTop(top, TopView::kHubs, "uptime", 1);
  EXPECT_EQ(TopNames(top), std::vector<std::string>{std::string(40, 'b')});
}

TEST(Top, CountsAHubThatWasStartedAnewFromZero) {
  TopSample before = LookedAt(1);
  TopSample after = LookedAt(0);
  before.stats.mutable_traffic()->set_connections_opened(100);
  after.stats.mutable_traffic()->set_connections_opened(3);
  EXPECT_EQ(Compare(before, after, TopView::kHubs, kNow).totals().joins(), 3);
}

TEST(Top, KnowsWhichPeersAreActiveAndSortsThem) {
  TopSample before = LookedAt(2);
  TopSample after = LookedAt(0);
  const auto add = [](TopSample& sample, const std::string& id, int age, int idle) {
    v1::Peer& peer = *sample.peers.add_peers();
    peer.set_peer_id(id);
    peer.set_namespace_("chat");
    peer.set_remote_address("192.0.2.7");
    *peer.mutable_connect_time() = Ago(age);
    *peer.mutable_last_activity_time() = Ago(idle);
    peer.set_message_count(100 - idle);
    peer.set_received_bytes(3000 * (100 - idle));
    peer.set_queue_bytes(idle == 30 ? 0 : 4096);
    if (idle != 30) peer.mutable_round_trip()->set_nanos(12'300'000);
  };
  add(before, "old", 7200, 30);
  add(before, "busy", 60, 9);
  add(after, "old", 7200, 30);
  add(after, "busy", 60, 1);
  Top top = Compare(before, after, TopView::kPeers, kNow);
  EXPECT_FALSE(top.peers(0).active());
  EXPECT_TRUE(top.peers(1).active());
  SortTop(top, TopView::kPeers, "activity", 0);
  EXPECT_EQ(TopNames(top), (std::vector<std::string>{"busy", "old"}));
  SortTop(top, TopView::kPeers, "age", 1);
  EXPECT_EQ(Render(TopTable(top, TopView::kPeers), {}),
            "PEER ID  NAMESPACE  ADDRESS    AGE  IDLE  MSG/S  BYTES/S  QUEUE  RTT\n"
            "old      chat       192.0.2.7  2h   30s     0.0        0      0    -\n");
  Top by_queue = Compare(before, after, TopView::kPeers, kNow);
  SortTop(by_queue, TopView::kPeers, "queue", 1);
  EXPECT_EQ(Render(TopTable(by_queue, TopView::kPeers), {}),
            "PEER ID  NAMESPACE  ADDRESS    AGE  IDLE  MSG/S  BYTES/S  QUEUE     RTT\n"
            "busy     chat       192.0.2.7  1m   1s      4.0    11KiB   4KiB  12.3ms\n");
}

TEST(Top, CountsAPeerThatCameBackFromZero) {
  TopSample before = LookedAt(2);
  TopSample after = LookedAt(0);
  const auto add = [](TopSample& sample, int age, int64_t messages) {
    v1::Peer& peer = *sample.peers.add_peers();
    peer.set_peer_id("a");
    *peer.mutable_connect_time() = Ago(age);
    peer.set_message_count(messages);
  };
  add(before, 60, 10);
  add(after, 1, 40);
  EXPECT_EQ(Compare(before, after, TopView::kPeers, kNow).peers(0).messages(), 20);
}

TEST(Top, SaysHowNamespacesGrew) {
  TopSample before = LookedAt(2);
  TopSample after = LookedAt(0);
  const auto add = [](TopSample& sample, const std::string& name, int64_t here, int64_t there) {
    v1::Namespace& each = *sample.namespaces.add_namespaces();
    each.set_name(name);
    each.set_local_peers(here);
    each.set_remote_peers(there);
    each.set_signal_count(10 * here);
    each.set_signal_bytes(1000 * here);
  };
  add(before, "chat", 10, 5);
  add(after, "chat", 8, 5);
  add(after, "game", 3, 1);
  Top top = Compare(before, after, TopView::kNamespaces, kNow);
  SortTop(top, TopView::kNamespaces, "joins", 0);
  EXPECT_EQ(Render(TopTable(top, TopView::kNamespaces), {}),
            "NAMESPACE  PEERS HERE  ON OTHER HUBS  +/-  SIGNALS/S  BYTES/S\n"
            "game                3              1   +4         15     1KiB\n"
            "chat                8              5   -2         40     3KiB\n");
}

using TopTest = PigeonctlFixture;

TEST_F(TopTest, ShowsEachViewOnce) {
  for (const std::string view : {"hubs", "peers", "namespaces"}) {
    const Outcome table = Run({"top", view, "--once", "--every", "1ms"});
    EXPECT_EQ(table.code, 0) << table.err;
    EXPECT_TRUE(table.out.starts_with(
        "hub abababab serving, up 1d2h; 3 of 1000 connections, 12 remote peers\n"
        "joins 0.0/s, signals 0.0/s, refused 0.0/s\n\n"))
        << table.out;
    const Outcome json = Run({"top", view, "--once", "--every", "1ms", "-o", "json"});
    EXPECT_NE(json.out.find("\"" + view + "\": [\n    {"), std::string::npos) << json.out;
  }
}

TEST_F(TopTest, IsOfOneHubAsDoctorAndHealthAre) {
  for (const char* command : {"top", "doctor", "health"}) {
    const Outcome outcome = Run({command, "--hub", "*"});
    EXPECT_EQ(outcome.code, 2) << command;
    EXPECT_NE(outcome.err.find("--hub ID"), std::string::npos) << outcome.err;
  }
}

TEST_F(TopTest, SortsAndCuts) {
  EXPECT_EQ(Run({"top", "namespaces", "--once", "--every", "1ms", "-o", "name"}).out,
            "chat\npigeonhub-mesh\n");
  EXPECT_EQ(Run({"top", "peers", "--sort-by", "idle", "-n", "1", "--once", "--every", "1ms", "-o",
                 "name"})
                .out,
            std::string(kSecondPeer) + '\n');
  const Outcome wrong = Run({"top", "peers", "--sort-by", "joins"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_EQ(wrong.err,
            "pigeonctl: --sort-by joins is nothing that these rows have; there are age, idle, "
            "activity, messages, bytes, queue, rtt\n");
}

TEST_F(TopTest, GoesOnWhenItsHubIsBack) {
  int asked = 0;
  server_.On(v1::ListPeersRequest(), [&](const std::string&) {
    ++asked;
    if (asked == 2) return FakeReply{.code = kCancelled, .message = "the hub stops"};
    if (asked == 3) return FakeReply{.code = kUnavailable, .message = "gone"};
    v1::ListPeersResponse response;
    response.add_peers()->set_peer_id("a" + std::to_string(asked));
    return FakeReply{.messages = {response.SerializeAsString()}};
  });
  const Outcome outcome = RunPigeonctl({"top", "peers", "--every", "1ms", "-o", "name"},
                                       {.variables = {{"PIGEONCTL_SERVER", server_.address()}},
                                        .interrupted = [&] { return asked >= 5; }});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "pigeonctl: connection lost; going on when the hub is back\n");
  EXPECT_EQ(outcome.out, "a4\na5\n");
  asked = 1;
  EXPECT_NE(Run({"top", "peers", "--every", "1ms"}).code, 0) << "the first look must succeed";
}

TEST_F(TopTest, DrawsOneScreenOverTheOtherUntilItIsInterrupted) {
  int looks = 0;
  const Outcome outcome = RunPigeonctl({"top", "peers", "--every", "1ms"},
                                       {.variables = {{"PIGEONCTL_SERVER", server_.address()}},
                                        .width = 80,
                                        .height = 7,
                                        .interrupted = [&] { return ++looks > 8; }});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with("\x1b[?1049h\x1b[?25l\x1b[Hhub ")) << outcome.out;
  EXPECT_TRUE(outcome.out.ends_with("\x1b[J\x1b[?25h\x1b[?1049l")) << outcome.out;
  const size_t second = outcome.out.find("\x1b[H", 15);
  ASSERT_NE(second, std::string::npos) << "more than one picture";
  const std::string first = outcome.out.substr(0, second);
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), 6) << "two peers have room\n" << first;
}

}  // namespace
}  // namespace pigeonhub::cli
