// SPDX-License-Identifier: Apache-2.0
//
// Every history in transcripts/ keeps every invariant: those that once did not, and those that show
// what a world looks like.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/mesh/world.h"

namespace pigeonhub::sim {
namespace {

std::string Read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> Transcripts() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(PIGEONHUB_TRANSCRIPTS)) {
    found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

class Transcript : public ::testing::TestWithParam<std::filesystem::path> {};

INSTANTIATE_TEST_SUITE_P(All, Transcript, ::testing::ValuesIn(Transcripts()),
                         [](const auto& info) { return info.param.stem().string(); });

TEST_P(Transcript, KeepsEveryInvariant) {
  World world(ScenarioFromText(Read(GetParam())));
  world.Play();
  EXPECT_EQ(world.failure(), std::nullopt);
}

TEST_P(Transcript, IsReadAsItIsWritten) {
  const Scenario scenario = ScenarioFromText(Read(GetParam()));
  EXPECT_EQ(ToText(ScenarioFromText(ToText(scenario))), ToText(scenario));
}

}  // namespace
}  // namespace pigeonhub::sim
