// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/hub_metrics.h"

#include <gtest/gtest.h>

#include <string>

#include "server/runtime/process_metrics.h"

namespace pigeonhub {
namespace {

// The figure behind `metric`; empty if there is none.
std::string FigureOf(const std::string& metric, const std::string& text) {
  const std::string key = "\n" + metric + " ";
  const size_t at = text.find(key);
  if (at == std::string::npos) return {};
  return text.substr(at + key.size(), text.find('\n', at + 1) - at - key.size());
}

TEST(HubMetrics, ShowWhatTheCoreCounts) {
  Counters counters;
  counters.serving.Set(1);
  counters.connections.Set(7);
  counters.joins.Add(5);
  counters.remote_bytes.Set(12);
  counters.history_bytes.Set(13);
  counters.link_bytes.Set(13);
  counters.question_bytes.Set(14);
  counters.questions_unanswered.Add(15);
  counters.ends_by(Reason::kTransportLost).Add(2);
  counters.of(Reason::kMaximumConnections).Add(3);
  counters.ends_by(Reason::kTokenExpired).Add(21);
  counters.of(Reason::kTokenExpired).Add(22);
  counters.of(Reason::kDraining).Add(23);
  for (unsigned lane = 0; lane < 11; ++lane) counters.signals_delivered[0].Add(lane);
  counters.signals_dropped[2].Add(1);
  counters.funnel.offered.Add(4);
  counters.reports_of(PairReport::Kind::kFailed).Add(31);
  counters.reports_of(PairReport::Kind::kLost).Add(32);
  counters.links[static_cast<size_t>(LinkRecord::State::kUp)].Set(6);
  counters.links[static_cast<size_t>(LinkRecord::State::kWaiting)].Set(8);
  EventLog events;
  events.Append({1, 0, Stopped{}});
  Exposition out;
  AddHubMetrics(counters, /*max_connections=*/9, events, out);
  const std::string text = out.Text();
  EXPECT_EQ(FigureOf("pigeonhub_serving", text), "1");
  EXPECT_EQ(FigureOf("pigeonhub_draining", text), "0");
  EXPECT_EQ(FigureOf("pigeonhub_connections", text), "7");
  EXPECT_EQ(FigureOf("pigeonhub_max_connections", text), "9");
  EXPECT_EQ(FigureOf("pigeonhub_joins_total", text), "5");
  EXPECT_EQ(FigureOf("pigeonhub_remote_bytes", text), "12");
  EXPECT_EQ(FigureOf("pigeonhub_history_bytes", text), "13");
  EXPECT_EQ(FigureOf("pigeonhub_link_bytes", text), "13");
  EXPECT_EQ(FigureOf("pigeonhub_question_bytes", text), "14");
  EXPECT_EQ(FigureOf("pigeonhub_questions_total{result=\"unanswered\"}", text), "15");
  EXPECT_EQ(FigureOf("pigeonhub_leaves_total{reason=\"transport_lost\"}", text), "2");
  EXPECT_EQ(FigureOf("pigeonhub_refusals_total{reason=\"maximum_connections\"}", text), "3");
  EXPECT_EQ(FigureOf("pigeonhub_leaves_total{reason=\"token_expired\"}", text), "21");
  EXPECT_EQ(FigureOf("pigeonhub_refusals_total{reason=\"token_expired\"}", text), "22");
  EXPECT_EQ(FigureOf("pigeonhub_leaves_total{reason=\"banned\"}", text), "0");
  EXPECT_EQ(FigureOf("pigeonhub_refusals_total{reason=\"banned\"}", text), "0");
  EXPECT_EQ(FigureOf("pigeonhub_refusals_total{reason=\"draining\"}", text), "23");
  EXPECT_EQ(FigureOf("pigeonhub_refusals_total{reason=\"slow_reader\"}", text), "")
      << "it ends connections only";
  EXPECT_EQ(FigureOf("pigeonhub_signals_total{type=\"offer\",result=\"delivered\"}", text), "11");
  EXPECT_EQ(FigureOf("pigeonhub_signals_total{type=\"ice-candidate\",result=\"dropped\"}", text),
            "1");
  EXPECT_EQ(FigureOf("pigeonhub_handshakes_total{stage=\"announced\"}", text), "5");
  EXPECT_EQ(FigureOf("pigeonhub_handshakes_total{stage=\"offered\"}", text), "4");
  EXPECT_EQ(FigureOf("pigeonhub_pair_reports_total{kind=\"established\"}", text), "0");
  EXPECT_EQ(FigureOf("pigeonhub_pair_reports_total{kind=\"failed\"}", text), "31");
  EXPECT_EQ(FigureOf("pigeonhub_pair_reports_total{kind=\"lost\"}", text), "32");
  EXPECT_EQ(FigureOf("pigeonhub_events_total", text), "1");
  EXPECT_EQ(FigureOf("pigeonhub_links{state=\"up\"}", text), "6");
  EXPECT_EQ(FigureOf("pigeonhub_links{state=\"waiting\"}", text), "8");
  for (const char* state : {"connecting", "slow", "stopped", "not_admitted"}) {
    EXPECT_EQ(FigureOf("pigeonhub_links{state=\"" + std::string(state) + "\"}", text), "0");
  }
}

TEST(ProcessMetrics, TellTheStandardOnes) {
  Exposition out;
  AddProcessMetrics(out);
  const std::string text = out.Text();
  for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes",
                           "process_open_fds", "process_max_fds", "process_start_time_seconds"}) {
    const std::string figure = FigureOf(name, text);
    ASSERT_NE(figure, "") << name << " in\n" << text;
    EXPECT_GT(std::stod(figure), 0) << name;
  }
}

}  // namespace
}  // namespace pigeonhub
