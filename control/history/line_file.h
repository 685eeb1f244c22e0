// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace pigeonhub::history {

// A file to which lines are added. One caller at a time.
class LineFile {
 public:
  virtual ~LineFile() = default;

  // Adds whole lines: all of them, or none and UNAVAILABLE, one line that names the file and says
  // what to do. May wait for the disk.
  virtual absl::Status Append(std::string_view lines) = 0;
};

}  // namespace pigeonhub::history
