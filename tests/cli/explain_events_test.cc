// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/explain_events.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

const std::string kA(40, 'a');
const std::string kB(40, 'b');
const std::string kOther(40, 'c');
const std::string kThisHub(40, 'f');
const std::string kFarHub(40, 'e');

// What hubs write down, an event each 100 ms.
class Story {
 public:
  // From now on in the events of this hub, which is in the file with this number.
  Story& At(std::string hub, size_t file) {
    hub_ = std::move(hub);
    file_ = file;
    return *this;
  }
  Story& Wait(int seconds) {
    now_ += seconds * 1000;
    return *this;
  }
  // A run of the hub begins.
  Story& Started() {
    epochs_[hub_] = absl::StrCat("run", ++runs_);
    seqs_[hub_] = 0;
    Add().mutable_started();
    return *this;
  }
  Story& Connected(const std::string& peer) {
    Add().mutable_peer_connected()->set_peer_id(peer);
    return *this;
  }
  Story& Announced(const std::string& peer, const std::string& network = "chat") {
    auto& body = *Add().mutable_peer_announced();
    body.set_peer_id(peer);
    body.set_namespace_(network);
    return *this;
  }
  Story& Left(const std::string& peer) {
    auto& body = *Add().mutable_peer_disconnected();
    body.set_peer_id(peer);
    body.set_reason(v1::REASON_TRANSPORT_LOST);
    body.set_close_code(1006);
    body.set_namespace_("chat");
    return *this;
  }
  Story& Refused(const std::string& peer, v1::Reason reason) {
    auto& body = *Add().mutable_peer_refused();
    body.set_peer_id(peer);
    body.set_reason(reason);
    return *this;
  }
  Story& Limit(const std::string& peer, v1::Reason reason) {
    auto& body = *Add().mutable_limit_hit();
    body.set_reason(reason);
    body.add_peers()->set_peer_id(peer);
    return *this;
  }
  Story& Reported(const std::string& peer, const std::string& other) {
    auto& body = *Add().mutable_pair_connected();
    body.set_peer_id(peer);
    body.set_other_peer_id(other);
    body.set_namespace_("chat");
    return *this;
  }
  Story& Failed(const std::string& peer, const std::string& other, bool lost = false) {
    auto& body = *Add().mutable_pair_failed();
    body.set_peer_id(peer);
    body.set_other_peer_id(other);
    body.set_namespace_("chat");
    body.mutable_after()->set_seconds(15);
    body.set_lost(lost);
    return *this;
  }
  Story& Relayed(v1::SignalType type, const std::string& from, const std::string& to,
                 bool to_link = false) {
    auto& body = *Add().mutable_signal_relayed();
    body.set_type(type);
    body.set_from_peer_id(from);
    body.set_target_peer_id(to);
    body.set_namespace_("chat");
    body.set_to_link(to_link);
    return *this;
  }
  Story& Dropped(v1::SignalType type, const std::string& from, const std::string& to) {
    auto& body = *Add().mutable_signal_dropped();
    body.set_type(type);
    body.set_from_peer_id(from);
    body.set_target_peer_id(to);
    body.set_namespace_("chat");
    body.set_reason(v1::REASON_RECEIVER_BACKLOGGED);
    return *this;
  }
  Story& LinkUp(const std::string& hub) {
    Add().mutable_link_up()->set_peer_id(hub);
    return *this;
  }
  Story& LinkDown(const std::string& hub) {
    auto& body = *Add().mutable_link_down();
    body.set_peer_id(hub);
    body.set_reason(v1::REASON_TRANSPORT_LOST);
    body.set_close_code(1006);
    return *this;
  }
  Story& Gap() {
    items_.emplace_back(file_, v1::WatchEventsResponse()).second.mutable_gap()->set_missing(3);
    return *this;
  }
  // Both are here, in one namespace.
  Story& Met() { return Started().Connected(kA).Announced(kA).Connected(kB).Announced(kB); }

