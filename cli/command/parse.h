// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"

namespace pigeonhub::cli {

// A command line that was understood.
struct Invocation {
  const Command* command = nullptr;
  std::string path;  // "pigeonctl peers list"
  bool help = false;
  Arguments arguments;
};

// Reads the words after the program's name. The flags of the root may stand anywhere, those of a
// command after its name; "--" ends the flags. Every mistake is INVALID_ARGUMENT, with one line
// that says what to write instead. The result points into `root`.
absl::StatusOr<Invocation> Parse(const Command& root, const std::vector<std::string>& words);

}  // namespace pigeonhub::cli
