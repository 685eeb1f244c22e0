// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/user_hub_key.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "pigeonhub/hub_server.h"

namespace pigeonhub {
namespace {

namespace fs = std::filesystem;

TEST(UserHubKey, StandsWhereTheEnvironmentSays) {
  struct Case {
    Variables variables;
    std::string path;
  };
  for (const Case& c :
       {Case{{{"XDG_STATE_HOME", "/state"}, {"HOME", "/home/me"}}, "/state/pigeonhub/hub.key"},
        Case{{{"HOME", "/home/me"}}, "/home/me/.local/state/pigeonhub/hub.key"},
        Case{{{"XDG_STATE_HOME", ""}, {"HOME", "/h"}}, "/h/.local/state/pigeonhub/hub.key"},
        Case{{{"XDG_STATE_HOME", "state"}, {"HOME", "/h"}}, "/h/.local/state/pigeonhub/hub.key"},
        Case{{{"HOME", "home"}}, ""}, Case{{}, ""}}) {
    EXPECT_EQ(UserHubKeyPath(c.variables), c.path);
  }
}

class UserHubKeyFile : public testing::Test {
 protected:
  UserHubKeyFile() {
    char path[] = "/tmp/pigeonhub-test-XXXXXX";
    EXPECT_NE(mkdtemp(path), nullptr);
    folder_ = path;
    path_ = folder_ + "/not/yet/there/hub.key";
  }
  ~UserHubKeyFile() override { fs::remove_all(folder_); }

  std::string folder_, path_;
};

TEST_F(UserHubKeyFile, IsMadeOnceForItsOwnerAlone) {
  const auto first = OpenUserHubKey(path_);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(HubServer::CheckHubKeys(*first).ok());
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms(0600));
  EXPECT_EQ(fs::status(folder_ + "/not/yet").permissions(), fs::perms(0700));
  EXPECT_EQ(*OpenUserHubKey(path_), *first);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ + "/not/yet/there"), {}), 1)
      << "nothing else is left there";
}

TEST_F(UserHubKeyFile, IsTheSameForAllThatMakeItAtOnce) {
  std::vector<std::string> got(8);
  {
    std::vector<std::jthread> hubs;
    for (std::string& text : got) {
      hubs.emplace_back([&] { text = OpenUserHubKey(path_).value_or("none"); });
    }
  }
  EXPECT_NE(got[0], "none");
  for (const std::string& text : got) EXPECT_EQ(text, got[0]);
}

TEST_F(UserHubKeyFile, IsRefusedWhereOthersReadIt) {
  ASSERT_TRUE(OpenUserHubKey(path_).ok());
  fs::permissions(path_, fs::perms(0664));
  const auto exposed = OpenUserHubKey(path_);
  EXPECT_EQ(exposed.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(UserHubKeyFile, IsNoneWhereItCannotBeMade) {
  EXPECT_EQ(OpenUserHubKey("").status().message(),
            "neither XDG_STATE_HOME nor HOME names a folder for hub.key");
  const auto none = OpenUserHubKey("/proc/nowhere/hub.key");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(none.status().message(),
            "cannot make /proc/nowhere/hub.key: No such file or directory");
}

}  // namespace
}  // namespace pigeonhub
