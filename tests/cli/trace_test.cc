// SPDX-License-Identifier: Apache-2.0
//
// trace, beside what its goldens show.

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "cli/nouns/trace_drawing.h"
#include "cli/text/display.h"
#include "pigeonhub/v1/trace_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

using Tracing = PigeonctlFixture;

constexpr char kGone[] = "2222222222222222222222222222222222222222";

TEST_F(Tracing, AsksForAPairOrANamespace) {
  EXPECT_EQ(Run({"trace", "0a1b", kGone}).code, 0);
  const auto request = server_.last<v1::WatchHandshakeRequest>();
  EXPECT_EQ(request.peer_id(), kFirstPeer);
  EXPECT_EQ(request.other_peer_id(), kGone);
  EXPECT_EQ(request.namespace_(), "");
  EXPECT_EQ(Run({"trace", "--namespace", "chat"}).code, 0);
  EXPECT_EQ(server_.last<v1::WatchHandshakeRequest>().namespace_(), "chat");
  EXPECT_EQ(Run({"trace", "0A1B", "333"}).code, 0);
  EXPECT_EQ(server_.last<v1::WatchHandshakeRequest>().other_peer_id(), std::string(40, '3'))
      << "it is at another hub";
  const Outcome starred = Run({"trace", "--namespace", "game:*"});
  EXPECT_EQ(server_.last<v1::WatchHandshakeRequest>().namespace_(), "game:*");
  EXPECT_EQ(starred.err.find("pigeonctl: --namespace takes one whole name"), 0u) << starred.err;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"trace"}, {"trace", "0a1b"}, {"trace", "0a1b", kGone, "--namespace", "chat"}}) {
    EXPECT_EQ(Run(words).err, "pigeonctl: give two peers, or --namespace, and not both\n");
  }
}

TEST_F(Tracing, EndsWhenTheHandshakeIsOverOrItsTimeIs) {
  // The stream of a hub has no end.
  v1::WatchHandshakeResponse item;
  item.mutable_bookmark();
  std::vector<std::string> messages = {item.SerializeAsString()};
  server_.On(v1::WatchHandshakeRequest(),
             [&](const std::string&) { return FakeReply{.messages = messages, .stays = true}; });
  const Outcome nothing = Run({"trace", kFirstPeer, kGone, "--for", "300ms"});
  EXPECT_EQ(nothing.code, 5);
  EXPECT_EQ(nothing.err, "pigeonctl: nothing happened\n");
  item.mutable_step()->set_kind(v1::HANDSHAKE_STEP_KIND_CONNECTED);
  item.mutable_step()->set_stage(v1::HANDSHAKE_STAGE_HEARD);
  item.mutable_step()->set_from_peer_id(kFirstPeer);
  messages.push_back(item.SerializeAsString());
  const Outcome over = Run({"trace", kFirstPeer, kGone});
  EXPECT_EQ(over.code, 0);
  EXPECT_NE(over.out.find("connected"), std::string::npos) << over.out;
}

TEST_F(Tracing, ShowsEachHandshakeOfANamespaceByItself) {
  std::vector<std::string> messages;
  const auto add = [&](v1::HandshakeStepKind kind, const char* from, const char* target) {
    v1::WatchHandshakeResponse item;
    item.mutable_step()->set_kind(kind);
    item.mutable_step()->set_stage(v1::HANDSHAKE_STAGE_DELIVERED);
    item.mutable_step()->set_from_peer_id(from);
    item.mutable_step()->set_target_peer_id(target);
    messages.push_back(item.SerializeAsString());
  };
  add(v1::HANDSHAKE_STEP_KIND_OFFER, kGone, kHub);
  add(v1::HANDSHAKE_STEP_KIND_OFFER, kFirstPeer, kSecondPeer);
  add(v1::HANDSHAKE_STEP_KIND_CONNECTED, kSecondPeer, kFirstPeer);
  server_.On(v1::WatchHandshakeRequest(),
             [&](const std::string&) { return FakeReply{.messages = messages, .stays = true}; });
  const std::string out = Run({"trace", "--namespace", "chat"}).out;
  const size_t second = out.find("\n\n");
  ASSERT_NE(second, std::string::npos) << out;
  EXPECT_NE(out.substr(0, second).find("connected"), std::string::npos) << out;
  EXPECT_EQ(out.substr(0, second).find("222222"), std::string::npos) << out;
  EXPECT_NE(out.substr(second).find("222222"), std::string::npos) << "it is not over";
}

