// SPDX-License-Identifier: Apache-2.0
//
// A ban as a line of a text file: an object of JSON, with times as people write them.
//
//   {"kind":"peer","value":"0a1b…","until":"2026-12-01T12:00:00Z","reason":"spam"}
//
// `kind`, `value` and `until` are needed. The file that a hub writes also has `made` and `hub`
// (when and where it was ordered), `remembered-until`, `issued-before`, `keep-channels` and
// `lifted`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pigeonhub/ban.h"

namespace pigeonhub::wire {

// Without the line's end.
std::string LineOf(const BanRecord& ban);

// INVALID_ARGUMENT, one line that says what is wrong. A ban without `made` has 0 there, and no hub.
absl::StatusOr<BanRecord> ParseBanLine(std::string_view line);

// The bans of a file. Empty lines, and those that begin with #, are skipped. The error begins with
// the number of the line.
absl::StatusOr<std::vector<BanRecord>> ParseBanLines(std::string_view text);

}  // namespace pigeonhub::wire
