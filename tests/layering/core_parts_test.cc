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
constexpr size_t kMostPublicFunctions = 28;

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

TEST(UpwardIncludes, AreSeenHoweverTheyAreSpaced) {
  for (const char* line :
       {"#  include \"server/core/top.h\"", "#include  \"server/core/top.h\"",
        " #include \"server/core/top.h\"", "#include\"server/core/top.h\"",
        "#include \" server/core/top.h\"", "\t#\tinclude\t\"server/core/top.h\"  // why"}) {
    EXPECT_THAT(UpwardIncludes({"low", "top"}, "low", line), ElementsAre("low may not include top"))
        << line;
  }
}

TEST(Types, HaveMembersOfAnyTypeAndPublicFunctions) {
  EXPECT_THAT(TypesIn("class A {\n public:\n  explicit A(int a)\n      : a_(a) {}\n"
                      "  int get() const { return a_; }\n  static int Most();\n"
                      "  static constexpr int kMost = 1;\n\n private:\n  void Help();\n"
                      "  Table& table_;\n  int a_ = 1;  // (one)\n  Deep deep_{1};\n"
                      "  std::function<void()> done_;\n  const std::map<int, void (*)()> all_;\n"
                      "};\n"),
              ElementsAre(Type{"A", 5, 3}));
  EXPECT_THAT(TypesIn("struct B {\n  int a = 1;\n  std::string b;\n  bool Is() const;\n};\n"
                      "class C;\ninline int F() {\n  int local = 1;\n  return local;\n}\n"
                      "class [[maybe_unused]] D : E {\n  int a_;\n};\n"),
              ElementsAre(Type{"B", 2, 1}, Type{"D", 1, 0}));
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

TEST(Core, HasNoTypeThatIsTooLarge) {
  std::vector<std::string> may_be_large = LargeValues(ReadAll(kRoot / "docs/core.md"));
  std::vector<std::string> large;
  for (const auto& [path, part] : CoreFiles()) {
    if (path.extension() != ".h") continue;
    for (const Type& type : TypesIn(ReadAll(path))) {
      EXPECT_LE(type.public_functions, kMostPublicFunctions) << type.name;
      if (type.members > kMostMembers) large.push_back(type.name);
    }
  }
  std::sort(large.begin(), large.end());
  std::sort(may_be_large.begin(), may_be_large.end());
  EXPECT_EQ(large, may_be_large) << "docs/core.md says which may be, and why";
}

}  // namespace
}  // namespace pigeonhub::layering
