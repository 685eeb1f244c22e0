// SPDX-License-Identifier: Apache-2.0
//
// Rates as people write and read them: "100/s,500", "10/30m", "8MiB/s,64MiB", "off".
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "pigeonhub/rate.h"

namespace pigeonhub {

enum class RateOf {
  kEvents,  // numbers
  kBytes,   // sizes
};

// How many, a slash and in how long, a comma and how many at once. Without the comma as many at
// once as in that time. A time without a number is one of its unit. From 1 to 2^36 of them in 1 ms
// to 24 h. INVALID_ARGUMENT with one line that begins with the part of the text that is wrong.
absl::StatusOr<Rate> ParseRate(std::string_view text, RateOf what);

// Whether ParseRate could have given it.
bool IsRate(const Rate& rate);

// ParseRate reads it back. Only the default Rate and those that ParseRate gives have a text.
std::string FormatRate(const Rate& rate, RateOf what);

}  // namespace pigeonhub
