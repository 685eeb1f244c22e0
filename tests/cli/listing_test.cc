// SPDX-License-Identifier: Apache-2.0
//
// What every list takes: --filter, --sort-by, --limit, --watch, --no-headers, -o jsonpath=.

#include <gtest/gtest.h>

#include <mutex>
#include <optional>

#include "cli/output/json_path.h"
#include "cli/text/natural_order.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

using ListingTest = PigeonctlFixture;

TEST(NaturalOrder, TakesNumbersAsNumbers) {
  const std::vector<std::string_view> sorted = {
      "", "-3.5", "2", "10", "10.5", "room", "room2", "room02b", "room10", "room10a", "roomy"};
  for (size_t i = 0; i + 1 < sorted.size(); ++i) {
    EXPECT_TRUE(CompareNaturally(sorted[i], sorted[i + 1]) < 0) << sorted[i] << sorted[i + 1];
    EXPECT_TRUE(CompareNaturally(sorted[i + 1], sorted[i]) > 0) << sorted[i] << sorted[i + 1];
  }
  EXPECT_TRUE(CompareNaturally("01", "1") != 0) << "an order that is total";
  EXPECT_TRUE(CompareNaturally("a", "a") == 0);
}

TEST_F(ListingTest, LetsTheHubSortWhatIsCut) {
  const auto asked = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"peers", "list"};
    words.insert(words.end(), more.begin(), more.end());
    Run(words);
    return server_.last<v1::ListPeersRequest>();
  };
  const auto cut = asked({"--sort-by", "-receivedBytes", "--limit", "10"});
  EXPECT_EQ(cut.order_by(), "received_bytes desc");
  EXPECT_EQ(cut.page_size(), 11) << "one more shows that there are more";
  EXPECT_EQ(asked({"--sort-by", "connectTime", "--limit", "10"}).order_by(), "connect_time");
  EXPECT_EQ(asked({"--sort-by", "-receivedBytes"}).order_by(), "") << "all of them";
  EXPECT_EQ(asked({"--sort-by", "namespace", "--limit", "10"}).order_by(), "") << "by names";
  EXPECT_EQ(asked({"--sort-by", "roundTrip", "--limit", "10"}).order_by(), "");
  EXPECT_EQ(asked({"--sort-by", "-receivedBytes", "--limit", "1000"}).order_by(), "")
      << "there is no page with one more";
  EXPECT_EQ(asked({"--sort-by", "-receivedBytes", "--limit", "999"}).page_size(), 1000);
  EXPECT_EQ(
      asked({"--sort-by", "-receivedBytes", "--limit", "10", "--filter", "isHub=false"}).order_by(),
      "");
}

TEST_F(ListingTest, SaysThatThereAreMoreThanTheHubSorted) {
  // As the hub answers: one page, and no token.
  server_.Answer<v1::ListPeersRequest, v1::ListPeersResponse>([](const auto& request) {
    v1::ListPeersResponse page;
    for (int i = 0; i < std::min(request.page_size(), 3); ++i) {
      v1::Peer& peer = *page.add_peers();
      peer.set_peer_id(std::to_string(i));
      peer.set_received_bytes(10 - i);
    }
    return page;
  });
  Typed words = {"peers", "list", "--include-remote", "--sort-by", "-receivedBytes",
                 "-o",    "name", "--limit",          "2"};
  const Outcome cut = Run(words);
  EXPECT_EQ(cut.out, "0\n1\n");
  EXPECT_EQ(cut.err, "pigeonctl: there are more than --limit 2\n");
  words.back() = "3";
  EXPECT_EQ(Run(words).out, "0\n1\n2\n");
  EXPECT_EQ(Run(words).err, "");
}

