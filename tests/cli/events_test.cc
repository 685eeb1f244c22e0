// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <google/protobuf/descriptor.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>

#include "cli/nouns/event_summary.h"
#include "cli/nouns/event_text.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

using Typed = std::vector<std::string>;

v1::WatchEventsResponse EventItem(uint64_t seq, const std::string& epoch = kEpoch) {
  v1::WatchEventsResponse item;
  item.mutable_event()->set_epoch(epoch);
  item.mutable_event()->set_seq(seq);
  item.mutable_event()->set_kind(v1::EVENT_KIND_PEER_DISCONNECTED);
  item.mutable_event()->mutable_peer_disconnected()->set_reason(
      seq % 2 == 0 ? v1::REASON_GOODBYE : v1::REASON_TRANSPORT_LOST);
  return item;
}

v1::WatchEventsResponse BookmarkItem(uint64_t seq) {
  v1::WatchEventsResponse item;
  item.mutable_bookmark()->mutable_cursor()->set_epoch(kEpoch);
  item.mutable_bookmark()->mutable_cursor()->set_seq(seq);
  return item;
}

v1::WatchEventsResponse GapItem(uint64_t missing, uint64_t resume) {
  v1::WatchEventsResponse item;
  item.mutable_gap()->set_missing(missing);
  item.mutable_gap()->mutable_resume()->set_epoch(kEpoch);
  item.mutable_gap()->mutable_resume()->set_seq(resume);
  return item;
}

// A hub whose watch streams follow a script, one entry a connection.
class EventsTest : public testing::Test {
 protected:
  EventsTest() {
    ServeSmallHub(server_);
    server_.On(v1::WatchEventsRequest(), [this](const std::string& bytes) {
      const std::lock_guard lock(mutex_);
      requests_.emplace_back().ParseFromString(bytes);
      if (script_.empty()) return FakeReply{.stays = true};
      FakeReply reply = std::move(script_.front());
      script_.pop_front();
      return reply;
    });
  }

  void Connection(const std::vector<v1::WatchEventsResponse>& items, int code = kUnavailable) {
    FakeReply reply{.code = code, .message = "gone", .stays = code == 0};
    for (const auto& item : items) reply.messages.push_back(item.SerializeAsString());
    script_.push_back(std::move(reply));
  }

  Outcome Run(Typed words) {
    words.insert(words.begin(), "events");
    return RunPigeonctl(words, {.variables = {{"PIGEONCTL_SERVER", server_.address()}},
                                .interrupted = [this] { return interrupted_.load(); }});
  }

  FakeServer server_;
  std::mutex mutex_;
  std::deque<FakeReply> script_;
  std::vector<v1::WatchEventsRequest> requests_;
  std::atomic<bool> interrupted_ = false;
};

TEST_F(EventsTest, GoesOnAfterALostConnectionWhereItWas) {
  Connection({BookmarkItem(10), EventItem(10), EventItem(11)});
  Connection({BookmarkItem(12), EventItem(12)}, 0);
  const Outcome outcome = Run({"-f", "-o", "name", "--limit", "3"});
  EXPECT_EQ(outcome.out, "10\n11\n12\n");
  EXPECT_EQ(outcome.err, "pigeonctl: connection lost; resuming at event 12\n");
  EXPECT_EQ(outcome.code, 0);
  ASSERT_EQ(requests_.size(), 2u);
  EXPECT_TRUE(requests_[0].now());
  EXPECT_EQ(requests_[1].from().epoch(), kEpoch);
  EXPECT_EQ(requests_[1].from().seq(), 12u);
}

TEST_F(EventsTest, ResumesAtTheLastBookmarkWhenNothingCameSince) {
  Connection({BookmarkItem(10), EventItem(10), BookmarkItem(400)});
  Connection({EventItem(400)}, 0);
  Run({"-f", "--limit", "2"});
  ASSERT_EQ(requests_.size(), 2u);
  EXPECT_EQ(requests_[1].from().seq(), 400u);
}