  void TellTo(ExplainEvents& events) const {
    for (const auto& [file, item] : items_) events.Take(item, file);
  }
  // As a hub writes them into its file.
  std::string Lines() const {
    std::string lines;
    for (const auto& [file, item] : items_) {
      std::string line;
      EXPECT_TRUE(google::protobuf::util::MessageToJsonString(item.event(), &line).ok());
      lines += line + '\n';
    }
    return lines;
  }

 private:
  v1::Event& Add() {
    now_ += 100;
    v1::Event& event =
        *items_.emplace_back(file_, v1::WatchEventsResponse()).second.mutable_event();
    event.set_epoch(epochs_[hub_]);
    event.set_seq(++seqs_[hub_]);
    event.set_hub_id(hub_);
    *event.mutable_time() = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(now_);
    return event;
  }

  std::vector<std::pair<size_t, v1::WatchEventsResponse>> items_;
  std::map<std::string, std::string> epochs_;
  std::map<std::string, uint64_t> seqs_;
  std::string hub_ = kThisHub;
  size_t file_ = 0;
  int runs_ = 0;
  int64_t now_ = 1772359200000;  // 2026-03-01T10:00:00Z
};

v1::ExplainPairResponse Explained(const Story& story, const std::string& network = "") {
  ExplainEvents events(kA, kB, network);
  story.TellTo(events);
  const auto response = events.Result();
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? *response : v1::ExplainPairResponse();
}

std::string CodesOf(const v1::ExplainPairResponse& response) {
  std::string codes;
  for (const v1::Finding& finding : response.findings()) {
    absl::StrAppend(&codes, codes.empty() ? "" : " ", finding.code());
  }
  return codes;
}

constexpr auto kOffer = v1::SIGNAL_TYPE_OFFER;
constexpr auto kAnswer = v1::SIGNAL_TYPE_ANSWER;
constexpr auto kCandidate = v1::SIGNAL_TYPE_ICE_CANDIDATE;

