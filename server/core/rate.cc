// SPDX-License-Identifier: Apache-2.0

#include "server/core/rate.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <system_error>

#include "absl/status/status.h"
#include "server/base/duration.h"
#include "server/base/size.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr uint64_t kMostUnits = uint64_t{1} << 36;
constexpr Duration kShortestTime = std::chrono::milliseconds(1);
constexpr Duration kLongestTime = std::chrono::hours(24);

absl::Status Wrong(std::string_view part, const std::string& why) {
  return absl::InvalidArgumentError(Shown(part).append(1, ' ').append(why));
}

std::optional<uint64_t> ParseCount(std::string_view text) {
  uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return count;
}

std::string FormatAmount(uint64_t amount, RateOf what) {
  return what == RateOf::kBytes ? FormatSize(amount) : std::to_string(amount);
}

absl::StatusOr<uint64_t> ParseAmount(std::string_view text, RateOf what) {
  const bool is_bytes = what == RateOf::kBytes;
  const std::optional<uint64_t> amount = is_bytes ? ParseSize(text) : ParseCount(text);
  if (!amount.has_value()) {
    return Wrong(text, is_bytes
                           ? "is not a size (such as 64KiB, 1MiB, 2MB; a plain number is bytes)"
                           : "is not a whole number");
  }
  if (*amount < 1 || *amount > kMostUnits) {
    return Wrong(
        text, "is not between " + FormatAmount(1, what) + " and " + FormatAmount(kMostUnits, what));
  }
  return *amount;
}

// "s" is a second, "30m" half an hour.
absl::StatusOr<Duration> ParseTime(std::string_view text) {
  std::string time(text);
  if (!time.empty() && (time[0] < '0' || time[0] > '9')) time.insert(0, 1, '1');
  const std::optional<Duration> parsed = ParseDuration(time, PlainNumber::kRefused);
  if (!parsed.has_value()) return Wrong(text, "is not a time (such as s, 10s, 30m)");
  if (*parsed < kShortestTime || *parsed > kLongestTime)
    return Wrong(text, "is not between 1ms and 24h");
  return *parsed;
}

}  // namespace

absl::StatusOr<Rate> ParseRate(std::string_view text, RateOf what) {
  if (EqualsIgnoringCase(text, "off")) return Rate{};
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return Wrong(text,
                 std::string("is neither off nor a rate and what may come at once (such as ") +
                     (what == RateOf::kBytes ? "8MiB/s,64MiB)" : "100/s,500)"));
  }
  const size_t comma = std::min(text.find(',', slash), text.size());
  const auto amount = ParseAmount(text.substr(0, slash), what);
  if (!amount.ok()) return amount.status();
  const auto per = ParseTime(text.substr(slash + 1, comma - slash - 1));
  if (!per.ok()) return per.status();
  if (comma == text.size()) return Rate{*amount, *per, *amount};
  const auto burst = ParseAmount(text.substr(comma + 1), what);
  if (!burst.ok()) return burst.status();
  return Rate{*amount, *per, *burst};
}

bool IsRate(const Rate& rate) {
  const auto is_amount = [](uint64_t units) { return units >= 1 && units <= kMostUnits; };
  return rate == Rate{} || (is_amount(rate.amount) && is_amount(rate.burst) &&
                            rate.per >= kShortestTime && rate.per <= kLongestTime);
}

std::string FormatRate(const Rate& rate, RateOf what) {
  if (rate.is_off()) return "off";
  std::string time = FormatDuration(rate.per);
  // "1s" is "s", but "10s" has its number.
  if (time[0] == '1' && (time[1] < '0' || time[1] > '9')) time.erase(0, 1);
  std::string text = FormatAmount(rate.amount, what) + "/" + time;
  if (rate.burst != rate.amount) text.append(1, ',').append(FormatAmount(rate.burst, what));
  return text;
}

}  // namespace pigeonhub
