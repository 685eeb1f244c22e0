// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/memory_limit.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace pigeonhub {
namespace {

// Folders as the kernel shows them for control groups.
class ControlGroups : public ::testing::Test {
 protected:
  ControlGroups() : root_(::testing::TempDir() + "groups-" + std::to_string(getpid())) {
    std::filesystem::create_directories(root_ + "/pod/hub");
  }
  ~ControlGroups() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& group, const std::string& limit) {
    std::ofstream(root_ + group + "/memory.max") << limit << '\n';
  }
  uint64_t Limit(const std::string& own) { return ControlGroupLimit(own, root_); }

  const std::string root_;
};

TEST_F(ControlGroups, HaveTheLeastLimitOfAllAroundTheProcess) {
  Write("/pod", "1000000");
  Write("/pod/hub", "max");
  EXPECT_EQ(Limit("0::/pod/hub\n"), 1'000'000u);
  Write("/pod/hub", "500000");
  EXPECT_EQ(Limit("0::/pod/hub\n"), 500'000u);
  Write("/pod/hub", "2000000");
  EXPECT_EQ(Limit("0::/pod/hub\n"), 1'000'000u);
}

TEST_F(ControlGroups, AreSeenFromWithinAContainer) {
  Write("", "300000");
  EXPECT_EQ(Limit("0::/\n"), 300'000u);
}

TEST_F(ControlGroups, HaveNoLimitIfTheySayNone) {
  Write("/pod", "max");
  EXPECT_EQ(Limit("0::/pod/hub\n"), 0u);
  EXPECT_EQ(Limit("4:memory:/pod\n"), 0u) << "version 1";
  EXPECT_EQ(Limit(""), 0u);
}

TEST_F(ControlGroups, AreFoundBesideThoseOfVersion1) {
  Write("/pod", "1000000");
  EXPECT_EQ(Limit("4:memory:/other\n1:cpu:/\n0::/pod\n"), 1'000'000u);
}

TEST(MemoryLimit, IsTheFlagsWhereThatIsGiven) {
  Config config;
  config.memory_limit = 5;
  EXPECT_EQ(MemoryLimit(config), 5u);
  config.memory_limit = 0;
  EXPECT_EQ(MemoryLimit(config), 0u);
}

}  // namespace
}  // namespace pigeonhub
