// SPDX-License-Identifier: Apache-2.0

#include "cli/command/moment.h"

#include <string>

#include "absl/time/time.h"
#include "server/base/duration.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::system_clock;

std::optional<absl::Time> Parsed(std::string_view text, const char* format) {
  absl::Time time;
  if (!absl::ParseTime(format, {text.data(), text.size()}, &time, nullptr)) return std::nullopt;
  return time;
}

}  // namespace

std::optional<system_clock::time_point> ParseMoment(std::string_view text,
                                                    system_clock::time_point now) {
  if (const auto ago = ParseDuration(text, PlainNumber::kRefused)) {
    return now - std::chrono::duration_cast<system_clock::duration>(*ago);
  }
  // absl takes blanks around a time, and words that stand for an end of all times.
  if (text.empty() || text.front() < '0' || text.front() > '9' || text.back() == ' ') {
    return std::nullopt;
  }
  for (const char* format :
       {"%Y-%m-%dT%H:%M:%E*S%Ez", "%Y-%m-%dT%H:%M%Ez", "%Y-%m-%dT%H:%M:%E*S", "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%E*S", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    if (const auto time = Parsed(text, format)) return absl::ToChronoTime(*time);
  }
  if (text.back() == 'Z') text.remove_suffix(1);
  for (const char* format : {"%H:%M", "%H:%M:%E*S"}) {
    const auto time = Parsed(text, format);
    if (!time.has_value()) continue;
    const auto into_day = absl::ToChronoNanoseconds(*time - absl::UnixEpoch());
    const auto today = std::chrono::floor<std::chrono::days>(now);
    const auto moment = today + std::chrono::duration_cast<system_clock::duration>(into_day);
    return moment > now ? moment - std::chrono::days(1) : moment;
  }
  return std::nullopt;
}

}  // namespace pigeonhub::cli
