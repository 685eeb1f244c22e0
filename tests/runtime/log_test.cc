// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/manual_clock.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

// A log into a pipe. Read gives what was written since the last Read.
class LogTest : public testing::Test {
 protected:
  LogTest() {
    EXPECT_EQ(pipe2(pipe_, O_NONBLOCK), 0);
    Open(LogLevel::kDebug, LogFormat::kText);
  }
  ~LogTest() override {
    log_.reset();
    close(pipe_[0]);
    close(pipe_[1]);
  }

  Log& Open(LogLevel level, LogFormat format) {
    return log_.emplace(level, format, pipe_[1], clock_);
  }

  std::string Read() {
    std::string text;
    char buffer[4096];
    ssize_t count;
    while ((count = read(pipe_[0], buffer, sizeof buffer)) > 0) text.append(buffer, count);
    return text;
  }
  std::vector<std::string> ReadLines() {
    std::vector<std::string> lines;
    std::string text = Read();
    for (size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
      lines.push_back(text.substr(0, end));
    }
    EXPECT_EQ(text, "") << "the last line does not end";
    return lines;
  }

  ManualClock clock_;
  int pipe_[2] = {-1, -1};
  std::optional<Log> log_;
};

TEST_F(LogTest, WritesALineForPeople) {
  log_->Info("peer connected",
             {{"peer", "ab12"}, {"namespace", "a \"b\""}, {"connections", uint64_t{7}}});
  EXPECT_EQ(Read(),
            "2026-11-22T18:00:00.123Z INFO  peer connected peer=ab12 namespace=\"a \\\"b\\\"\" "
            "connections=7\n");
}

TEST_F(LogTest, WritesAnObjectForMachines) {
  Open(LogLevel::kDebug, LogFormat::kJson)
      .Warn("limit hit", {{"limit", "slow_reader"},
                          {"name", "a \"b\""},
                          {"change", int64_t{-3}},
                          {"share", 0.25},
                          {"nan", std::numeric_limits<double>::quiet_NaN()},
                          {"hub", true}});
  EXPECT_EQ(
      Read(),
      R"({"time":"2026-11-22T18:00:00.123Z","level":"warn","msg":"limit hit",)"
      R"("limit":"slow_reader","name":"a \"b\"","change":-3,"share":0.25,"nan":null,"hub":true})"
      "\n");
}

TEST_F(LogTest, NamesItsLevels) {
  log_->Debug("a");
  log_->Info("b");
  log_->Warn("c");
  log_->Error("d");
  const auto lines = ReadLines();
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].substr(25), "DEBUG a");
  EXPECT_EQ(lines[1].substr(25), "INFO  b");
  EXPECT_EQ(lines[2].substr(25), "WARN  c");
  EXPECT_EQ(lines[3].substr(25), "ERROR d");
}

TEST_F(LogTest, KeepsQuietBelowItsLevel) {
  Open(LogLevel::kWarn, LogFormat::kText);
  EXPECT_FALSE(log_->Enabled(LogLevel::kInfo));
  EXPECT_TRUE(log_->Enabled(LogLevel::kWarn));
  log_->Info("hidden");
  EXPECT_EQ(Read(), "");
  log_->SetLevel(LogLevel::kInfo);
  log_->Info("shown");
  EXPECT_EQ(ReadLines().size(), 1u);
  log_->SetLevel(LogLevel::kOff);
  log_->Error("hidden");
  EXPECT_EQ(Read(), "");
}

TEST_F(LogTest, EscapesAndCutsWhatStrangersChose) {
  log_->Info("namespace created", {{"namespace", "evil\n2026 ERROR forged"}});
  log_->Info("namespace created", {{"namespace", std::string(65, 'a')}});
  log_->Info("namespace created", {{"namespace", ""}});
  const auto lines = ReadLines();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[0].ends_with(" namespace=\"evil\\n2026 ERROR forged\"")) << lines[0];
  EXPECT_TRUE(lines[1].ends_with(" namespace=\"" + std::string(64, 'a') + "…\"")) << lines[1];
  EXPECT_TRUE(lines[2].ends_with(" namespace=\"\"")) << lines[2];
}

TEST_F(LogTest, ShowsWholeWhatHasToBeReadToItsEnd) {
  const std::string advice = std::string(200, 'a') + "; do\nthis";
  log_->Warn("not reloaded", {{"problem", Whole(advice)}, {"file", Whole("/etc/x")}});
  log_->Warn("not reloaded", {{"problem", Whole(std::string(1025, 'a'))}});
  const auto lines = ReadLines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(
      lines[0].ends_with(" problem=\"" + std::string(200, 'a') + "; do\\nthis\" file=/etc/x"))
      << lines[0];
  EXPECT_TRUE(lines[1].ends_with("aaa…\"")) << lines[1];
}

