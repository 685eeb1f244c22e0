// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"

namespace pigeonhub::cli {

// A command line understood.
struct Invocation {
  const Command* command = nullptr;
  std::string path;  // "pigeonctl peers list"
  bool help = false;
  Arguments arguments;
};

// Reads the words after the program's name. The root's flags may stand anywhere, a command's own
// after its name; "--" ends flags. Everything wrong is INVALID_ARGUMENT with one line that says
// what to write instead. The result points into `root`.
absl::StatusOr<Invocation> Parse(const Command& root, const std::vector<std::string>& words);

}  // namespace pigeonhub::cli
