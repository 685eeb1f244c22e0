// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace pigeonhub {

// A file of at most 1 MiB, as the ones with settings, tokens and certificates are. UNAVAILABLE, one
// line, when it cannot be read.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path);

}  // namespace pigeonhub