TEST_F(ListingTest, FiltersByAFieldOfTheItems) {
  EXPECT_EQ(Run({"peers", "list", "--filter", "namespace=chat", "-o", "name"}).out,
            std::string(kFirstPeer) + '\n');
  EXPECT_EQ(
      Run({"peers", "list", "--filter", "isHub=false", "--filter", "remoteAddress~:", "-o", "name"})
          .out,
      std::string(kSecondPeer) + '\n');
  EXPECT_EQ(Run({"namespaces", "list", "--filter", "remotePeers>=12"}).out,
            "NAMESPACE  PEERS HERE  ON OTHER HUBS  HUB MESH\n"
            "chat                1             12  no\n");
  EXPECT_EQ(Run({"namespaces", "list", "--filter", "name!=chat", "-o", "name"}).out,
            "pigeonhub-mesh\n");
  EXPECT_EQ(Run({"hubs", "list", "--filter", "capabilities=relay", "-o", "name"}).out,
            std::string(kHub) + '\n')
      << "one of several";
  const Outcome none = Run({"peers", "list", "--filter", "namespace=none"});
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(none.err, "pigeonctl: no peers\n");
}

TEST_F(ListingTest, FiltersTheDataAsWell) {
  const std::string json = Run({"peers", "list", "--filter", "namespace=chat", "-o", "json"}).out;
  EXPECT_NE(json.find(kFirstPeer), std::string::npos);
  EXPECT_EQ(json.find(kSecondPeer), std::string::npos);
  EXPECT_NE(json.find("\"cursor\""), std::string::npos) << "what is no item stays";
}

TEST_F(ListingTest, KeepsTheBusAboveTheLinks) {
  const Outcome outcome = Run({"links", "list", "--filter", "state=LINK_STATE_SLOW"});
  EXPECT_NE(outcome.out.find("tls://nats.example.org:4222"), std::string::npos) << outcome.out;
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 3) << outcome.out;
}

TEST_F(ListingTest, SortsByAFieldAndCutsThen) {
  v1::ListNamespacesResponse all;
  for (const char* name : {"room1", "room10", "room2"}) all.add_namespaces()->set_name(name);
  server_.Answer<v1::ListNamespacesRequest>(all);
  EXPECT_EQ(Run({"namespaces", "list", "-o", "name"}).out, "room1\nroom2\nroom10\n")
      << "names need not be asked for";
  EXPECT_EQ(Run({"namespaces", "list", "--sort-by", "name", "-o", "name"}).out,
            "room1\nroom2\nroom10\n");
  EXPECT_EQ(Run({"namespaces", "list", "--sort-by", "-name", "-o", "name"}).out,
            "room10\nroom2\nroom1\n");
  const Outcome cut =
      Run({"namespaces", "list", "--sort-by", "-name", "--limit", "1", "-o", "name"});
  EXPECT_EQ(cut.out, "room10\n") << "the greatest of all, not of the first page";
  EXPECT_EQ(cut.err, "pigeonctl: there are more than --limit 1\n");
}

TEST_F(ListingTest, NamesTheFieldThatDoesNotExist) {
  const Outcome misspelled = Run({"peers", "list", "--sort-by", "namespcae"});
  EXPECT_EQ(misspelled.code, 2);
  EXPECT_EQ(
      misspelled.err,
      "pigeonctl: there is no field namespcae, as -o json has them; did you mean namespace?\n");
  EXPECT_EQ(Run({"namespaces", "list", "--filter", "peers=1"}).err,
            "pigeonctl: there is no field peers, as -o json has them; there are name, localPeers, "
            "remotePeers, isHubMesh, signalCount, signalBytes, hubId, joinCount, "
            "leaveCount\n");
  EXPECT_EQ(Run({"peers", "list", "--filter", "chat"}).err,
            "pigeonctl: --filter chat compares nothing; write FIELD=VALUE, or with one of !=, ~ "
            "(contains), <, <=, >, >=\n");
}