TEST_F(EventsTest, PutsGapsIntoTheDataAndEndsWithEight) {
  Connection({BookmarkItem(10), EventItem(10)});
  Connection({GapItem(89, 100), EventItem(100)}, 0);
  const Outcome outcome = Run({"-f", "-o", "jsonl", "--limit", "2"});
  EXPECT_EQ(outcome.code, 8);
  EXPECT_NE(outcome.out.find("\n{\"gap\":{\"missing\":\"89\",\"resume\":{\"epoch\":\"c0ffee\","
                             "\"seq\":\"100\"},\"epochChanged\":false"),
            std::string::npos)
      << outcome.out;
}

TEST_F(EventsTest, ResumesAfterAGapAtItsEnd) {
  Connection({GapItem(5, 50)});
  Connection({EventItem(50)}, 0);
  Run({"-f", "--limit", "1"});
  ASSERT_EQ(requests_.size(), 2u);
  EXPECT_EQ(requests_[1].from().seq(), 50u);
}

TEST_F(EventsTest, SaysThatNobodyKnowsAfterARestart) {
  v1::WatchEventsResponse gap = GapItem(0, 1);
  gap.mutable_gap()->set_epoch_changed(true);
  Connection({gap, EventItem(1, "beef")}, 0);
  const Outcome outcome = Run({"-f", "--from-seq", "77", "--epoch", "old", "--limit", "1"});
  EXPECT_EQ(outcome.code, 8);
  EXPECT_NE(outcome.out.find("started anew"), std::string::npos) << outcome.out;
  EXPECT_EQ(requests_[0].from().epoch(), "old");
  EXPECT_EQ(requests_[0].from().seq(), 77u);
}

