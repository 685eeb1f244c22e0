// SPDX-License-Identifier: Apache-2.0
//
// What pigeonctl says when something goes wrong, and the exit code that goes with it.

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "pigeonhub/v1/hub_service.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

// Status codes of gRPC.
constexpr int kInvalidArgument = 3;
constexpr int kAlreadyExists = 6;
constexpr int kResourceExhausted = 8;
constexpr int kFailedPrecondition = 9;
constexpr int kAborted = 10;
constexpr int kInternal = 13;
constexpr int kUnauthenticated = 16;

using PigeonctlErrors = PigeonctlFixture;

TEST_F(PigeonctlErrors, MapsStatusCodesToExitCodes) {
  for (const auto& [status, exit] : std::vector<std::pair<int, int>>{{kInvalidArgument, 2},
                                                                     {kUnavailable, 3},
                                                                     {kPermissionDenied, 4},
                                                                     {kUnauthenticated, 4},
                                                                     {kNotFound, 5},
                                                                     {kAlreadyExists, 6},
                                                                     {kFailedPrecondition, 6},
                                                                     {kAborted, 6},
                                                                     {kResourceExhausted, 1},
                                                                     {kInternal, 1}}) {
    server_.On(v1::GetStatsRequest(), [status = status](const std::string&) {
      return FakeReply{.code = status, .message = "no"};
    });
    const Outcome outcome = Run({"stats"});
    EXPECT_EQ(outcome.code, exit) << "status " << status;
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
}

TEST_F(PigeonctlErrors, SaysWhyAndWhatToDoNext) {
  EXPECT_EQ(Run({"peers", "get", kHub + std::string("0")}).err,
            "pigeonctl: no peer ffeeddccbbaa99887766554433221100ffeeddcc0 (PEER_NOT_FOUND); see "
            "pigeonctl peers list\n");

  google::rpc::PreconditionFailure failure;
  failure.add_violations()->set_description("set restart_signaling");
  server_.On(v1::SetHubMeshNamespaceRequest(), [&](const std::string&) {
    return Refusal(kFailedPrecondition, "signaling runs; set restart_signaling",
                   "SIGNALING_RUNNING", {&failure});
  });
  EXPECT_EQ(Run({"mesh", "namespace", "set", "x"}).err,
            "pigeonctl: signaling runs (SIGNALING_RUNNING); add --restart-signaling, or stop it "
            "first: pigeonctl server stop\n");

  google::rpc::BadRequest bad;
  auto& violation = *bad.add_field_violations();
  violation.set_field("peer_id");
  violation.set_description("is not 40 hexadecimal digits");
  server_.On(v1::GetHubRequest(), [&](const std::string&) {
    return Refusal(kInvalidArgument, "a field is wrong", "INVALID_REQUEST", {&bad});
  });
  EXPECT_EQ(Run({"hubs", "get", "x"}).err,
            "pigeonctl: a field is wrong: ID is not 40 hexadecimal digits (INVALID_REQUEST)\n");

  violation.set_field("policy.max_peers");
  violation.set_description("0 is out of range");
  EXPECT_EQ(Run({"hubs", "get", "x"}).err,
            "pigeonctl: a field is wrong: --max-peers 0 is out of range (INVALID_REQUEST)\n");

  violation.set_field("peer_id_prefix");
  violation.set_description("is not the beginning of an id");
  server_.On(v1::ListPeersRequest(), [&](const std::string&) {
    return Refusal(kInvalidArgument, "peer_id_prefix is not the beginning of an id",
                   "INVALID_REQUEST", {&bad});
  });
  EXPECT_EQ(Run({"peers", "list", "--id-prefix", "xyz"}).err,
            "pigeonctl: --id-prefix is not the beginning of an id (INVALID_REQUEST)\n")
      << "a user knows flags, not fields";

  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(5);
  server_.On(v1::GetStatsRequest(), [&](const std::string&) {
    return Refusal(kResourceExhausted, "busy", "NEW_REASON", {&retry});
  });
  EXPECT_EQ(Run({"stats"}).err, "pigeonctl: busy (NEW_REASON); try again in 5s\n");

  server_.On(v1::GetStatsRequest(), [&](const std::string&) {
    return Refusal(kFailedPrecondition, "not so", "NEW_REASON", {&failure});
  });
  EXPECT_EQ(Run({"stats"}).err, "pigeonctl: not so (NEW_REASON); set restart_signaling\n")
      << "the hub's own advice where there is none of ours";
}

TEST_F(PigeonctlErrors, SaysOnOneLineWhateverItQuotes) {
  EXPECT_EQ(
      Run({"peers\n\u202E"}).err.find("pigeonctl: there is no command \"peers\\u000a\\u202e\""),
      0u);
  const Outcome outcome = Run({"--show-rpc", "namespaces", "get", "a\u2066b"});
  EXPECT_NE(outcome.err.find("a\\u2066b"), std::string::npos) << outcome.err;
}

TEST_F(PigeonctlErrors, ShowsMessagesOfAHubEscaped) {
  server_.On(v1::GetStatsRequest(), [](const std::string&) {
    return FakeReply{.code = kInternal, .message = "bad\x1b[2J\nline", .details = "garbage"};
  });
  EXPECT_EQ(Run({"stats"}).err, "pigeonctl: bad\\u001b[2J\\u000aline (INTERNAL)\n");
}

TEST_F(PigeonctlErrors, GivesNoAdviceWhereNothingIsLeftToDo) {
  const auto unless = [](const std::string& what_to_do) {
    google::rpc::PreconditionFailure failure;
    failure.add_violations()->set_description(what_to_do);
    return failure;
  };
  server_.On(v1::StartSignalingRequest(), [&](const std::string&) {
    const auto failure = unless("there is nothing to start");
    return Refusal(kFailedPrecondition, "signaling runs; there is nothing to start",
                   "SIGNALING_RUNNING", {&failure});
  });
  EXPECT_EQ(Run({"server", "start"}).err,
            "pigeonctl: signaling runs; there is nothing to start (SIGNALING_RUNNING)\n");
  server_.On(v1::StopSignalingRequest(), [&](const std::string&) {
    const auto failure = unless("there is nothing to stop");
    return Refusal(kFailedPrecondition, "signaling is stopped; there is nothing to stop",
                   "SIGNALING_STOPPED", {&failure});
  });
  EXPECT_EQ(Run({"server", "stop"}).err,
            "pigeonctl: signaling is stopped; there is nothing to stop (SIGNALING_STOPPED)\n");
}

TEST_F(PigeonctlErrors, ExplainsAnOlderHub) {
  FakeServer old;
  const Outcome outcome =
      RunPigeonctl({"stats"}, {.variables = {{"PIGEONCTL_SERVER", old.address()}}});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err,
            "pigeonctl: this hub does not know pigeonhub.v1.ServerService/GetStats; pigeonctl "
            "version shows whether it is older than pigeonctl\n");
}

TEST_F(PigeonctlErrors, GivesUpAfterTheTimeout) {
  server_.On(v1::GetStatsRequest(), [](const std::string&) { return FakeReply{.stays = true}; });
  server_.On(v1::DrainRequest(), [](const std::string&) { return FakeReply{.stays = true}; });
  for (const Typed& words : std::vector<Typed>{{"stats"}, {"server", "drain"}}) {
    Typed timed = words;
    timed.insert(timed.end(), {"--timeout", "50ms"});
    const Outcome outcome = Run(timed);
    EXPECT_EQ(outcome.code, 9);
    EXPECT_EQ(outcome.err, "pigeonctl: no answer from " + server_.address() +
                               " in time; --timeout allows more of it\n");
  }
}

TEST_F(PigeonctlErrors, DoesNotCallAHubUnhealthyThatItDoesNotKnow) {
  const Outcome outcome = RunPigeonctl({"--context", "nosuch", "health", "ready"});
  EXPECT_EQ(outcome.code, 5);
  EXPECT_NE(outcome.err.find("there is no context nosuch"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace pigeonhub::cli