TEST_F(Tracing, SaysThatStepsAreMissing) {
  v1::WatchHandshakeResponse step;
  step.mutable_step()->set_kind(v1::HANDSHAKE_STEP_KIND_OFFER);
  v1::WatchHandshakeResponse gap;
  gap.mutable_gap()->set_missing(3);
  v1::WatchHandshakeResponse hub;
  hub.mutable_hub()->set_hub_id(kHub);
  hub.mutable_hub()->set_state(v1::HANDSHAKE_HUB_STATE_TELLS);
  hub.mutable_hub()->set_omitted_count(7);
  server_.On(v1::WatchHandshakeRequest(), [&](const std::string&) {
    return FakeReply{
        .messages = {step.SerializeAsString(), gap.SerializeAsString(), hub.SerializeAsString()}};
  });
  const Outcome shown = Run({"trace", kFirstPeer, kGone, "-o", "json"});
  EXPECT_EQ(shown.code, 8);
  EXPECT_NE(shown.out.find("\"missingCount\": \"3\""), std::string::npos) << shown.out;
  EXPECT_EQ(shown.err, "pigeonctl: hub ffeeddcc tells; left out 7 steps\n");
  const Outcome followed = Run({"trace", kFirstPeer, kGone, "-f"});
  EXPECT_EQ(followed.code, 8);
  EXPECT_NE(followed.err.find("a gap: 3 steps missing"), std::string::npos) << followed.err;
}

TEST_F(Tracing, DrawsInEightyColumns) {
  std::istringstream lines(Run({"trace", "0a1b", kSecondPeer, "--draw"}).out);
  size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, DisplayWidth(line));
  EXPECT_LE(widest, 80u);
  EXPECT_GT(widest, 70u);
}

TEST(DrawTrace, SaysNothingOfNothing) { EXPECT_TRUE(DrawTrace({}).empty()); }

TEST(DrawTrace, DrawsWhatAHubToldThatTheOtherOneDidNot) {
  pigeonctl::v1::Trace trace;
  v1::HandshakeStep& came = *trace.add_steps();
  came.set_kind(v1::HANDSHAKE_STEP_KIND_OFFER);
  came.set_stage(v1::HANDSHAKE_STAGE_DELIVERED);
  came.set_hub_id(kHub);
  came.set_other_hub_id(kOtherHub);
  came.set_from_peer_id(kFirstPeer);
  came.set_target_peer_id(kSecondPeer);
  came.mutable_time()->set_seconds(1'000'000);
  came.mutable_line()->set_nanos(50'000'000);
  const std::vector<std::string> lines = DrawTrace(trace);
  ASSERT_GE(lines.size(), 3u);
  EXPECT_NE(lines[2].find("------> "), std::string::npos) << lines[2];
  EXPECT_TRUE(lines[2].ends_with("50.0")) << lines[2];
}

TEST(DrawTrace, SaysHowWrongATimeOfTwoClocksIsAndNeverThatItIsNegative) {
  pigeonctl::v1::Trace trace;
  const auto add = [&](v1::HandshakeStage stage, const char* hub, const char* other, int at,
                       int error) {
    v1::HandshakeStep& step = *trace.add_steps();
    step.set_kind(v1::HANDSHAKE_STEP_KIND_OFFER);
    step.set_stage(stage);
    step.set_hub_id(hub);
    step.set_other_hub_id(other);
    step.set_from_peer_id(kFirstPeer);
    step.set_target_peer_id(kSecondPeer);
    step.mutable_time()->set_seconds(1'000'000);
    step.mutable_time()->set_nanos(at * 1'000'000);
    step.mutable_time_error()->set_nanos(error * 1'000'000);
  };
  const auto took = [&] {
    const std::string line = DrawTrace(trace).at(2);
    return line.substr(line.find_last_of(' ', line.find_last_of(' ') - 1) + 1);
  };
  add(v1::HANDSHAKE_STAGE_PASSED_ON, kHub, kOtherHub, 100, 1);
  add(v1::HANDSHAKE_STAGE_DELIVERED, kOtherHub, kHub, 150, 2);
  EXPECT_EQ(took(), "50.0 ±3.0") << "both clocks are others";
  trace.mutable_steps(1)->mutable_time()->set_nanos(98'000'000);
  EXPECT_EQ(took(), "0.0 ±3.0");
  trace.mutable_steps(1)->mutable_time()->set_nanos(90'000'000);
  EXPECT_EQ(took(), "0.0 ±10.0") << "they are more wrong than they say";
}

}  // namespace
}  // namespace pigeonhub::cli