TEST_F(EventsTest, SaysOnceThatAHubIsNotHeardAndThatItIsHeardAgain) {
  v1::WatchEventsResponse lost;
  lost.set_hub_id("h2");
  lost.mutable_unreachable()->set_hub_id("h2");
  lost.mutable_unreachable()->set_reason("lost");
  v1::WatchEventsResponse of_other = EventItem(1);
  of_other.set_hub_id("h1");
  v1::WatchEventsResponse back = EventItem(7);
  back.set_hub_id("h2");
  Connection({lost, of_other, lost, back}, 0);
  const Outcome outcome = Run({"-f", "--hub", "*", "--limit", "2"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err,
            "pigeonctl: h2 is not heard now: lost\n"
            "pigeonctl: h2 is heard again\n");
}

TEST_F(EventsTest, SaysWhereReasonsAreListed) {
  const Outcome outcome = Run({"--reason", "xyzzy"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "pigeonctl: --reason cannot be \"xyzzy\"; `pigeonctl errors` lists them\n");
}

TEST(EventSummary, FitsTheTerminal) {
  pigeonctl::v1::EventSummary summary;
  summary.set_by("namespace");
  summary.add_rows()->set_name(std::string(100, 'n'));
  EXPECT_EQ(Render(SummaryTable(summary), {.width = 20}),
            "NAMESPACE      COUNT\n"
            "nnnnnnnnnnnn…      0\n"
            "total              0\n");
}

TEST_F(EventsTest, FailsIfTheFirstConnectionDoes) {
  Connection({}, kUnavailable);
  EXPECT_EQ(Run({"-f"}).code, 3);
  EXPECT_EQ(requests_.size(), 1u);
}

TEST_F(EventsTest, DoesNotTryAgainWhatIsRefused) {
  Connection({BookmarkItem(10)});
  Connection({}, kPermissionDenied);
  EXPECT_EQ(Run({"-f"}).code, 4);
  EXPECT_EQ(requests_.size(), 2u);
}

TEST_F(EventsTest, StopsWhenInterruptedAndStillSumsUp) {
  Connection({BookmarkItem(1), EventItem(1), EventItem(2), EventItem(3)}, 0);
  server_.On(v1::WatchEventsRequest(), [this](const std::string&) {
    FakeReply reply = script_.front();
    interrupted_ = true;
    return reply;
  });
  const Outcome outcome = Run({"summary", "-f", "--by", "reason"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out.find("REASON"), 0u) << outcome.out;
}

TEST_F(EventsTest, CountsWhatComesByReason) {
  Connection({BookmarkItem(1), EventItem(1), EventItem(2), EventItem(3)}, 0);
  const Outcome outcome =
      Run({"summary", "-f", "--by", "reason", "--kind", "peerDisconnected", "--limit", "3"});
  EXPECT_EQ(outcome.out,
            "REASON          COUNT\ntransport_lost      2\ngoodbye             1\n"
            "total               3\n");
  ASSERT_EQ(requests_[0].filter().kinds_size(), 1);
  EXPECT_EQ(requests_[0].filter().kinds(0), v1::EVENT_KIND_PEER_DISCONNECTED);
}

TEST_F(EventsTest, SendsStartAndFilter) {
  Connection({EventItem(1)}, 0);
  Typed words = {"-f", "--limit", "1", "--since", "10m", "--payloads"};
  for (const auto& [flag, value] :
       std::vector<std::pair<std::string, std::string>>{{"--kind", "hubRegistered"},
                                                        {"--exclude-kind", "audit"},
                                                        {"--namespace", "chat"},
                                                        {"--peer", std::string(40, 'a')},
                                                        {"--with", std::string(40, 'b')},
                                                        {"--reason", "goodbye"},
                                                        {"--address", "10.0.0.1"}}) {
    words.insert(words.end(), {flag, value});
  }
  Run(words);
  const v1::WatchEventsRequest& request = requests_.at(0);
  EXPECT_EQ(request.from_time().seconds(), 1772366400 - 600);
  EXPECT_EQ(request.filter().kinds(0), v1::EVENT_KIND_HUB_REGISTERED);
  EXPECT_EQ(request.filter().exclude_kinds(0), v1::EVENT_KIND_AUDIT);
  EXPECT_EQ(request.filter().namespace_(), "chat");
  EXPECT_EQ(request.filter().peer_id(), std::string(40, 'a'));
  EXPECT_EQ(request.filter().other_peer_id(), std::string(40, 'b'));
  EXPECT_TRUE(request.filter().signal_payloads());
  EXPECT_EQ(request.filter().reasons(0), v1::REASON_GOODBYE);
  EXPECT_EQ(request.filter().remote_address(), "10.0.0.1");
  Connection({EventItem(1)}, 0);
  Run({"-f", "--limit", "1", "--earliest"});
  EXPECT_TRUE(requests_.at(1).earliest());
  EXPECT_FALSE(requests_.at(1).filter().signal_payloads());
}

TEST_F(EventsTest, TakesTheBeginningOfAnId) {
  Connection({EventItem(1)}, 0);
  Run({"-f", "--limit", "1", "--peer", "11111111…"});
  EXPECT_EQ(requests_.at(0).filter().peer_id(), kSecondPeer);
  const Outcome nobody = Run({"--peer", "abcdef"});
  EXPECT_EQ(nobody.code, 5);
  EXPECT_EQ(nobody.err,
            "pigeonctl: no connected peer has an id that begins with abcdef; give the whole id of "
            "one that has left\n");
}

TEST_F(EventsTest, ListsFromAPlaceOrTimeOn) {
  EXPECT_EQ(Run({"-o", "name"}).out, "4\n5\n6\n");
  EXPECT_EQ(Run({"-o", "name", "--since", "3m"}).out, "5\n6\n");
  EXPECT_EQ(Run({"-o", "name", "--until", "11:58"}).out, "4\n");
  EXPECT_EQ(Run({"-o", "name", "--limit", "2"}).out, "5\n6\n") << "the newest";
  Connection({BookmarkItem(5)}, 0);
  const Outcome from = Run({"-o", "name", "--from-seq", "5"});
  EXPECT_EQ(from.out, "5\n6\n");
  EXPECT_EQ(from.code, 0);
}

TEST_F(EventsTest, SaysWhatAListNoLongerHas) {
  Connection({GapItem(3, 4), BookmarkItem(4)}, 0);
  const Outcome outcome = Run({"-o", "name", "--from-seq", "1"});
  EXPECT_EQ(outcome.out, "4\n5\n6\n");
  EXPECT_EQ(outcome.err, "pigeonctl: 3 events are missing before 4\n");
  EXPECT_EQ(outcome.code, 8);
}

TEST_F(EventsTest, SaysWhatIsMissingBetweenTheEventsOfAList) {
  v1::ListEventsResponse list;
  *list.add_events() = EventItem(2).event();
  *list.add_events() = EventItem(50).event();
  *list.add_gaps() = GapItem(47, 50).gap();
  server_.Answer<v1::ListEventsRequest>(list);
  const Outcome outcome = Run({"-o", "name"});
  EXPECT_EQ(outcome.out, "2\n50\n");
  EXPECT_EQ(outcome.err, "pigeonctl: 47 events are missing before 50\n");
  EXPECT_EQ(outcome.code, 0) << "asked for what there is";
  EXPECT_EQ(Run({"-o", "name", "--limit", "1"}).err, "") << "nothing is missing before the last";
  Connection({BookmarkItem(2)}, 0);
  EXPECT_EQ(Run({"-o", "name", "--from-seq", "2"}).code, 8) << "asked for all from there on";
}

TEST_F(EventsTest, RefusesStartsThatContradict) {
  EXPECT_EQ(Run({"--from-seq", "1", "--earliest"}).code, 2);
  EXPECT_EQ(Run({"--epoch", "x"}).code, 2);
  EXPECT_EQ(Run({"--with", "ab"}).code, 2);
  EXPECT_EQ(Run({"-f", "--until", "1m"}).code, 2);
  EXPECT_EQ(Run({"--payloads", "summary"}).err,
            "pigeonctl: events summary has no flag --payloads; see pigeonctl events summary "
            "--help\n");
  EXPECT_EQ(Run({"--since", "soon"}).code, 2);
  EXPECT_EQ(Run({"--exclude-kind", "adit"}).err,
            "pigeonctl: --exclude-kind cannot be \"adit\"; did you mean audit?\n");
}

TEST(KindNames, AreInTheOrderOfTheAlphabet) {
  EXPECT_TRUE(std::is_sorted(KindNames().begin(), KindNames().end()));
  for (const std::string& name : KindNames()) EXPECT_EQ(KindName(*KindNamed(name)), name);
}

TEST(KindNames, AreThoseOfTheApi) {
  const auto* kinds = v1::EventKind_descriptor();
  ASSERT_EQ(kinds->value_count(), static_cast<int>(KindNames().size()) + 1);
  for (int i = 1; i < kinds->value_count(); ++i) {
    std::string name = KindName(static_cast<v1::EventKind>(kinds->value(i)->number()));
    std::string api;
    for (const char c : kinds->value(i)->name().substr(std::string("EVENT_KIND_").size())) {
      if (c != '_') api += static_cast<char>(std::tolower(c));
    }
    for (char& c : name) c = static_cast<char>(std::tolower(c));
    EXPECT_EQ(name, api);
  }
}

TEST(EventRow, ShortensPeerIdsOnly) {
  v1::Event event;
  event.mutable_audit()->set_method("pigeonhub.v1.ServerService/StopSignaling");
  event.mutable_audit()->set_principal("local");
  event.mutable_audit()->set_outcome("OK");
  event.mutable_audit()->set_object("signaling");
  EXPECT_EQ(EventRow(event, false)[3].text, "local StopSignaling signaling OK");
  event.mutable_audit()->set_object("ffeeddccbbaa99887766554433221100ffeeddcc");
  EXPECT_EQ(EventRow(event, false)[3].text, "local StopSignaling ffeeddcc… OK");
}

TEST(EventRow, HasTheDateWhereItIsOfAnotherDay) {
  v1::Event event;
  event.mutable_time()->set_seconds(1772366400);  // 2026-03-01T12:00:00Z
  event.mutable_time()->set_nanos(5'000'000);
  const std::chrono::system_clock::time_point noon{std::chrono::seconds(1772366400)};
  const auto time = [&](bool wide, std::chrono::hours later) {
    return EventRow(event, wide, noon + later)[0].text;
  };
  using std::chrono::hours;
  EXPECT_EQ(time(false, hours(11)), "12:00:00.005Z");
  EXPECT_EQ(time(false, hours(12)), "2026-03-01T12:00:00Z") << "it is the next day";
  EXPECT_EQ(time(true, hours(12)), "2026-03-01T12:00:00.005Z");
  EXPECT_EQ(EventRow(event, false)[0].text, "12:00:00.005Z");
}

TEST(EventRow, SaysWhatIsKnownOfAnEnd) {
  const std::string id(40, 'a');
  v1::Event event;
  auto& left = *event.mutable_peer_disconnected();
  left.set_peer_id(id);
  left.set_reason(v1::REASON_GOODBYE);
  left.set_close_code(1000);
  left.set_namespace_("chat");
  left.set_remote_address("10.0.0.1");
  left.mutable_connected_for()->set_seconds(125);
  left.set_messages_received(1);
  left.set_bytes_received(70);
  EXPECT_EQ(EventRow(event, false)[3].text, "aaaaaaaa… goodbye 1000 after 2m5s, 0 left");
  EXPECT_EQ(EventRow(event, true)[3].text,
            id + " goodbye 1000 in chat after 2m5s, from 10.0.0.1, 1 message, 70 bytes, 0 left");

  auto& down = *event.mutable_link_down();
  down.set_peer_id(id);
  down.mutable_up_for()->set_seconds(3);
  EXPECT_EQ(EventRow(event, false)[3].text, "to aaaaaaaa… after 3s, 0 peers withdrawn");
  down.set_reason(v1::REASON_PEER_CLOSED);
  down.set_close_code(1001);
  down.set_ended_by(v1::LINK_SIDE_OTHER_HUB);
  down.set_withdrawn_peers(1);
  EXPECT_EQ(EventRow(event, false)[3].text,
            "to aaaaaaaa… peer_closed 1001 by the other hub after 3s, 1 peer withdrawn");
}

TEST(EventRow, SaysHowAPairFares) {
  v1::Event event;
  v1::PairConnectedEvent& connected = *event.mutable_pair_connected();
  connected.set_peer_id(std::string(40, 'a'));
  connected.set_other_peer_id(std::string(40, 'b'));
  connected.set_namespace_("chat");
  EXPECT_EQ(EventRow(event, false)[3].text, "aaaaaaaa… and bbbbbbbb… in chat");
  connected.mutable_after()->set_nanos(164'000'000);
  connected.set_local_candidate(v1::CANDIDATE_KIND_HOST);
  connected.set_protocol(v1::TRANSPORT_PROTOCOL_UDP);
  EXPECT_EQ(EventRow(event, false)[3].text,
            "aaaaaaaa… and bbbbbbbb… in chat, after 164 ms, host to unknown over udp");
  connected.set_local_candidate(static_cast<v1::CandidateKind>(99));
  connected.set_protocol(static_cast<v1::TransportProtocol>(-1));
  EXPECT_EQ(EventRow(event, false)[3].text, "aaaaaaaa… and bbbbbbbb… in chat, after 164 ms")
      << "what only a newer hub has is not known";

  v1::PairFailedEvent& failed = *event.mutable_pair_failed();
  failed.set_peer_id(std::string(40, 'a'));
  failed.set_other_peer_id(std::string(40, 'b'));
  EXPECT_EQ(EventRow(event, false)[3].text, "aaaaaaaa… and bbbbbbbb…, failed");
  failed.mutable_after()->set_seconds(60);
  failed.set_lost(true);
  failed.set_count(3);
  EXPECT_EQ(EventRow(event, false)[3].text,
            "aaaaaaaa… and bbbbbbbb…, lost after 60000 ms, 3 times");

  v1::PairRetriedEvent& retried = *event.mutable_pair_retried();
  retried.set_peer_id(std::string(40, 'a'));
  retried.set_other_peer_id(std::string(40, 'b'));
  retried.set_namespace_("chat");
  retried.mutable_after()->set_seconds(28);
  EXPECT_EQ(EventRow(event, false)[3].text, "aaaaaaaa… and bbbbbbbb… in chat after 28s");
}

TEST(EventRow, SaysWhoWasRefusedAndWhatWasDropped) {
  const std::string id(40, 'a');
  v1::Event event;
  auto& refused = *event.mutable_peer_refused();
  refused.set_reason(v1::REASON_PEER_ALREADY_CONNECTED);
  refused.set_remote_address("10.0.0.1");
  refused.set_count(1);
  EXPECT_EQ(EventRow(event, false)[3].text, "no id peer_already_connected, from 10.0.0.1");
  refused.set_peer_id(id);
  refused.set_count(10);
  EXPECT_EQ(EventRow(event, false)[3].text,
            "aaaaaaaa… peer_already_connected, from 10.0.0.1, 10 times");

  auto& dropped = *event.mutable_signal_dropped();
  dropped.set_type(v1::SIGNAL_TYPE_OFFER);
  dropped.set_from_peer_id(id);
  dropped.set_reason(v1::REASON_SIGNAL_WITHOUT_TARGET);
  EXPECT_EQ(EventRow(event, false)[3].text, "offer aaaaaaaa… to - signal_without_target");
}

TEST(EventRow, SaysHowOftenALimitWasMetAndFromWhere) {
  v1::Event event;
  auto& hit = *event.mutable_limit_hit();
  hit.set_reason(v1::REASON_SLOW_READER);
  hit.set_count(1);
  EXPECT_EQ(EventRow(event, false)[3].text, "slow_reader, 1 time");
  hit.set_count(19);
  hit.set_total(20);
  hit.set_ended(true);
  hit.mutable_lasted()->set_seconds(3);
  for (const char* address : {"10.0.0.1", "10.0.0.2"}) {
    hit.add_addresses()->set_address(address);
    hit.mutable_addresses()->rbegin()->set_count(10);
  }
  hit.add_namespaces()->set_namespace_("chat");
  hit.mutable_namespaces(0)->set_count(7);
  auto& peer = *hit.add_peers();
  peer.set_peer_id(std::string(40, 'a'));
  peer.set_count(5);
  const std::string start = "slow_reader no longer, 20 times within 3.00s, from 10.0.0.1 10";
  EXPECT_EQ(EventRow(event, false)[3].text, start + ", in chat 7, by aaaaaaaa… 5");
  EXPECT_EQ(EventRow(event, true)[3].text,
            start + ", from 10.0.0.2 10, in chat 7, by " + std::string(40, 'a') + " 5");
}

TEST(EventRow, CountsOneConnectionAsOne) {
  v1::Event event;
  auto& drain = *event.mutable_drain_started();
  drain.mutable_over()->set_seconds(8);
  drain.set_connections(1);
  EXPECT_EQ(EventRow(event, false)[3].text, "1 connection over 8s");
  drain.set_connections(2);
  EXPECT_EQ(EventRow(event, false)[3].text, "2 connections over 8s");
  (*drain.mutable_attributes())["tier"] = "free";
  EXPECT_EQ(EventRow(event, false)[3].text, "2 connections over 8s of tier=free");
  (*event.mutable_drain_finished()->mutable_attributes())["tier"] = "free";
  EXPECT_EQ(EventRow(event, false)[3].text, "nobody is left of tier=free");
}

TEST(EventRow, SaysSomethingAboutEveryKind) {
  const auto* body = v1::Event::descriptor()->oneof_decl(0);
  for (int i = 0; i < body->field_count(); ++i) {
    v1::Event event;
    auto& particulars = *event.GetReflection()->MutableMessage(&event, body->field(i));
    const auto* type = particulars.GetDescriptor();
    for (int f = 0; f < type->field_count(); ++f) {
      if (type->field(f)->type() == google::protobuf::FieldDescriptor::TYPE_STRING) {
        particulars.GetReflection()->SetString(&particulars, type->field(f), "something");
      }
    }
    EXPECT_EQ(EventRow(event, true)[3].text.empty(), type->field_count() == 0)
        << body->field(i)->name();
  }
}

}  // namespace
}  // namespace pigeonhub::cli
