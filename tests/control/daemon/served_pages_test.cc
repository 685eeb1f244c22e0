// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/served_pages.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "server/base/address.h"

namespace pigeonhub {
namespace {

// A file that nobody else may read, gone when the test is over.
class SecretFile {
 public:
  explicit SecretFile(const std::string& text)
      : path_("/tmp/pigeonhub-turn-" + std::to_string(getpid())) {
    std::ofstream(path_) << text;
    std::filesystem::permissions(path_, std::filesystem::perms(0600));
  }
  ~SecretFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(ServedPages, TakeTheSecretOfTurnFromAFile) {
  const SecretFile file("north \n");
  Config config;
  config.ice_urls = {"turn:t.example"};
  config.turn_secret = file.path();
  const auto options = PagesOptionsOf(config, {});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->ice.turn_secret, "north");
  EXPECT_TRUE(options->has_ice);
  EXPECT_FALSE(options->has_client);
  EXPECT_EQ(options->dev, DevReach::kOff);
}

TEST(ServedPages, RefuseAFileWithoutASecret) {
  for (const char* text : {"", " \n", "two\nlines"}) {
    const SecretFile file(text);
    Config config;
    config.turn_secret = file.path();
    EXPECT_EQ(ReadTurnSecret(config).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(ServedPages, AreOpenAsFarAsTheConfigurationSays) {
  Config config;
  EXPECT_FALSE(PagesOptionsOf(config, {})->has_ice);
  config.dev = config.client_js = true;
  EXPECT_EQ(PagesOptionsOf(config, {})->dev, DevReach::kThisMachine);
  EXPECT_TRUE(PagesOptionsOf(config, {})->has_ice);
  config.dev_lan = true;
  EXPECT_EQ(PagesOptionsOf(config, {})->dev, DevReach::kNetwork);
}

TEST(ServedPages, NameTheAddressesThatOthersReach) {
  Config config;
  EXPECT_TRUE(HostsForOthers(config).empty()) << "this machine alone";
  config.host = "192.0.2.7";
  EXPECT_EQ(UrlsForOthers(config, {{"192.0.2.7", 3000}}),
            std::vector<std::string>{"http://192.0.2.7:3000"});
  config.tls_cert = "tls.pem";
  EXPECT_EQ(UrlsForOthers(config, {{"192.0.2.7", 443}}),
            std::vector<std::string>{"https://192.0.2.7:443"});
  config.host = "0.0.0.0";
  for (const std::string& host : HostsForOthers(config)) {
    EXPECT_EQ(IsLoopback(host), false) << host;
  }
  EXPECT_TRUE(UrlsForOthers(config, {}).empty());
}

}  // namespace
}  // namespace pigeonhub
