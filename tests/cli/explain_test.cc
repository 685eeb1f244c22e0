// SPDX-License-Identifier: Apache-2.0
//
// explain and errors, beside what their goldens show.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "cli/text/display.h"
#include "pigeonhub/findings.h"
#include "pigeonhub/reason.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

using Explaining = PigeonctlFixture;

constexpr char kLeft[] = "2222222222222222222222222222222222222222";
constexpr char kNobody[] = "3333333333333333333333333333333333333333";

TEST_F(Explaining, FindsWhoIsMeantByTheBeginningOfAnId) {
  EXPECT_EQ(Run({"explain", "0a1b", "2222", "--namespace", "chat"}).code, 1);
  const auto request = server_.last<v1::ExplainPairRequest>();
  EXPECT_EQ(request.peer_id(), kFirstPeer);
  EXPECT_EQ(request.other_peer_id(), kLeft) << "it has left";
  EXPECT_EQ(request.namespace_(), "chat");
  EXPECT_EQ(Run({"explain", "0a1b", "3333"}).code, 1);
  EXPECT_EQ(server_.last<v1::ExplainPairRequest>().other_peer_id(), kNobody) << "at another hub";
  const Outcome unknown = Run({"explain", "0a1b", "999"});
  EXPECT_EQ(unknown.code, 5);
  EXPECT_EQ(unknown.err, "pigeonctl: no peer 999 (PEER_NOT_FOUND); see pigeonctl peers list\n");
}

TEST_F(Explaining, TakesTwoIdsAndNothingElse) {
  EXPECT_EQ(Run({"explain", "0a1b", "alice"}).err,
            "pigeonctl: alice is no id of a peer, which has 40 hexadecimal digits\n");
  EXPECT_EQ(Run({"explain", kLeft, std::string(kLeft) + "0"}).code, 2);
  EXPECT_EQ(Run({"explain", "0a1b", kFirstPeer}).err,
            "pigeonctl: A and B are the same peer; give two\n");
}

TEST_F(Explaining, EndsWithACodeThatSaysWhatWasFound) {
  EXPECT_EQ(Run({"explain", kFirstPeer, kLeft}).code, 1);
  EXPECT_EQ(Run({"explain", kNobody, kLeft}).code, 5);
  for (const auto& [outcome, code] :
       std::vector<std::pair<v1::PairOutcome, int>>{{v1::PAIR_OUTCOME_COMPLETE, 0},
                                                    {v1::PAIR_OUTCOME_CONNECTED, 0},
                                                    {v1::PAIR_OUTCOME_UNDER_WAY, 1}}) {
    v1::ExplainPairResponse response;
    response.set_outcome(outcome);
    server_.Answer<v1::ExplainPairRequest>(response);
    EXPECT_EQ(Run({"explain", kFirstPeer, kLeft}).code, code) << outcome;
  }
}

TEST_F(Explaining, SaysThatAnotherHubKnowsAndNotThatItIsTooEarly) {
  v1::ExplainPairResponse response;
  response.set_outcome(v1::PAIR_OUTCOME_UNDER_WAY);
  response.set_because("PH-E26");
  server_.Answer<v1::ExplainPairRequest>(response);
  EXPECT_NE(Run({"explain", kFirstPeer, kLeft}).out.find("Verdict  not known at this hub"),
            std::string::npos);
}

TEST_F(Explaining, SaysOnceWhatSeveralHubsFound) {
  v1::ExplainPairResponse all;
  const auto add = [&](const char* code, const char* hub, uint64_t event) {
    v1::Finding& finding = *all.add_findings();
    finding.set_code(code);
    finding.set_title("a finding");
    finding.set_hub_id(hub);
    finding.add_event_seqs(event);
  };
  add("PH-E14", kHub, 5);
  add("PH-E24", kHub, 6);
  add("PH-E14", kOtherHub, 15);
  all.set_outcome(v1::PAIR_OUTCOME_CAUSE_FOUND);
  all.set_because("PH-E24");
  server_.Answer<v1::ExplainPairRequest>(all);
  const std::string table = Run({"explain", kFirstPeer, kLeft, "--hub", "*"}).out;
  const std::string both = "PH-E14  ffeeddcc,00112233  ";
  EXPECT_NE(table.find(both), std::string::npos) << table;
  EXPECT_EQ(table.find("PH-E14", table.find(both) + 1), std::string::npos) << "once: " << table;
  EXPECT_NE(table.find("PH-E24  ffeeddcc "), std::string::npos) << table;
  EXPECT_NE(table.find(std::string("At hub   ") + kHub), std::string::npos) << table;
  const std::string wide = Run({"explain", kFirstPeer, kLeft, "--hub", "*", "-o", "wide"}).out;
  EXPECT_NE(wide.find("5; 15"), std::string::npos) << wide;
}

