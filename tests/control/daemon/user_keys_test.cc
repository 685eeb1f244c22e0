// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/user_keys.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "pigeonhub/hub_server.h"

namespace pigeonhub {
namespace {

namespace fs = std::filesystem;

TEST(StateFolder, StandsWhereTheEnvironmentSays) {
  struct Case {
    Variables variables;
    std::string folder;
  };
  for (const Case& c :
       {Case{{{"XDG_STATE_HOME", "/state"}, {"HOME", "/home/me"}}, "/state/pigeonhub"},
        Case{{{"HOME", "/home/me"}}, "/home/me/.local/state/pigeonhub"},
        Case{{{"XDG_STATE_HOME", ""}, {"HOME", "/h"}}, "/h/.local/state/pigeonhub"},
        Case{{{"XDG_STATE_HOME", "state"}, {"HOME", "/h"}}, "/h/.local/state/pigeonhub"},
        Case{{{"HOME", "home"}}, ""}, Case{{}, ""}}) {
    EXPECT_EQ(StateFolder(c.variables), c.folder);
  }
}

class UserHubKeyFile : public testing::Test {
 protected:
  UserHubKeyFile() {
    char path[] = "/tmp/pigeonhub-test-XXXXXX";
    EXPECT_NE(mkdtemp(path), nullptr);
    folder_ = path;
    keys_ = folder_ + "/not/yet/there";
    path_ = keys_ + "/hub.key";
  }
  ~UserHubKeyFile() override { fs::remove_all(folder_); }

  std::string folder_, keys_, path_;
};

TEST_F(UserHubKeyFile, IsMadeOnceForItsOwnerAlone) {
  const auto first = OpenUserHubKey(keys_);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(HubServer::CheckHubKeys(*first).ok());
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms(0600));
  EXPECT_EQ(fs::status(folder_ + "/not/yet").permissions(), fs::perms(0700));
  EXPECT_EQ(*OpenUserHubKey(keys_), *first);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ + "/not/yet/there"), {}), 1)
      << "nothing else is left there";
}

TEST_F(UserHubKeyFile, IsTheSameForAllThatMakeItAtOnce) {
  std::vector<std::string> got(8);
  {
    std::vector<std::jthread> hubs;
    for (std::string& text : got) {
      hubs.emplace_back([&] { text = OpenUserHubKey(keys_).value_or("none"); });
    }
  }
  EXPECT_NE(got[0], "none");
  for (const std::string& text : got) EXPECT_EQ(text, got[0]);
}

TEST_F(UserHubKeyFile, IsRefusedWhereOthersReadIt) {
  ASSERT_TRUE(OpenUserHubKey(keys_).ok());
  fs::permissions(path_, fs::perms(0664));
  const auto exposed = OpenUserHubKey(keys_);
  EXPECT_EQ(exposed.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(UserHubKeyFile, IsNoneWhereItCannotBeMade) {
  EXPECT_EQ(OpenUserHubKey("").status().message(),
            "neither XDG_STATE_HOME nor HOME names a folder for hub.key");
  const auto none = OpenUserHubKey("/proc/nowhere");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(none.status().message(),
            "cannot make /proc/nowhere/hub.key: No such file or directory");
}

using SigningKeyFile = UserHubKeyFile;

TEST_F(SigningKeyFile, IsAnotherOneForEachHubAndTheSameAfterARestart) {
  const PeerId hub = HubServer::GeneratePeerId();
  const auto key = OpenSigningKey(keys_, hub);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(*OpenSigningKey(keys_, hub), *key);
  EXPECT_NE(*OpenSigningKey(keys_, HubServer::GeneratePeerId()), *key);
  const std::string path = keys_ + "/signing-" + std::string(hub.text()) + ".key";
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0600));
}

TEST_F(SigningKeyFile, IsRefusedWhereThereIsNoKeyInIt) {
  const PeerId hub = HubServer::GeneratePeerId();
  ASSERT_TRUE(OpenSigningKey(keys_, hub).ok());
  const std::string path = keys_ + "/signing-" + std::string(hub.text()) + ".key";
  for (const char* text : {"", "# a comment\n", "abc\n", "zz\n"}) {
    std::ofstream(path, std::ios::trunc) << text;
    const auto none = OpenSigningKey(keys_, hub);
    EXPECT_EQ(none.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(none.status().message(), path + ": there is no key of 64 hexadecimal digits in it");
  }
  EXPECT_EQ(OpenSigningKey("", hub).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace pigeonhub