TEST_F(ListingTest, ComparesATimeWithNothingButATime) {
  const Outcome outcome = Run({"peers", "list", "--filter", "connectTime>10m"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "pigeonctl: --filter \"connectTime>10m\": connectTime is a time, such as "
            "2026-03-01T12:00:00Z; compare it with one\n");
  EXPECT_EQ(Run({"peers", "list", "--filter", "connectTime<=1000s"}).code, 2);
  EXPECT_EQ(Run({"peers", "list", "--filter", "connectTime>2025"}).code, 0);
  EXPECT_EQ(Run({"peers", "list", "--filter", "connectTime>2026-02-28"}).code, 0);
  EXPECT_EQ(Run({"peers", "list", "--filter", "connectTime~T11:"}).code, 0) << "a part of it";
}

TEST_F(ListingTest, SaysFirstWhoseEachRowIs) {
  v1::ListNamespacesResponse all;
  v1::Namespace& chat = *all.add_namespaces();
  chat.set_name("chat");
  chat.set_local_peers(1);
  chat.set_hub_id(kHub);
  server_.Answer<v1::ListNamespacesRequest>(all);
  EXPECT_EQ(Run({"namespaces", "list", "--hub", "*"}).out,
            "AT HUB    NAMESPACE  PEERS HERE  ON OTHER HUBS  HUB MESH\n"
            "ffeeddcc  chat                1              0  no\n");
  const std::string wide = Run({"namespaces", "list", "--hub", "*", "-o", "wide"}).out;
  EXPECT_NE(wide.find('\n' + std::string(kHub) + "  chat "), std::string::npos) << wide;
}

TEST_F(ListingTest, LeavesTitlesOut) {
  EXPECT_EQ(Run({"namespaces", "list", "--no-headers"}).out,
            "chat            1  12  no\n"
            "pigeonhub-mesh  1   0  yes\n");
}

TEST_F(ListingTest, PrintsPartsOfTheData) {
  const auto parts = [&](const std::string& path) {
    return Run({"peers", "list", "-o", "jsonpath=" + path}).out;
  };
  EXPECT_EQ(parts("{.peers[*].namespace}"), "chat\n\npigeonhub-mesh\n");
  EXPECT_EQ(parts("$.peers[-1].isHub"), "true\n");
  EXPECT_EQ(parts("peers[?(@.isHub==true)].peerId"), std::string(kHub) + '\n');
  EXPECT_EQ(parts(".peers[?(@.namespace!='chat')]['remoteAddress']"), "2001:db8::1\n192.0.2.9\n");
  EXPECT_EQ(parts(".cursor"), "{\"epoch\":\"c0ffee\",\"seq\":\"7\"}\n");
  EXPECT_EQ(parts(".peers[7].token.subject"), "");
  EXPECT_EQ(Run({"stats", "-o", "jsonpath={.peers}"}).out, "3\n");
}

TEST_F(ListingTest, RefusesAPartThatNoAnswerHas) {
  const auto refusal = [&](const std::string& path) {
    const Outcome outcome = Run({"peers", "list", "-o", "jsonpath=" + path});
    EXPECT_EQ(outcome.code, 2) << path;
    EXPECT_EQ(outcome.out, "") << path;
    return outcome.err;
  };
  EXPECT_EQ(refusal("{.peers[0].namespcae}"),
            "pigeonctl: there is no field peers.namespcae, as -o json has them; did you mean "
            "namespace?\n");
  EXPECT_TRUE(refusal("{.xyzzy[0]}")
                  .starts_with("pigeonctl: there is no field xyzzy, as -o json "
                               "has them; there are peers, "));
  EXPECT_EQ(refusal("{.peers[0].peerId.digits}"),
            "pigeonctl: there is no field peers.peerId.digits, as -o json has them\n");
  EXPECT_TRUE(refusal("{.peers[?(@.namespcae==chat)].peerId}")
                  .starts_with("pigeonctl: there is no field peers.namespcae, "));
}

TEST_F(ListingTest, ShowsNothingThatDeceivesInParts) {
  v1::ListNamespacesResponse all;
  all.add_namespaces()->set_name("a\x1b[2J\nb");
  server_.Answer<v1::ListNamespacesRequest>(all);
  EXPECT_EQ(Run({"namespaces", "list", "-o", "jsonpath=.namespaces[0].name"}).out,
            "a\\u001b[2J\\u000ab\n");
}

TEST_F(ListingTest, SaysWhereAPathIsWrong) {
  for (const auto& [path, why] : std::vector<std::pair<std::string, std::string>>{
           {"{.peers[}",
            "in brackets stands a number, *, 'name' or ?(@.name==value), behind "
            "\".peers[\""},
           {".peers[0", "a ] is missing, behind \".peers[0\""},
           {"{.peers[*", "a ] is missing, behind \".peers[*\""},
           {"{.peers[*]", "a } is missing, behind \".peers[*]\""},
           {".", "a name is missing, behind \".\""},
           {"$", "it is empty, behind \"\""},
           {".a b", "there is no step like this, behind \".a\""},
           {".a[?(@.b)]", "== or != is missing, behind \".a[?(@.b\""},
           {".a['b]", "a quote is not closed, behind \".a[\""}}) {
    const Outcome outcome = Run({"stats", "-o", "jsonpath=" + path});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_TRUE(outcome.err.starts_with("pigeonctl: jsonpath: " + why + "; ")) << outcome.err;
  }
  EXPECT_EQ(Run({"stats", "-o", "jsonpath="}).code, 2);
  EXPECT_TRUE(server_.calls().empty()) << "before a hub is asked";
}

// A hub whose list of peers is another one each time, and that tells of an event after each.
class ListWatchTest : public ListingTest {
 protected:
  ListWatchTest() {
    server_.Answer<v1::ListPeersRequest, v1::ListPeersResponse>([this](const auto&) {
      const std::lock_guard lock(mutex_);
      v1::ListPeersResponse list = lists_[std::min(turn_, lists_.size() - 1)];
      ++turn_;
      list.mutable_cursor()->set_epoch("c0ffee");
      list.mutable_cursor()->set_seq(100 * turn_);
      return list;
    });
    server_.On(v1::WatchEventsRequest(), [this](const std::string& bytes) {
      v1::WatchEventsRequest request;
      request.ParseFromString(bytes);
      const std::lock_guard lock(mutex_);
      resumed_at_.push_back(request.from().seq());
      v1::WatchEventsResponse bookmark;
      *bookmark.mutable_bookmark()->mutable_cursor() = request.from();
      v1::WatchEventsResponse event;
      event.mutable_event()->set_seq(request.from().seq());
      FakeReply reply{.messages = {bookmark.SerializeAsString()}, .stays = true};
      if (turn_ < lists_.size()) reply.messages.push_back(event.SerializeAsString());
      return reply;
    });
  }

  v1::Peer& Add(size_t list, const std::string& id, const std::string& where, int64_t active) {
    if (lists_.size() <= list) lists_.resize(list + 1);
    v1::Peer& peer = *lists_[list].add_peers();
    peer.set_peer_id(id);
    peer.set_namespace_(where);
    peer.mutable_last_activity_time()->set_seconds(active);
    peer.set_message_count(active);
    peer.set_received_bytes(active);
    peer.set_sent_signal_count(active);
    peer.set_received_signal_count(active);
    peer.set_queue_bytes(active);
    peer.mutable_round_trip()->set_seconds(active);
    return peer;
  }

  // Of one of several hubs.
  void AddAt(size_t list, const std::string& hub, const std::string& id) {
    Add(list, id, "chat", 1).set_hub_id(hub);
  }

  void Lose(size_t list, const std::string& hub, const std::string& reason) {
    if (lists_.size() <= list) lists_.resize(list + 1);
    v1::UnreachableHub& lost = *lists_[list].add_unreachable();
    lost.set_hub_id(hub);
    lost.set_reason(reason);
  }

  // Watches until all lists were read.
  Outcome Watch(Typed words, std::optional<size_t> width = {}) {
    words.insert(words.begin(), {"peers", "list", "-w"});
    return RunPigeonctl(words,
                        {.variables = {{"PIGEONCTL_SERVER", server_.address()}, {"NO_COLOR", "1"}},
                         .width = width,
                         .interrupted = [this] {
                           const std::lock_guard lock(mutex_);
                           return turn_ >= lists_.size();
                         }});
  }

  std::mutex mutex_;
  std::vector<v1::ListPeersResponse> lists_;
  size_t turn_ = 0;
  std::vector<uint64_t> resumed_at_;
};

TEST_F(ListWatchTest, PrintsTheListAndThenWhatChanges) {
  Add(0, "a", "chat", 1);
  Add(0, "b", "chat", 1);
  Add(1, "a", "chat", 2);
  Add(1, "c", "", 2);
  Add(2, "a", "chat", 3);
  Add(2, "c", "game", 3);
  const Outcome outcome = Watch({"-o", "jsonpath={.change}"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "listed\nlisted\nremoved\nadded\nchanged\n")
      << "activity alone is no change";
  EXPECT_EQ(resumed_at_, (std::vector<uint64_t>{100, 200, 300}))
      << "from the place of the list on, so that nothing between is missed";
}

TEST_F(ListWatchTest, MarksTheRowsOfATable) {
  Add(0, "a", "chat", 1);
  Add(1, "b", "chat", 1);
  const Outcome outcome = Watch({});
  EXPECT_EQ(outcome.out,
            "   PEER ID  NAMESPACE  HUB  AGE  IDLE\n"
            "   a        chat       no   -    20513d11h\n"
            "-  a        chat       no   -    20513d11h\n"
            "+  b        chat       no   -    20513d11h\n");
}

TEST_F(ListWatchTest, KeepsItemsOfOneNameAtSeveralHubsApart) {
  AddAt(0, "h1", "a");
  AddAt(1, "h0", "a");
  AddAt(1, "h1", "a");
  EXPECT_EQ(Watch({"--hub", "*", "-o", "jsonpath={.change}"}).out, "listed\nadded\n");
}

TEST_F(ListWatchTest, KeepsTheRowsOfAHubThatDoesNotAnswer) {
  for (const size_t list : {0u, 1u, 2u, 3u}) AddAt(list, "h1", "a");
  AddAt(0, "h2", "b");
  Lose(1, "h2", "lost");
  Lose(2, "h2", "did not answer in time");
  AddAt(3, "h2", "b");
  const Outcome outcome = Watch({"--hub", "*", "-o", "jsonpath={.change}"});
  EXPECT_EQ(outcome.out, "listed\nlisted\n");
  EXPECT_EQ(outcome.err,
            "pigeonctl: hub h2 is not in the answer: lost\n"
            "pigeonctl: hub h2 is in the answer again\n")
      << "once each";
}

TEST_F(ListWatchTest, RemovesTheRowsOfAHubThatIsToldOfNoMore) {
  for (const size_t list : {0u, 1u, 2u}) AddAt(list, "h1", "a");
  AddAt(0, "h2", "b");
  Lose(1, "h2", "lost");
  const Outcome outcome = Watch({"--hub", "*", "-o", "jsonpath={.change}"});
  EXPECT_EQ(outcome.out, "listed\nlisted\nremoved\n");
  EXPECT_EQ(outcome.err,
            "pigeonctl: hub h2 is not in the answer: lost\n"
            "pigeonctl: hub h2 is gone: no hub tells of it any more\n");
}

TEST_F(ListWatchTest, KeepsColumnsBelowTheirTitlesWhereTheyAreCut) {
  for (const size_t list : {0u, 1u}) AddAt(list, kOtherHub, kFirstPeer);
  AddAt(1, kHub, kSecondPeer);
  for (v1::ListPeersResponse& list : lists_) {
    for (v1::Peer& peer : *list.mutable_peers()) peer.set_namespace_("a-long-name-of-a-namespace");
  }
  const std::string out = Watch({"--hub", "*"}, 80).out;
  EXPECT_EQ(
      out,
      "   AT HUB    PEER ID                                   NAMESPACE  HUB  AGE  IDLE\n"
      "   00112233  0a1b2c3d4e5f60718293a4b5c6d7e8f901234567  a-long-n…  no   -    20513d11h\n"
      "+  ffeeddcc  1111111111111111111111111111111111111111  a-long-n…  no   -    20513d11h\n");
}

TEST_F(ListWatchTest, RefusesNamesWhichDoNotSayWhatChanges) {
  const Outcome outcome = Run({"peers", "list", "-w", "-o", "name"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "pigeonctl: -o name does not say what comes and what goes; with -w take -o jsonl\n");
  EXPECT_TRUE(server_.calls().empty()) << "before a hub is asked";
}

TEST_F(ListWatchTest, WatchesWhatIsLeftByAFilter) {
  Add(0, "a", "chat", 1);
  Add(1, "a", "game", 1);
  EXPECT_EQ(Watch({"--filter", "namespace=chat", "-o", "jsonpath={.change}"}).out,
            "listed\nremoved\n");
}

}  // namespace
}  // namespace pigeonhub::cli