TEST(ExplainEvents, FindWhatAHubWouldHaveFound) {
  struct Case {
    const char* what;
    std::function<void(Story&)> tell;
    std::string codes;
    v1::PairOutcome outcome;
    std::string because;
  };
  constexpr auto kCause = v1::PAIR_OUTCOME_CAUSE_FOUND;
  const std::vector<Case> cases = {
      {"nobody came", [](Story& story) { story.Started(); }, "PH-E01 PH-E01",
       v1::PAIR_OUTCOME_NEVER_SEEN, "PH-E01"},
      {"one came", [](Story& story) { story.Started().Connected(kA).Announced(kA); }, "PH-E01",
       kCause, "PH-E01"},
      {"one left", [](Story& story) { story.Met().Left(kB); }, "PH-E02", kCause, "PH-E02"},
      {"one left and came back",
       [](Story& story) { story.Met().Left(kB).Connected(kB).Announced(kB); }, "PH-E27",
       v1::PAIR_OUTCOME_UNDER_WAY, "PH-E27"},
      {"the hub was killed", [](Story& story) { story.Met().Started(); }, "PH-E02 PH-E02", kCause,
       "PH-E02"},
      {"the hub was killed, and has another id since",
       [](Story& story) { story.Met().At(kFarHub, 0).Started(); }, "PH-E02 PH-E02", kCause,
       "PH-E02"},
      {"another hub is started", [](Story& story) { story.Met().At(kFarHub, 1).Started(); },
       "PH-E27", v1::PAIR_OUTCOME_UNDER_WAY, "PH-E27"},
      {"one did not announce",
       [](Story& story) {
         story.Started().Connected(kA).Announced(kA).Connected(kB).Wait(5).Connected(kOther);
       },
       "PH-E03", kCause, "PH-E03"},
      {"one did not announce yet",
       [](Story& story) { story.Started().Connected(kA).Announced(kA).Connected(kB); }, "PH-E03",
       v1::PAIR_OUTCOME_UNDER_WAY, "PH-E03"},
      {"other namespaces", [](Story& story) { story.Met().Announced(kB, "game"); }, "PH-E04",
       kCause, "PH-E04"},
      {"nearly the same namespace", [](Story& story) { story.Met().Announced(kB, "Chat "); },
       "PH-E05", kCause, "PH-E05"},
      {"the token grants another namespace",
       [](Story& story) {
         story.Started().Connected(kA).Announced(kA).Connected(kB).Refused(
             kB, v1::REASON_NAMESPACE_NOT_GRANTED);
       },
       "PH-E06", kCause, "PH-E06"},
      {"the namespace is full",
       [](Story& story) {
         story.Started().Connected(kA).Announced(kA).Connected(kB).Limit(kB,
                                                                         v1::REASON_NAMESPACE_FULL);
       },
       "PH-E07", kCause, "PH-E07"},
      {"a link is down, and one is not here",
       [](Story& story) {
         story.Started().LinkUp(kFarHub).Connected(kA).Announced(kA).LinkDown(kFarHub);
       },
       "PH-E01 PH-E08", kCause, "PH-E01"},
      {"the link between their hubs is down",
       [](Story& story) {
         story.Started().Connected(kA).Announced(kA).LinkUp(kFarHub);
         story.At(kFarHub, 1).Started().Connected(kB).Announced(kB);
         story.At(kThisHub, 0).LinkDown(kFarHub);
       },
       "PH-E08", kCause, "PH-E08"},
      {"the link between their hubs is up",
       [](Story& story) {
         story.Started().Connected(kA).Announced(kA).LinkDown(kFarHub).LinkUp(kFarHub);
         story.At(kFarHub, 1).Started().Connected(kB).Announced(kB);
       },
       "PH-E27", v1::PAIR_OUTCOME_UNDER_WAY, "PH-E27"},
      {"signals of one were dropped",
       [](Story& story) { story.Met().Limit(kA, v1::REASON_RECEIVER_BACKLOGGED); }, "PH-E11 PH-E27",
       kCause, "PH-E11"},
      {"connected", [](Story& story) { story.Met().Reported(kB, kA); }, "PH-E25",
       v1::PAIR_OUTCOME_CONNECTED, "PH-E25"},
      {"connected, as the report alone tells", [](Story& story) { story.Reported(kB, kA); },
       "PH-E25", v1::PAIR_OUTCOME_CONNECTED, "PH-E25"},
      {"failed", [](Story& story) { story.Met().Failed(kB, kA); }, "PH-E28", kCause, "PH-E28"},
      {"failed though all signals went through",
       [](Story& story) {
         story.Met().Relayed(kOffer, kB, kA).Relayed(kAnswer, kA, kB);
         story.Relayed(kCandidate, kA, kB).Relayed(kCandidate, kB, kA).Failed(kB, kA);
       },
       "PH-E28", kCause, "PH-E28"},
      {"failed, and offered again",
       [](Story& story) { story.Met().Failed(kB, kA).Wait(1).Relayed(kOffer, kB, kA); }, "PH-E14",
       v1::PAIR_OUTCOME_UNDER_WAY, "PH-E14"},
      {"connected, and lost",
       [](Story& story) { story.Met().Reported(kB, kA).Failed(kA, kB, true); }, "PH-E29", kCause,
       "PH-E29"},
      {"connected to another one", [](Story& story) { story.Met().Reported(kB, kOther); }, "PH-E27",
       v1::PAIR_OUTCOME_UNDER_WAY, "PH-E27"},
      {"connected, and one left", [](Story& story) { story.Met().Reported(kB, kA).Left(kB); },
       "PH-E02 PH-E25", kCause, "PH-E02"},
      {"the offer was dropped", [](Story& story) { story.Met().Dropped(kOffer, kB, kA); }, "PH-E11",
       kCause, "PH-E11"},
      {"the next hub dropped the offer",
       [](Story& story) {
         story.Started().Connected(kA).Announced(kA);
         story.At(kFarHub, 1).Started().Connected(kB).Announced(kB).Dropped(kOffer, kA, kB);
         story.At(kThisHub, 0).Relayed(kOffer, kA, kB, true);
       },
       "PH-E11", kCause, "PH-E11"},
      {"the offer went through at last",
       [](Story& story) { story.Met().Dropped(kOffer, kB, kA).Relayed(kOffer, kB, kA); }, "PH-E14",
       v1::PAIR_OUTCOME_UNDER_WAY, "PH-E14"},
      {"no answer",
       [](Story& story) { story.Met().Relayed(kOffer, kB, kA).Wait(5).Connected(kOther); },
       "PH-E14", kCause, "PH-E14"},
      {"both offered",
       [](Story& story) {
         story.Met().Relayed(kOffer, kB, kA).Relayed(kOffer, kA, kB).Wait(5).Connected(kOther);
       },
       "PH-E17 PH-E14", kCause, "PH-E17"},
      {"the answer was dropped",
       [](Story& story) { story.Met().Relayed(kOffer, kB, kA).Dropped(kAnswer, kA, kB); }, "PH-E12",
       kCause, "PH-E12"},
      {"the last offer was not answered",
       [](Story& story) {
         story.Met().Relayed(kOffer, kB, kA).Relayed(kAnswer, kA, kB).Relayed(kOffer, kB, kA);
         story.Wait(5).Connected(kOther);
       },
       "PH-E16", kCause, "PH-E16"},
      {"the answer was late",
       [](Story& story) {
         story.Met().Relayed(kOffer, kB, kA).Wait(10).Relayed(kAnswer, kA, kB);
         story.Relayed(kCandidate, kA, kB).Relayed(kCandidate, kB, kA);
       },
       "PH-E15 PH-E24", kCause, "PH-E15"},
      {"one side told of no candidates",
       [](Story& story) {
         story.Met().Relayed(kOffer, kB, kA).Relayed(kAnswer, kA, kB).Relayed(kCandidate, kA, kB);
         story.Wait(5).Connected(kOther);
       },
       "PH-E18", kCause, "PH-E18"},
      {"candidates were dropped",
       [](Story& story) {
         story.Met().Relayed(kOffer, kB, kA).Relayed(kAnswer, kA, kB).Relayed(kCandidate, kA, kB);
         story.Dropped(kCandidate, kB, kA);
       },
       "PH-E13", kCause, "PH-E13"},
      {"all signals went through",
       [](Story& story) {
         story.Met().Relayed(kOffer, kB, kA).Relayed(kAnswer, kA, kB).Relayed(kCandidate, kA, kB);
         story.Relayed(kCandidate, kB, kA);
       },
       "PH-E24", v1::PAIR_OUTCOME_COMPLETE, "PH-E24"},
      {"they began anew",
       [](Story& story) {
         story.Met().Relayed(kOffer, kB, kA).Relayed(kAnswer, kA, kB).Wait(10);
         story.Relayed(kOffer, kB, kA);
       },
       "PH-E14", v1::PAIR_OUTCOME_UNDER_WAY, "PH-E14"},
      {"what they signaled before one came back is over",
       [](Story& story) {
         story.Met().Relayed(kOffer, kB, kA).Left(kB).Connected(kB).Announced(kB);
       },
       "PH-E27", v1::PAIR_OUTCOME_UNDER_WAY, "PH-E27"},
  };
  for (const Case& each : cases) {
    Story story;
    each.tell(story);
    const v1::ExplainPairResponse response = Explained(story);
    EXPECT_EQ(CodesOf(response), each.codes) << each.what;
    EXPECT_EQ(response.outcome(), each.outcome) << each.what;
    EXPECT_EQ(response.because(), each.because) << each.what;
  }
}

