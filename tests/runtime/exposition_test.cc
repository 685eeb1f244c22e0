// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/exposition.h"

#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

TEST(Exposition, WritesFiguresOfOneNameUnderOneHeading) {
  Exposition out;
  out.Counter("signals_total", "Signals.", 3, {{"type", "offer"}});
  out.Counter("signals_total", "Signals.", 4, {{"type", "answer"}});
  out.Gauge("peers", "Peers.", 2);
  EXPECT_EQ(out.Text(),
            "# HELP signals_total Signals.\n"
            "# TYPE signals_total counter\n"
            "signals_total{type=\"offer\"} 3\n"
            "signals_total{type=\"answer\"} 4\n"
            "# HELP peers Peers.\n"
            "# TYPE peers gauge\n"
            "peers 2\n");
}

TEST(Exposition, CumulatesTheBucketsOfAHistogram) {
  Histogram seconds;
  seconds.Observe(0.0005);
  seconds.Observe(0.2);
  seconds.Observe(100);
  Exposition out;
  out.Histogram("answer_seconds", "Time.", seconds);
  const std::string text = out.Text();
  EXPECT_NE(text.find("answer_seconds_bucket{le=\"0.001\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("answer_seconds_bucket{le=\"0.1\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("answer_seconds_bucket{le=\"0.25\"} 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("answer_seconds_bucket{le=\"30\"} 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("answer_seconds_bucket{le=\"+Inf\"} 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("answer_seconds_count 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("answer_seconds_sum 100.2"), std::string::npos) << text;
}

}  // namespace
}  // namespace pigeonhub
