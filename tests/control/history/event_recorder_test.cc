// SPDX-License-Identifier: Apache-2.0

#include "control/history/event_recorder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pigeonhub_version.h"
#include "tests/support/manual_clock.h"

namespace pigeonhub::history {
namespace {

// A file that is full while somebody says so, and remembers what it took.
struct FakeFile final : LineFile {
  explicit FakeFile(std::string& text, bool& full) : text(text), full(full) {}
  absl::Status Append(std::string_view lines) override {
    if (full) return absl::UnavailableError("no room; make room on the disk");
    text += lines;
    return absl::OkStatus();
  }
  std::string& text;
  bool& full;
};

class EventRecorderTest : public testing::Test {
 protected:
  void Happen(EventBody body = Stopped{}) {
    events_.Append({events_.next(), clock_.Read().unix_ms, std::move(body)});
  }
  std::string Figure(const std::string& name) const {
    Exposition out;
    recorder_.AddMetrics(out);
    const std::string text = out.Text();
    const size_t at = text.find("\n" + name + " ");
    if (at == std::string::npos) return "none";
    const size_t value = at + name.size() + 2;
    return text.substr(value, text.find('\n', value) - value);
  }
  size_t Lines() const { return static_cast<size_t>(std::count(text_.begin(), text_.end(), '\n')); }

  ManualClock clock_;
  EventLog events_{{4, 4, 4}};
  std::vector<std::string> said_;
  Log log_{LogLevel::kInfo, [this](LogLevel, std::string_view line) { said_.emplace_back(line); },
           clock_};
  std::string text_;
  bool full_ = false;
  EventRecorder recorder_{
      events_, {"c0ffee", "ab"}, std::make_unique<FakeFile>(text_, full_), clock_, log_};
};

TEST_F(EventRecorderTest, WritesALineForEachEventAndNoSignals) {
  Happen(Started{"localhost", 3000});
  Happen(SignalRelayed{});
  Happen(Audit{"m", "local", "o\u202e", "OK"});
  recorder_.Write();
  const std::string time = ",\"time\":\"2026-11-22T18:00:00.123Z\"}\n";
  EXPECT_EQ(
      text_,
      "{\"epoch\":\"c0ffee\",\"seq\":\"1\",\"hubId\":\"ab\",\"kind\":\"EVENT_KIND_STARTED\","
      "\"started\":{\"host\":\"localhost\",\"port\":3000,\"version\":\"" +
          std::string(kVersion) + "\"}" + time +
          "{\"epoch\":\"c0ffee\",\"seq\":\"3\",\"hubId\":\"ab\",\"kind\":\"EVENT_KIND_AUDIT\","
          "\"audit\":{\"method\":\"m\",\"principal\":\"local\",\"object\":\"o\\u202e\","
          "\"outcome\":\"OK\",\"hubId\":\"\"}" +
          time);
  EXPECT_EQ(Figure("pigeonhub_event_log_written_total"), "2");
  recorder_.Write();
  EXPECT_EQ(Lines(), 2u) << "each once";
}

TEST_F(EventRecorderTest, TellsOnceThatItCannotWriteAndOnceThatItCanAgain) {
  Happen();
  full_ = true;
  for (int i = 0; i < 3; ++i) recorder_.Write();
  ASSERT_EQ(said_.size(), 1u);
  EXPECT_NE(said_[0].find("make room on the disk"), std::string::npos) << said_[0];
  clock_.Advance(std::chrono::seconds(90));
  EXPECT_EQ(Figure("pigeonhub_event_log_failures_total"), "3");
  EXPECT_EQ(Figure("pigeonhub_event_log_lag_seconds"), "90");
  full_ = false;
  recorder_.Write();
  EXPECT_EQ(Lines(), 1u);
  EXPECT_EQ(said_.size(), 2u);
  EXPECT_EQ(Figure("pigeonhub_event_log_lag_seconds"), "0");
}

TEST_F(EventRecorderTest, TellsWhatWasPushedOutMeanwhileWithItsExactCount) {
  Happen();
  recorder_.Write();
  full_ = true;
  for (int i = 0; i < 10; ++i) {
    Happen();
    recorder_.Write();
  }
  full_ = false;
  text_.clear();
  recorder_.Write();
  EXPECT_TRUE(
      text_.starts_with("{\"gap\":{\"missing\":\"6\",\"resume\":{\"epoch\":\"c0ffee\","
                        "\"seq\":\"8\"},\"epochChanged\":false,\"hubId\":\"\"}}\n{\"epoch\""))
      << text_;
  EXPECT_EQ(Lines(), 5u);
  EXPECT_EQ(Figure("pigeonhub_event_log_missed_total"), "6");
  EXPECT_EQ(Figure("pigeonhub_event_log_written_total"), "5");
  EXPECT_NE(said_.back().find("missed=6"), std::string::npos) << said_.back();
}

}  // namespace
}  // namespace pigeonhub::history
