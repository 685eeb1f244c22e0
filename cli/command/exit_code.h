// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace pigeonhub::cli {

// How pigeonctl ends. Scripts rely on these numbers.
enum class ExitCode {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,
  kCannotConnect = 3,
  kNotAllowed = 4,
  kNotFound = 5,
  kConflict = 6,
  kUnhealthy = 7,
  kGap = 8,
  kTimeout = 9,
};

}  // namespace pigeonhub::cli
