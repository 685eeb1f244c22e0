// SPDX-License-Identifier: Apache-2.0

#include "tests/layering/core_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace pigeonhub::layering {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::filesystem::path kRoot = PIGEONHUB_SOURCE_DIR;
constexpr size_t kMostMembers = 12;

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Path and part of each file of the core.
std::vector<std::pair<std::filesystem::path, std::string>> CoreFiles() {
  const std::filesystem::path core = kRoot / "server/core";
  std::vector<std::pair<std::filesystem::path, std::string>> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(core)) {
    const auto extension = entry.path().extension();
    if (extension != ".h" && extension != ".cc") continue;
    files.emplace_back(
        entry.path(),
        std::filesystem::relative(entry.path(), core).replace_extension().generic_string());
  }
  return files;
}

TEST(CoreParts, AreTheFirstWordsOfTheFirstFencedBlock) {
  EXPECT_THAT(CoreParts("# Title\n\n```\na/b   one\nc     two\n```\n```\nd\n```\n"),
              ElementsAre("a/b", "c"));
}

TEST(UpwardIncludes, AreThoseOfAPartThatIsNotBelow) {
  const std::vector<std::string> parts = {"low", "mid", "top"};
  EXPECT_THAT(UpwardIncludes(parts, "mid",
                             "#include \"server/core/low.h\"\n#include \"server/core/mid.h\"\n"
                             "#include <vector>\n#include \"server/core/top.h\"\n"),
              ElementsAre("mid may not include top"));
  EXPECT_THAT(UpwardIncludes(parts, "mid", "#include \"server/core/lost.h\"\n"),
              ElementsAre("mid may not include lost"));
  EXPECT_THAT(UpwardIncludes(parts, "lost", ""), ElementsAre("lost is not in the list of parts"));
}

TEST(MostMembers, CountsWhatEndsWithAnUnderscore) {
  EXPECT_EQ(MostMembers("class A {\n public:\n  int get() const { return a_; }\n\n private:\n"
                        "  Table& table_;\n  int a_ = 1;\n  Deep deep_{1};\n};\n"),
            3u);
  EXPECT_EQ(MostMembers("class A {\n  int a_;\n};\nclass B {\n  int a_;\n  int b_;\n};\n"), 2u);
}

TEST(Core, CallsNoPartFromBelow) {
  const std::vector<std::string> parts = CoreParts(ReadAll(kRoot / "docs/core.md"));
  for (const auto& [path, part] : CoreFiles()) {
    EXPECT_THAT(UpwardIncludes(parts, part, ReadAll(path)), IsEmpty()) << path;
  }
}

TEST(Core, IsListedPartByPart) {
  std::vector<std::string> listed = CoreParts(ReadAll(kRoot / "docs/core.md"));
  std::set<std::string> there;
  for (const auto& [path, part] : CoreFiles()) there.insert(part);
  std::sort(listed.begin(), listed.end());
  EXPECT_EQ(listed, std::vector<std::string>(there.begin(), there.end()));
}

TEST(Core, HasNoPartWithMoreThanTwelveMembers) {
  for (const auto& [path, part] : CoreFiles()) {
    if (path.extension() != ".h") continue;
    EXPECT_LE(MostMembers(ReadAll(path)), kMostMembers) << path;
  }
}

}  // namespace
}  // namespace pigeonhub::layering
