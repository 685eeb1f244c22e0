// SPDX-License-Identifier: Apache-2.0

#include "server/core/rate.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

TEST(ParseRate, TakesWhatItFormats) {
  const struct {
    const char* text;
    RateOf what;
    Rate rate;
  } rows[] = {
      {"off", RateOf::kEvents, {}},
      {"off", RateOf::kBytes, {}},
      {"20/s,100", RateOf::kEvents, {20, 1s, 100}},
      {"10/30m", RateOf::kEvents, {10, 30min, 10}},
      {"1/s,5", RateOf::kEvents, {1, 1s, 5}},
      {"1/m", RateOf::kEvents, {1, 1min, 1}},
      {"7/10s,1", RateOf::kEvents, {7, 10s, 1}},
      {"3/100ms", RateOf::kEvents, {3, 100ms, 3}},
      {"5/24h,68719476736", RateOf::kEvents, {5, 24h, uint64_t{1} << 36}},
      {"8MiB/s,64MiB", RateOf::kBytes, {8 << 20, 1s, 64 << 20}},
      {"1MiB/s,4MiB", RateOf::kBytes, {1 << 20, 1s, 4 << 20}},
      {"1000/h,64GiB", RateOf::kBytes, {1000, 1h, uint64_t{1} << 36}},
  };
  for (const auto& row : rows) {
    const auto rate = ParseRate(row.text, row.what);
    ASSERT_TRUE(rate.ok()) << row.text << ": " << rate.status();
    EXPECT_EQ(*rate, row.rate) << row.text;
    EXPECT_EQ(FormatRate(*rate, row.what), row.text);
  }
}

TEST(IsRate, TellsWhatHasAText) {
  EXPECT_TRUE(IsRate({}));
  EXPECT_TRUE(IsRate({1, 1ms, 1}));
  EXPECT_TRUE(IsRate({uint64_t{1} << 36, 24h, uint64_t{1} << 36}));
  for (const Rate& rate : {Rate{1, 1ms, 0}, Rate{0, 1s, 1}, Rate{0, 2s, 0}, Rate{1, 999us, 1},
                           Rate{1, 25h, 1}, Rate{(uint64_t{1} << 36) + 1, 1s, 1},
                           Rate{1, 1s, (uint64_t{1} << 36) + 1}, Rate{1, -1s, 1}}) {
    EXPECT_FALSE(IsRate(rate)) << rate.amount << ' ' << rate.per.count() << ' ' << rate.burst;
  }
}

TEST(ParseRate, TakesOtherSpellings) {
  EXPECT_EQ(*ParseRate("OFF", RateOf::kBytes), Rate{});
  EXPECT_EQ(*ParseRate("20/1s,100", RateOf::kEvents), (Rate{20, 1s, 100}));
  EXPECT_EQ(*ParseRate("1mib/S,4MB", RateOf::kBytes), (Rate{1 << 20, 1s, 4'000'000}));
  EXPECT_EQ(*ParseRate("9/1m30s", RateOf::kEvents), (Rate{9, 90s, 9}));
}

TEST(ParseRate, SaysWhatIsWrong) {
  const struct {
    const char* text;
    RateOf what;
    const char* why;
  } rows[] = {
      {"", RateOf::kEvents,
       "\"\" is neither off nor a rate and what may come at once (such as 100/s,500)"},
      {"100", RateOf::kEvents,
       "100 is neither off nor a rate and what may come at once (such as 100/s,500)"},
      {"8MiB", RateOf::kBytes,
       "8MiB is neither off nor a rate and what may come at once (such as 8MiB/s,64MiB)"},
      {"0/s,1", RateOf::kEvents, "0 is not between 1 and 68719476736"},
      {"1/s,0", RateOf::kEvents, "0 is not between 1 and 68719476736"},
      {"1/s,", RateOf::kEvents, "\"\" is not a whole number"},
      {"/s", RateOf::kEvents, "\"\" is not a whole number"},
      {"-1/s", RateOf::kEvents, "-1 is not a whole number"},
      {"1.5/s", RateOf::kEvents, "1.5 is not a whole number"},
      {"1KiB/s", RateOf::kEvents, "1KiB is not a whole number"},
      {"99999999999999999999/s", RateOf::kEvents, "99999999999999999999 is not a whole number"},
      {"68719476737/s", RateOf::kEvents, "68719476737 is not between 1 and 68719476736"},
      {"much/s", RateOf::kBytes,
       "much is not a size (such as 64KiB, 1MiB, 2MB; a plain number is bytes)"},
      {"1/", RateOf::kEvents, "\"\" is not a time (such as s, 10s, 30m)"},
      {"1/10", RateOf::kEvents, "10 is not a time (such as s, 10s, 30m)"},
      {"1/fortnight", RateOf::kEvents, "fortnight is not a time (such as s, 10s, 30m)"},
      {"1/0s", RateOf::kEvents, "0s is not between 1ms and 24h"},
      {"1/25h", RateOf::kEvents, "25h is not between 1ms and 24h"},
      {"1/s,5,5", RateOf::kEvents, "\"5,5\" is not a whole number"},
      {"1/s/s", RateOf::kEvents, "s/s is not a time (such as s, 10s, 30m)"},
      {"1/s, 5", RateOf::kEvents, "\" 5\" is not a whole number"},
  };
  for (const auto& row : rows) {
    const auto rate = ParseRate(row.text, row.what);
    EXPECT_EQ(rate.status().message(), row.why) << row.text;
  }
}

}  // namespace
}  // namespace pigeonhub