TEST(ExplainEvents, SayTheSameAsAHub) {
  Story story;
  story.Met().Left(kB);
  const v1::Finding finding = Explained(story).findings(0);
  EXPECT_EQ(finding.detail(), "transport_lost, close code 1006, from the namespace chat");
  EXPECT_EQ(finding.reason(), v1::REASON_TRANSPORT_LOST);
  EXPECT_EQ(finding.title(), TextOf(FindingCode::kLeft).title);
  EXPECT_TRUE(finding.action().starts_with("`pigeonctl errors transport_lost` says"));
  ASSERT_EQ(finding.moments_size(), 1);
  EXPECT_EQ(finding.moments(0).what(), "left");
  ASSERT_EQ(finding.event_seqs_size(), 1);
  EXPECT_EQ(finding.event_seqs(0), 6u);
  EXPECT_EQ(finding.hub_id(), "") << "there is one hub only";
}

TEST(ExplainEvents, SayWhichHubCountsTheEvents) {
  Story story;
  story.Met().Left(kB).At(kFarHub, 1).Started();
  EXPECT_EQ(Explained(story).findings(0).hub_id(), kThisHub);
}

TEST(ExplainEvents, TakeTheNamespaceThatIsMeant) {
  Story story;
  story.Met();
  const v1::ExplainPairResponse response = Explained(story, "game");
  EXPECT_EQ(CodesOf(response), "PH-E04 PH-E04");
  EXPECT_EQ(response.findings(0).detail(), "in chat, not in game");
}

