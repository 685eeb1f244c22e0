// SPDX-License-Identifier: Apache-2.0
//
// Recorded sessions, replayed: the same inputs have the same effects, today as when the file was
// written, and twice in a row. With PIGEONHUB_RECORD set in the environment the files are written
// anew; read the difference before you keep it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/support/transcript.h"

namespace pigeonhub {
namespace {

std::vector<std::filesystem::path> ScenarioFiles() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(PIGEONHUB_SCENARIOS)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Scenario : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(Scenario, ReplaysToTheSameEffects) {
  std::ifstream in(GetParam(), std::ios::binary);
  const std::string recorded{std::istreambuf_iterator<char>(in), {}};
  const std::string first = Replay(recorded);
  EXPECT_EQ(first, Replay(recorded)) << "two runs differ";
  if (std::getenv("PIGEONHUB_RECORD") != nullptr) {
    std::ofstream(GetParam(), std::ios::binary) << first;
    GTEST_SKIP() << "recorded";
  }
  EXPECT_EQ(first, recorded);
}

INSTANTIATE_TEST_SUITE_P(Each, Scenario, ::testing::ValuesIn(ScenarioFiles()),
                         [](const auto& info) { return info.param.stem().string(); });

}  // namespace
}  // namespace pigeonhub
