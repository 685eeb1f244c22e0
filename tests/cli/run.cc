// SPDX-License-Identifier: Apache-2.0

#include "tests/cli/run.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "cli/pigeonctl.h"

namespace pigeonhub::cli {
namespace {

constexpr std::chrono::seconds kRunTime{1772366400};  // 2026-03-01T12:00:00Z

}  // namespace

Outcome RunPigeonctl(const std::vector<std::string>& arguments, const Place& place) {
  std::istringstream in(place.in);
  std::ostringstream out;
  std::ostringstream err;
  Environment environment{.variables = place.variables,
                          .in = in,
                          .out = out,
                          .err = err,
                          .width = place.width,
                          .height = place.height,
                          .now = [] { return std::chrono::system_clock::time_point(kRunTime); },
                          .catch_interrupts = [] {},
                          .interrupted = place.interrupted};
  environment.variables.try_emplace("HOME", "/nonexistent");
  const int code = RunPigeonctl(arguments, environment);
  return {code, out.str(), err.str()};
}

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "pigeonctl_test.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteFile(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  std::filesystem::permissions(path, std::filesystem::perms(0600));
}

}  // namespace pigeonhub::cli