TEST(ExplainEvents, SayWhoWasTurnedAway) {
  Story story;
  story.Met().Left(kB).Refused(kB, v1::REASON_TOKEN_EXPIRED);
  EXPECT_EQ(Explained(story).findings(0).detail(),
            "transport_lost, close code 1006, from the namespace chat; turned away since: "
            "token_expired");
  Story other;
  other.Started().Refused(kA, v1::REASON_TOKEN_EXPIRED);
  const v1::ExplainPairResponse response = Explained(other);
  EXPECT_EQ(response.findings(0).detail(), "turned away: token_expired");
  EXPECT_EQ(response.findings(1).detail(), "");
}

TEST(ExplainEvents, AreLessSureWhereEventsMayBeMissing) {
  const auto certainty = [](const std::function<void(Story&)>& tell) {
    Story story;
    tell(story);
    return Explained(story).certainty();
  };
  const auto one_came = [](Story& story) -> Story& {
    return story.Started().Connected(kA).Announced(kA);
  };
  EXPECT_EQ(certainty([&](Story& story) { one_came(story); }), v1::CERTAINTY_CERTAIN);
  EXPECT_EQ(certainty([&](Story& story) { one_came(story).Gap(); }), v1::CERTAINTY_LIKELY);
  EXPECT_EQ(certainty([&](Story& story) { one_came(story).LinkUp(kFarHub); }), v1::CERTAINTY_LIKELY)
      << "the other one may be at that hub";
  EXPECT_EQ(
      certainty([&](Story& story) { one_came(story).LinkUp(kFarHub).At(kFarHub, 1).Started(); }),
      v1::CERTAINTY_CERTAIN)
      << "whose events are here";
  EXPECT_EQ(
      certainty([](Story& story) { story.Met().Relayed(kOffer, kB, kA).Wait(6).Left(kOther); }),
      v1::CERTAINTY_POSSIBLE)
      << "nobody may have watched any more";
  EXPECT_EQ(certainty([](Story& story) {
              story.Met().Relayed(kOffer, kB, kA).Wait(6).Relayed(kOffer, kOther, kA);
            }),
            v1::CERTAINTY_LIKELY);
}

TEST(ExplainEvents, KnowAPeerByTheBeginningOfItsId) {
  const auto explain = [](const std::string& peer, const std::string& other) {
    Story story;
    story.Met().Connected("ab" + std::string(38, '0'));
    ExplainEvents events(peer, other, "");
    story.TellTo(events);
    return events.Result();
  };
  EXPECT_TRUE(explain("aa", "b").ok());
  const auto several = explain("a", "b");
  EXPECT_TRUE(absl::IsInvalidArgument(several.status()));
  EXPECT_EQ(several.status().message(), "several ids begin with a: " + kA + ", ab" +
                                            std::string(38, '0') + "; give more of it");
  EXPECT_TRUE(absl::IsNotFound(explain("aa", "9").status()));
  EXPECT_EQ(explain("aa", "aaa").status().message(), "A and B are the same peer; give two");
}

TEST(ExplainEvents, KeepABoundedNumberOfHubsAndLinks) {
  ExplainEvents events(kA, kB, "");
  Story story;
  for (size_t i = 0; i < ExplainEvents::kMostHubs + 2; ++i) {
    story.At(absl::StrCat("hub", i), i).Started();
  }
  story.At("hub0", 0);
  for (size_t i = 0; i < ExplainEvents::kMostLinks + 3; ++i) story.LinkUp(absl::StrCat("far", i));
  story.TellTo(events);
  EXPECT_EQ(events.left_out(), 5u);
}

