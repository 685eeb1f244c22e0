// SPDX-License-Identifier: Apache-2.0

#include "server/base/iso_time.h"

#include "absl/time/time.h"

namespace pigeonhub {

std::string IsoTime(int64_t unix_ms) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixMillis(unix_ms),
                          absl::UTCTimeZone());
}

}  // namespace pigeonhub
