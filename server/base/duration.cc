// SPDX-License-Identifier: Apache-2.0

#include "server/base/duration.h"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <span>

#include "server/base/text.h"

namespace pigeonhub {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

struct Unit {
  std::string_view name;
  int64_t nanoseconds;
};

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMillisecond = kSecond / 1000;
constexpr Unit kUnits[] = {
    {"d", 86400 * kSecond}, {"h", 3600 * kSecond}, {"m", 60 * kSecond},
    {"s", kSecond},         {"ms", kMillisecond},
};
constexpr int64_t kLongest = 100LL * 365 * 86400 * kSecond;  // keeps every sum within 64 bits

}  // namespace

std::optional<nanoseconds> ParseDuration(std::string_view text, PlainNumber plain) {
  if (text.empty()) return std::nullopt;
  const bool has_unit = text.find_first_not_of("0123456789") != std::string_view::npos;
  int64_t sum = 0;
  int64_t last_unit = kLongest;
  while (!text.empty()) {
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
    int64_t unit = !has_unit && plain == PlainNumber::kMilliseconds ? kMillisecond : 0;
    for (const Unit& each : kUnits) {
      if (EqualsIgnoringCase(each.name, name)) unit = each.nanoseconds;
    }
    if (unit == 0 || unit >= last_unit) return std::nullopt;
    if (number > static_cast<uint64_t>((kLongest - sum) / unit)) return std::nullopt;
    sum += static_cast<int64_t>(number) * unit;
    last_unit = unit;
    text.remove_prefix(name.size());
  }
  return nanoseconds(sum);
}

std::string FormatDuration(nanoseconds duration) {
  const int64_t rounded = duration.count() / kMillisecond * kMillisecond;
  for (const Unit& unit : std::span(kUnits).subspan(1)) {
    if (rounded >= unit.nanoseconds && rounded % unit.nanoseconds == 0) {
      return std::to_string(rounded / unit.nanoseconds).append(unit.name);
    }
  }
  return "0";
}

std::string RoughDuration(nanoseconds duration) {
  int64_t rest = std::chrono::duration_cast<seconds>(duration).count();
  if (rest <= 0) return "0s";
  std::string out;
  for (const Unit& unit : std::span(kUnits).first(4)) {
    const int64_t count = rest / (unit.nanoseconds / kSecond);
    rest %= unit.nanoseconds / kSecond;
    const bool second = !out.empty();
    if (count > 0) out.append(std::to_string(count)).append(unit.name);
    if (second) break;
  }
  return out;
}

std::string MeasuredDuration(nanoseconds duration) {
  const double milliseconds = static_cast<double>(duration.count()) / 1e6;
  const bool long_one = milliseconds >= 1000;
  const double value = long_one ? milliseconds / 1000 : milliseconds;
  char text[32];
  std::snprintf(text, sizeof text, "%.*f%s",
                value >= 100  ? 0
                : value >= 10 ? 1
                              : 2,
                value, long_one ? "s" : "ms");
  return text;
}

}  // namespace pigeonhub
