// SPDX-License-Identifier: Apache-2.0
//
// Runs of pigeonctl within the test's process.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/nouns/environment.h"

namespace pigeonhub::cli {

struct RunOutcome {
  int code = 0;
  std::string out;
  std::string err;
};
// The client has an Outcome of its own, in this namespace: were it the same name to the linker, one
// of the two would be destroyed as the other.
using Outcome = RunOutcome;

// Where a run takes place.
struct Place {
  Variables variables = {};  // HOME is a directory that does not exist, unless given
  std::string in = {};       // what stands on standard input
  std::optional<size_t> width = {};
  std::optional<size_t> height = {};
  std::function<bool()> interrupted = [] { return false; };
};

// The time is always 2026-03-01T12:00:00Z.
Outcome RunPigeonctl(const std::vector<std::string>& arguments, const Place& place = {});

// A directory of the test's own, removed with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string ReadFile(const std::string& path);
// Only the owner may read it.
void WriteFile(const std::string& path, const std::string& text);

}  // namespace pigeonhub::cli
