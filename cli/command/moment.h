// SPDX-License-Identifier: Apache-2.0
//
// Points in time as people write them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pigeonhub::cli {

// What a user may write for one, for help and errors.
inline constexpr std::string_view kMomentForms =
    "10m (so long ago), 14:03 (the last one, UTC), 2026-03-01 or 2026-03-01T14:03:05+01:00";

// So long before `now` ("10m", "1h30m"), the latest such time of day ("14:03", "14:03:05"), a day
// ("2026-03-01"), or RFC 3339, in which the seconds and the zone may be left out and the T may be a
// blank. Without a zone it is UTC, as in the tables. Empty for anything else.
std::optional<std::chrono::system_clock::time_point> ParseMoment(
    std::string_view text, std::chrono::system_clock::time_point now);

}  // namespace pigeonhub::cli
