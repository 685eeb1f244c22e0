// SPDX-License-Identifier: Apache-2.0
//
// A ban as a line of a text file: an object of JSON, with times as people write them.
//
//   {"kind":"peer","value":"0a1b…","until":"2026-12-01T12:00:00Z","reason":"spam"}
//
// `kind`, `value` and `until` are needed; `issuer`, `issued-before`, `keep-channels` and `reason`
// are as in an order. The file that a hub writes also has `made` and `hub` (when and where it was
// ordered), `remembered-until`, `lifted-before` and `lifted`.
#pragma once

#include <cstddef>
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

// What a line says that does not hold, and why: at most 64 bytes.
struct BanLineNote {
  size_t line;
  std::string_view note;
};
struct BanLines {
  std::vector<BanRecord> bans;  // one for each place in the list of bans
  std::vector<BanLineNote> notes;
};
// The bans of a file that is read at that time. Empty lines, and those that begin with #, are
// skipped. Of two lines for the same ban the last one counts. The error begins with the number of
// the line.
absl::StatusOr<BanLines> ParseBanLines(std::string_view text, UnixMillis now);

}  // namespace pigeonhub::wire