TEST(ExplainEvents, KeepNothingOfAHubThatIsStartedAgainAndAgain) {
  ExplainEvents events(kA, kB, "");
  Story story;
  for (size_t i = 0; i < ExplainEvents::kMostHubs + 2; ++i) {
    story.At(absl::StrCat("hub", i), 0).Started().LinkUp(kFarHub);
  }
  story.TellTo(events);
  EXPECT_EQ(events.left_out(), 0u);
}

class ExplainFiles : public testing::Test {
 protected:
  std::string Write(const std::string& text) {
    WriteFile(folder_.path() + "/e", text);
    return folder_.path() + "/e";
  }
  static Outcome Run(std::vector<std::string> words, const std::string& in = "") {
    words.insert(words.begin(), {"explain", "aaa", "bbb"});
    return RunPigeonctl(words, {.in = in});
  }

  TemporaryDirectory folder_;
};

TEST_F(ExplainFiles, AnswerWithoutAHubAndWithItsExitCodes) {
  Story story;
  story.Met();
  EXPECT_EQ(Run({"--file", Write(story.Lines())}).code, 1);
  story.Reported(kA, kB);
  const Outcome connected = Run({"--file", Write(story.Lines()), "-o", "name"});
  EXPECT_EQ(connected.code, 0) << connected.err;
  EXPECT_EQ(connected.out, "PH-E25\n");
  EXPECT_EQ(RunPigeonctl({"explain", std::string(40, '1'), std::string(40, '2'), "--file",
                          Write(story.Lines())})
                .code,
            5);
  EXPECT_EQ(Run({"--file", "-", "-o", "name"}, story.Lines()).out, "PH-E25\n");
}

TEST_F(ExplainFiles, SayThatSignalsWereNotWrittenDown) {
  Story story;
  story.Met();
  const std::string out = Run({"--file", Write(story.Lines())}).out;
  EXPECT_NE(out.find("Verdict  not known from these events, possible: PH-E27"), std::string::npos)
      << out;
}

TEST_F(ExplainFiles, AnswerAsItWasAtAMoment) {
  Story story;
  story.Met().Wait(60).Left(kB);
  const std::string file = Write(story.Lines());
  EXPECT_EQ(Run({"--file", file, "-o", "name"}).out, "PH-E02\n");
  EXPECT_EQ(Run({"--file", file, "-o", "name", "--until", "10:01"}).out, "PH-E27\n");
}

TEST_F(ExplainFiles, SayWhatCouldNotBeReadAndWhatIsMissing) {
  Story story;
  story.Met();
  const std::string file =
      Write(story.Lines() + "{\"epo\n" +
            R"({"gap":{"missing":"5","resume":{"epoch":"run1","seq":"11"}}})" + "\n");
  EXPECT_EQ(Run({"--file", file}).err,
            "pigeonctl: " + file +
                ": 1 line is no event, and was left out\n"
                "pigeonctl: 1 gap in the events: what it hides is not known\n");
}

TEST_F(ExplainFiles, RefuseWhatDoesNotGoTogether) {
  EXPECT_EQ(Run({"--file", "e", "-f"}).err,
            "pigeonctl: -f follows a hub, and --file asks none; leave one out\n");
  EXPECT_EQ(Run({"--until", "10:01"}).err,
            "pigeonctl: --since and --until are about events of --file; a hub tells what is so "
            "now\n");
  EXPECT_EQ(RunPigeonctl({"explain", "aaa", "alice", "--file", "e"}).err,
            "pigeonctl: alice is no id of a peer, which has 40 hexadecimal digits\n");
  const Outcome none = Run({"--file", "-"}, "");
  EXPECT_EQ(none.code, 5);
  EXPECT_EQ(none.err,
            "pigeonctl: no event is about a peer whose id begins with aaa; give the whole id, or "
            "more files\n");
}

}  // namespace
}  // namespace pigeonhub::cli