TEST_F(Explaining, FollowsUntilThereIsACause) {
  int asked = 0;
  server_.Answer<v1::ExplainPairRequest, v1::ExplainPairResponse>([&](const auto&) {
    v1::ExplainPairResponse response;
    response.add_findings()->set_code(++asked == 1 ? "PH-E14" : "PH-E24");
    response.set_outcome(asked == 1 ? v1::PAIR_OUTCOME_UNDER_WAY : v1::PAIR_OUTCOME_COMPLETE);
    return response;
  });
  const Outcome outcome = Run({"explain", kFirstPeer, kSecondPeer, "-f", "-o", "name"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "PH-E14\nPH-E24\n");
  const std::vector<FakeCall> calls = server_.calls();
  const auto watch = std::find_if(calls.begin(), calls.end(), [](const FakeCall& call) {
    return call.method == "WatchEvents";
  });
  ASSERT_NE(watch, calls.end());
  v1::WatchEventsRequest request;
  ASSERT_TRUE(request.ParseFromString(watch->request));
  EXPECT_THAT(
      request.filter().kinds(),
      ::testing::UnorderedElementsAre(v1::EVENT_KIND_SIGNAL_RELAYED, v1::EVENT_KIND_SIGNAL_DROPPED,
                                      v1::EVENT_KIND_PAIR_CONNECTED, v1::EVENT_KIND_PAIR_FAILED))
      << "all that changes the answer wakes it";
  EXPECT_EQ(request.filter().peer_id(), kFirstPeer);
  EXPECT_EQ(request.filter().other_peer_id(), kSecondPeer);
  asked = 0;
  EXPECT_NE(Run({"explain", kFirstPeer, kSecondPeer, "-f"}).out.find("\n\nCODE"), std::string::npos)
      << "an empty line is between tables";
}

TEST_F(Explaining, FollowsOnWhenTheHubIsBack) {
  int asked = 0;
  server_.On(v1::ExplainPairRequest(), [&](const std::string&) {
    ++asked;
    if (asked == 2 || asked == 3) return FakeReply{.code = kUnavailable, .message = "gone"};
    v1::ExplainPairResponse response;
    response.add_findings()->set_code(asked == 1 ? "PH-E14" : "PH-E24");
    response.set_outcome(asked == 1 ? v1::PAIR_OUTCOME_UNDER_WAY : v1::PAIR_OUTCOME_COMPLETE);
    return FakeReply{.messages = {response.SerializeAsString()}};
  });
  const Outcome outcome = Run({"explain", kFirstPeer, kSecondPeer, "-f", "-o", "name"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "PH-E14\nPH-E24\n");
  EXPECT_EQ(outcome.err, "pigeonctl: connection lost; going on when the hub is back\n");
  asked = 1;
  EXPECT_EQ(Run({"explain", kFirstPeer, kSecondPeer, "-f"}).code, 3)
      << "the first answer must come";
}

TEST(Errors, HaveATextForEveryReasonAndFinding) {
  for (size_t i = 0; i < kReasonCount; ++i) {
    const std::string name(ReasonName(static_cast<Reason>(i)));
    const Outcome outcome = RunPigeonctl({"errors", name});
    EXPECT_EQ(outcome.code, 0) << name << " has no row in docs/operations.md";
    EXPECT_NE(outcome.out.find("To do"), std::string::npos) << name;
  }
  const std::string all = RunPigeonctl({"errors", "-o", "name"}).out;
  for (const FindingText& text : FindingTexts()) {
    EXPECT_NE(all.find(std::string(text.name) + "\n"), std::string::npos);
  }
  EXPECT_NE(all.find("peer_closed\n"), std::string::npos);
}

TEST(Errors, AreFoundHoweverTheyAreWritten) {
  const std::string out = RunPigeonctl({"errors", "peer_closed"}).out;
  for (const char* name : {"PEER_CLOSED", "peer-closed", "REASON_PEER_CLOSED"}) {
    EXPECT_EQ(RunPigeonctl({"errors", name}).out, out) << name;
  }
  EXPECT_EQ(RunPigeonctl({"errors", "ph-e01"}).code, 0);
  const Outcome unknown = RunPigeonctl({"errors", "nothing"});
  EXPECT_EQ(unknown.code, 5);
  EXPECT_EQ(unknown.err, "pigeonctl: no reason or finding nothing; `pigeonctl errors` lists all\n");
}

TEST(Errors, AreFoundByTheCodeThatAConnectionEndsWith) {
  const std::string closed = RunPigeonctl({"errors", "1008", "-o", "name"}).out;
  EXPECT_NE(closed.find("banned\n"), std::string::npos) << closed;
  EXPECT_NE(closed.find("replaced\n"), std::string::npos) << closed;
  EXPECT_EQ(closed.find("goodbye\n"), std::string::npos) << closed;
  const std::string refused = RunPigeonctl({"errors", "503", "-o", "name"}).out;
  EXPECT_NE(refused.find("not_serving\n"), std::string::npos) << refused;
  EXPECT_EQ(RunPigeonctl({"errors", "HTTP 503", "-o", "name"}).out, refused);
  EXPECT_EQ(RunPigeonctl({"errors", "10"}).code, 5);
}

TEST(Errors, SayWhatARefusalOfTheControlApiIs) {
  EXPECT_EQ(RunPigeonctl({"errors", "PEER_NOT_FOUND"}).out,
            "Name   peer_not_found\nCause  No such peer is connected.\n");
  EXPECT_EQ(RunPigeonctl({"errors", "ban-not-found"}).code, 0);
  EXPECT_EQ(RunPigeonctl({"errors", "unspecified"}).code, 5);
}

TEST(Errors, AreWholeInATerminal) {
  const Outcome outcome = RunPigeonctl({"errors"}, {.variables = {{"NO_COLOR", "1"}}, .width = 80});
  EXPECT_EQ(outcome.out.find("…"), std::string::npos) << outcome.out;
  for (size_t begin = 0; begin < outcome.out.size();) {
    const size_t end = outcome.out.find('\n', begin);
    EXPECT_LE(DisplayWidth(outcome.out.substr(begin, end - begin)), 80u);
    begin = end + 1;
  }
}

// PIGEONHUB_UPDATE_GOLDENS=1 writes the page anew.
TEST(Findings, StandOnTheirPageOfTheDocumentation) {
  std::ostringstream page;
  page << "# Findings: why two peers do not meet\n\n"
          "`pigeonctl explain A B` and `PeerService.ExplainPair` answer with findings: facts that "
          "the hub "
          "knows, each with a code that\nnever changes its meaning. A hub sees who signals to whom "
          "and which kinds of candidates they have, and nothing of what they\nsay. This page is "
          "made of "
          "`server/core/findings.cc`; `pigeonctl errors CODE` shows the same.\n\n"
          "| code | finding | what it means | what to do |\n| --- | --- | --- | --- |\n";
  for (const FindingText& text : FindingTexts()) {
    page << "| `" << text.name << "` | " << text.title << " | " << text.cause << " | "
         << text.action << " |\n";
  }
  constexpr char kPage[] = "docs/findings.md";
  if (std::getenv("PIGEONHUB_UPDATE_GOLDENS") != nullptr) WriteFile(kPage, page.str());
  EXPECT_EQ(page.str(), ReadFile(kPage));
}

}  // namespace
}  // namespace pigeonhub::cli
