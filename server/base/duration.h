// SPDX-License-Identifier: Apache-2.0
//
// Durations as people write and read them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub {

// What a number without a unit is.
enum class PlainNumber {
  kRefused,       // as likely meant as seconds as it is as milliseconds
  kMilliseconds,  // as in the reference server's options
};

// "250ms", "5s", "2m", "1h", "7d", and sums of them, the largest first: "1h30m". Units in either
// case. Empty for anything else, and for what is longer than 100 years.
std::optional<std::chrono::nanoseconds> ParseDuration(std::string_view text, PlainNumber plain);

// In the largest unit up to hours that leaves a whole number: "90s". Rounded down to milliseconds;
// ParseDuration reads it back.
std::string FormatDuration(std::chrono::nanoseconds duration);

// How long ago or for how long, in two units at most: "42s", "5m12s", "3h2m", "12d4h". Negative
// ones, as clocks that disagree make them, are "0s".
std::string RoughDuration(std::chrono::nanoseconds duration);

// A measured time with three digits: "0.12ms", "4.56ms", "78.9ms", "1.23s".
std::string MeasuredDuration(std::chrono::nanoseconds duration);

}  // namespace pigeonhub
