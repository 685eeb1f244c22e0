// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

class DebugTest : public PigeonctlFixture {
 protected:
  std::string archive() const { return directory_.path() + "/debug.tgz"; }

  // A file of the archive.
  std::string Unpacked(const std::string& name) {
    const std::string command = "tar -xzf " + archive() + " -C " + directory_.path();
    EXPECT_EQ(std::system(command.c_str()), 0);
    return ReadFile(directory_.path() + "/pigeonhub-debug/" + name);
  }

  // The levels that were set, in order.
  std::vector<v1::LogLevel> Levels() {
    std::vector<v1::LogLevel> levels;
    for (const FakeCall& call : server_.calls()) {
      if (call.method != "SetLogLevel") continue;
      v1::SetLogLevelRequest request;
      request.ParseFromString(call.request);
      levels.push_back(request.level());
    }
    return levels;
  }

  TemporaryDirectory directory_;
};

const std::vector<v1::LogLevel> kUpAndBack = {v1::LOG_LEVEL_DEBUG, v1::LOG_LEVEL_INFO};

TEST_F(DebugTest, GathersAndPutsTheLogLevelBack) {
  const Outcome outcome = Run({"debug", "for", "300ms", "-o", archive()});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, archive() + '\n');
  EXPECT_EQ(Levels(), kUpAndBack);
  EXPECT_EQ(Unpacked("about.txt"),
            "hub abababababababababababababababababababab 0.1.0, pigeonctl 0.1.0\n"
            "from 2026-03-01T12:00:00Z to 2026-03-01T12:00:00Z\n");
  EXPECT_NE(Unpacked("before/info.json").find("\"value\": \"***\""), std::string::npos);
  EXPECT_NE(Unpacked("after/stats.json").find("\"signalsDelivered\": \"120\""), std::string::npos);
  const std::string events = Unpacked("events.jsonl");
  EXPECT_EQ(std::count(events.begin(), events.end(), '\n'), 3) << events;
  struct stat facts {};
  ASSERT_EQ(stat(archive().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST_F(DebugTest, PutsTheLogLevelBackWhenItIsInterrupted) {
  int asked = 0;
  const Outcome outcome = RunPigeonctl({"debug", "for", "1h", "-o", archive()},
                                       {.variables = {{"PIGEONCTL_SERVER", server_.address()}},
                                        .interrupted = [&] { return ++asked > 1; }});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(Levels(), kUpAndBack);
  EXPECT_FALSE(Unpacked("events.jsonl").empty()) << "what there was until then is written";
}

TEST_F(DebugTest, LeavesALevelThatWasDebugAlready) {
  v1::SetLogLevelResponse response;
  response.set_previous(v1::LOG_LEVEL_DEBUG);
  server_.Answer<v1::SetLogLevelRequest>(response);
  Run({"debug", "for", "1ms", "-o", archive()});
  EXPECT_EQ(Levels().size(), 1u);
}

TEST_F(DebugTest, WritesDownWhatTheHubDoesNotAnswer) {
  server_.On(v1::GetLimitsRequest(),
             [](const std::string&) { return Refusal(7, "only operators may", "ROLE_MISSING"); });
  EXPECT_EQ(Run({"debug", "for", "1ms", "-o", archive()}).code, 0);
  EXPECT_NE(Unpacked("before/limits.txt").find("only operators may (ROLE_MISSING)"),
            std::string::npos);
}

TEST_F(DebugTest, WritesTheArchiveAndFailsWhenNoEventCame) {
  server_.On(v1::WatchEventsRequest(), [](const std::string&) {
    return Refusal(kPermissionDenied, "only operators may", "ROLE_MISSING");
  });
  const Outcome outcome = Run({"debug", "for", "1h", "-o", archive()});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.out, archive() + '\n');
  EXPECT_NE(outcome.err.find("events are missing in it: only operators may"), std::string::npos)
      << outcome.err;
  EXPECT_EQ(Levels(), kUpAndBack);
  EXPECT_NE(Unpacked("after/stats.json"), "");
}

TEST_F(DebugTest, FailsWhenTheHubWentAwayMeanwhile) {
  server_.On(v1::GetServerInfoRequest(),
             [](const std::string&) { return FakeReply{.code = kUnavailable, .message = "gone"}; });
  const Outcome outcome = Run({"debug", "for", "1ms", "-o", archive()});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("events are missing in it: the hub does not answer any more"),
            std::string::npos)
      << outcome.err;
  EXPECT_NE(Unpacked("after/info.txt"), "");
}

TEST_F(DebugTest, SaysWhatIsMissing) {
  EXPECT_EQ(Run({"debug", "for", "soon", "-o", archive()}).err,
            "pigeonctl: TIME is a duration such as 30s, 5m or 1h30m, not soon\n");
  EXPECT_EQ(Run({"debug", "for", "5m"}).err,
            "pigeonctl: say where to with -o FILE, such as -o debug.tgz\n");
  EXPECT_EQ(Run({"debug", "for", "5m", "-o", "-"}).err, "pigeonctl: -o names a file; - is none\n");
}

TEST_F(DebugTest, SaysAtOnceThatItCannotWriteThere) {
  EXPECT_EQ(Run({"debug", "for", "5m", "-o", "/nowhere/debug.tgz"}).code, 1);
  EXPECT_TRUE(Levels().empty());
}

}  // namespace
}  // namespace pigeonhub::cli