TEST_F(LogTest, HoldsBackATextThatRepeats) {
  for (int i = 0; i < 25; ++i) log_->Warn("limit hit");
  EXPECT_EQ(ReadLines().size(), 20u);

  clock_.Advance(1s);
  log_->Warn("limit hit", {{"limit", "slow_reader"}});
  auto lines = ReadLines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(lines[0].ends_with("limit hit limit=slow_reader repeated=5")) << lines[0];

  log_->Warn("limit hit");
  EXPECT_EQ(ReadLines().size(), 0u) << "one a second, not another burst";
}

TEST_F(LogTest, LetsOtherTextsThroughMeanwhile) {
  for (int i = 0; i < 25; ++i) log_->Warn("limit hit");
  Read();
  log_->Warn("something else");
  EXPECT_EQ(ReadLines().size(), 1u);
}

TEST_F(LogTest, SaysWhatItHeldBackAfterTheFlood) {
  for (int i = 0; i < 25; ++i) log_->Warn("limit hit");
  Read();
  clock_.Advance(1s);
  log_->Info("something else");
  const auto lines = ReadLines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[1].ends_with("WARN  limit hit repeated=5")) << lines[1];
}

TEST_F(LogTest, SaysWhatItHeldBackWhenItEnds) {
  for (int i = 0; i < 22; ++i) log_->Warn("limit hit");
  Read();
  log_.reset();
  const auto lines = ReadLines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(lines[0].ends_with("WARN  limit hit repeated=2")) << lines[0];
}

TEST_F(LogTest, AllowsABurstAgainAfterAQuietTime) {
  for (int i = 0; i < 20; ++i) log_->Warn("limit hit");
  clock_.Advance(20s);
  for (int i = 0; i < 20; ++i) log_->Warn("limit hit");
  EXPECT_EQ(ReadLines().size(), 40u);
}

TEST_F(LogTest, HoldsBackNothingThatIsToBeOnRecord) {
  for (int i = 0; i < 300; ++i) log_->Record("control call", {{"number", int64_t{i}}});
  const auto lines = ReadLines();
  ASSERT_EQ(lines.size(), 300u);
  EXPECT_NE(lines.back().find("INFO  control call number=299"), std::string::npos) << lines.back();
  log_->SetLevel(LogLevel::kWarn);
  log_->Record("control call");
  EXPECT_EQ(Read(), "");
}

TEST_F(LogTest, DropsAndCountsLinesThatNobodyReads) {
  // Not the pipe's flag but the log itself must keep from blocking.
  ASSERT_EQ(fcntl(pipe_[1], F_SETFL, 0), 0);
  const std::string text(200, 'x');
  for (int i = 0; i < 1000; ++i) log_->Info(std::to_string(i) + text);
  const size_t written = ReadLines().size();
  EXPECT_GT(written, 0u);
  EXPECT_LT(written, 1000u);

  log_->Info("after");
  const auto lines = ReadLines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].ends_with("log lines lost count=" + std::to_string(1000 - written)))
      << lines[0];
  EXPECT_TRUE(lines[1].ends_with("after"));
}

TEST_F(LogTest, KeepsLinesWholeWhenThreadsShareIt) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this, thread] {
      for (int i = 0; i < 20; ++i)
        log_->Info(std::to_string(thread), {{"text", "some words here"}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto lines = ReadLines();
  EXPECT_EQ(lines.size(), 80u);
  for (const std::string& line : lines) {
    EXPECT_TRUE(line.starts_with("2026-") && line.ends_with(" text=\"some words here\"")) << line;
  }
}

TEST_F(LogTest, HandsLinesToAFunction) {
  std::vector<std::string> lines;
  Log log(
      LogLevel::kWarn,
      [&](LogLevel level, std::string_view line) {
        lines.push_back(std::to_string(static_cast<int>(level)) + " " + std::string(line));
      },
      clock_);
  log.Info("too quiet");
  log.Error("no room", {{"left", uint64_t{0}}});
  EXPECT_EQ(lines, std::vector<std::string>{"3 2026-11-22T18:00:00.123Z ERROR no room left=0"});
}

}  // namespace
}  // namespace pigeonhub
