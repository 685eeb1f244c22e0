// SPDX-License-Identifier: Apache-2.0
//
// The secret of the TURN servers is replaced while the hub serves.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/daemon/running_config.h"
#include "control/daemon/served_pages.h"
#include "pigeonhub/hub_server.h"
#include "tests/control/pages/asked.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub {
namespace {

class TurnSecret : public testing::Test {
 protected:
  void SetUp() override {
    config_.ice_urls = {"turn:t.example"};
    config_.ice_ttl = std::chrono::hours(1);
    config_.turn_secret = folder_.Write("secret", "north\n");
    auto options = PagesOptionsOf(config_, {});
    ASSERT_TRUE(options.ok()) << options.status();
    pages_.emplace(*std::move(options), clock_);
    options_.allow_origins = {"https://app.example"};
    pages_->AddTo(options_);
    hub_.emplace(options_);
    pages_->Serve(*hub_);
    running_.emplace(
        config_, [this] { return config_; }, nullptr, clock_, log_);
    running_->Steer(*pages_, "north");
  }
  std::vector<std::string> Reload(bool only_check = false) {
    const auto reloaded = running_->Reload(only_check);
    EXPECT_TRUE(reloaded.ok()) << reloaded.status();
    return reloaded.ok() ? reloaded->applied : std::vector<std::string>();
  }
  std::string CredentialsOf(std::string_view secret) const {
    return IceJson({config_.ice_urls, std::string(secret), config_.ice_ttl}, {},
                   clock_.Read().unix_ms);
  }
  std::string Given() const {
    const Asked asked("/ice", {{"Origin", "https://app.example"}});
    return options_.routes.at("/ice")(asked.request()).body;
  }
  using Names = std::vector<std::string>;

  const TemporaryFolder folder_;
  const ManualClock clock_;
  Log log_{LogLevel::kError, LogFormat::kText, /*descriptor=*/2, clock_};
  Config config_;
  HubServerOptions options_;
  std::optional<Pages> pages_;
  std::optional<HubServer> hub_;  // that does not serve
  std::optional<RunningConfig> running_;
};

TEST_F(TurnSecret, IsTakenOverByAReload) {
  EXPECT_EQ(Reload(), Names{});
  EXPECT_EQ(Given(), CredentialsOf("north"));
  folder_.Write("secret", "south\n");
  EXPECT_EQ(Reload(/*only_check=*/true), Names{"turn-secret"});
  EXPECT_EQ(Given(), CredentialsOf("north")) << "it was only asked";
  EXPECT_EQ(Reload(), Names{"turn-secret"});
  EXPECT_EQ(Given(), CredentialsOf("south"));
  EXPECT_EQ(Reload(), Names{}) << "it is in force";
}

TEST_F(TurnSecret, StaysWhereItsFileHasNone) {
  folder_.Write("secret", "two\nlines\n");
  EXPECT_EQ(running_->Reload(/*only_check=*/false).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Given(), CredentialsOf("north"));
}

}  // namespace
}  // namespace pigeonhub
