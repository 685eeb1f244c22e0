// SPDX-License-Identifier: Apache-2.0
//
// What a hub takes over from its files while it serves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/control/services/server_service_fixture.h"

namespace pigeonhub {
namespace {

class ReloadTest : public ServerServiceTest {
 protected:
  void SetUp() override {
    file_ = folder_.Write("hub.toml", "log-level = \"warn\"\nmax-connections = 77\n");
    token_ = "the-first-token-of-all";
    tokens_ = folder_.Write("tokens", "a admin " + token_ + "\n");
    Setup setup;
    setup.arguments = {"--port", "0", "--config", file_, "--control-tokens", tokens_};
    setup.hub.max_connections = 77;
    setup.reach.access = access_ = std::make_shared<AccessFile>(tokens_, log_);
    ASSERT_TRUE(access_->Load().ok());
    Start(setup);
  }
  v1::ReloadResponse Reload(bool validate_only = false) {
    v1::ReloadRequest request;
    request.set_validate_only(validate_only);
    v1::ReloadResponse response;
    const auto status = CALL(server_, Reload, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  static std::vector<std::string> Applied(const v1::ReloadResponse& response) {
    return {response.applied().begin(), response.applied().end()};
  }
  static std::vector<std::string> NeedsRestart(const v1::ReloadResponse& response) {
    return {response.needs_restart().begin(), response.needs_restart().end()};
  }
  using Names = std::vector<std::string>;

  std::string file_;
  std::string tokens_;
  std::shared_ptr<AccessFile> access_;
};

class TrustReloadTest : public ReloadTest {
 protected:
  void SetUp() override {
    Setup setup;
    const std::string hubs = folder_.Write("hubs", "# nobody yet\n");
    setup.arguments = {"--port", "0", "--hub-trust", hubs};
    setup.hub.hub_trust = "# nobody yet\n";
    Start(setup);
  }
};

TEST_F(ReloadTest, FindsNothingWhereNothingChanged) {
  EXPECT_EQ(Applied(Reload()), Names{});
  EXPECT_EQ(NeedsRestart(Reload()), Names{});
}

TEST_F(ReloadTest, AppliesWhatCanBeAndNamesTheRest) {
  folder_.Write("hub.toml",
                "log-level = \"error\"\nmax-connections = 77\nmax-message-size = \"2MiB\"\n");
  EXPECT_EQ(Applied(Reload(/*validate_only=*/true)), Names{"log-level"});
  EXPECT_TRUE(Settings()["log-level"].starts_with("warn "));
  const auto reloaded = Reload();
  EXPECT_EQ(Applied(reloaded), Names{"log-level"});
  EXPECT_EQ(NeedsRestart(reloaded), Names{"max-message-size"});
  EXPECT_EQ(Settings()["log-level"], "error (file " + file_ + ")");
  EXPECT_TRUE(Settings()["max-message-size"].starts_with("1MiB ")) << "what is in force";
  EXPECT_EQ(NeedsRestart(Reload()), Names{"max-message-size"}) << "it still waits";
}

TEST_F(ReloadTest, TakesOverLimitsWhileTheHubRuns) {
  folder_.Write("hub.toml",
                "log-level = \"warn\"\nmax-connections = 1\nmessage-rate = \"7/s,9\"\n"
                "memory-limit = \"4GiB\"\n");
  const Names changed{"max-connections", "memory-limit", "message-rate"};
  EXPECT_THAT(Applied(Reload(/*validate_only=*/true)), testing::UnorderedElementsAreArray(changed));
  EXPECT_EQ(Limits()["max-connections"], "77 (file " + file_ + ")") << "it was only asked";
  Join(1, "room");
  const auto reloaded = Reload();
  EXPECT_THAT(Applied(reloaded), testing::UnorderedElementsAreArray(changed));
  EXPECT_EQ(NeedsRestart(reloaded), Names{});
  EXPECT_EQ(Limits()["max-connections"], "1 (file " + file_ + ")");
  EXPECT_EQ(Limits()["message-rate"], "7/s,9 (file " + file_ + ")");
  EXPECT_EQ(Limits()["memory-limit"], "4GiB (file " + file_ + ")");
  EXPECT_EQ(Settings()["max-connections"], "1 (file " + file_ + ")");
  EXPECT_EQ(Stats().max_connections(), 1);
  EXPECT_EQ(Stats().turning_away(), v1::REASON_MAXIMUM_CONNECTIONS);
  EXPECT_EQ(Stats().peers(), 1) << "nobody has to leave";
  EXPECT_EQ(Applied(Reload()), Names{}) << "it is in force";

  folder_.Write("hub.toml", "log-level = \"warn\"\nmax-connections = 5\n");
  EXPECT_EQ(Applied(Reload()).size(), 3u);
  EXPECT_EQ(Stats().turning_away(), v1::REASON_UNSPECIFIED);
  Join(2, "room");
  EXPECT_EQ(Stats().peers(), 2);
  EXPECT_EQ(Limits()["message-rate"], "100/s,500 (default)");
}

TEST_F(ReloadTest, LeavesWhatACallChangedUntilTheFileChanges) {
  v1::SetLogLevelRequest request;
  request.set_level(v1::LOG_LEVEL_DEBUG);
  v1::SetLogLevelResponse response;
  CALL_OK(server_, SetLogLevel, request, response);
  EXPECT_EQ(Applied(Reload()), Names{});
  EXPECT_EQ(Settings()["log-level"], "debug (api)");
  EXPECT_TRUE(log_.Enabled(LogLevel::kDebug));

  folder_.Write("hub.toml",
                "log-level = \"warn\"\nmax-connections = 77\n"
                "bootstrap-hub = [\"ws://127.0.0.1:1\"]\n");
  EXPECT_EQ(Applied(Reload()), Names{"bootstrap-hub"}) << "another setting is no reason either";
  EXPECT_EQ(Settings()["log-level"], "debug (api)");

  folder_.Write("hub.toml", "log-level = \"error\"\nmax-connections = 77\n");
  EXPECT_EQ(Applied(Reload()), (Names{"bootstrap-hub", "log-level"}));
  EXPECT_EQ(Settings()["log-level"], "error (file " + file_ + ")");
  EXPECT_FALSE(log_.Enabled(LogLevel::kWarn));
}

TEST_F(ReloadTest, LeavesTheHubMeshNamespaceAndTheLinksThatCallsChanged) {
  v1::SetHubMeshNamespaceRequest rename;
  rename.set_hub_mesh_namespace("another-mesh");
  rename.set_restart_signaling(true);
  v1::SetHubMeshNamespaceResponse renamed;
  CALL_OK(mesh_, SetHubMeshNamespace, rename, renamed);
  v1::ConnectHubRequest connect;
  connect.set_url("ws://127.0.0.1:1");
  v1::ConnectHubResponse connected;
  CALL_OK(mesh_, ConnectHub, connect, connected);
  EXPECT_EQ(Applied(Reload()), Names{});
  EXPECT_EQ(NeedsRestart(Reload()), Names{});
  EXPECT_EQ(Settings()["hub-mesh-namespace"], "another-mesh (api)");
  EXPECT_EQ(hub().GetHubMeshNamespace(), "another-mesh");
  EXPECT_EQ(hub().Links().links.size(), 1u);
}

TEST_F(ReloadTest, TokensNeedNoneTheFileIsLookedAtWithEachCall) {
  folder_.Write("tokens", "b admin the-next-token-of-all\n");
  v1::ReloadResponse response;
  EXPECT_REFUSED(CALL(server_, Reload, v1::ReloadRequest(), response), UNAUTHENTICATED,
                 "NOT_AUTHENTICATED");
  token_ = "the-next-token-of-all";
  EXPECT_EQ(Applied(Reload()), Names{});
}

TEST_F(ReloadTest, TakesOverTheBootstrapHubs) {
  folder_.Write("hub.toml",
                "log-level = \"warn\"\nmax-connections = 77\n"
                "bootstrap-hub = [\"ws://127.0.0.1:1\"]\n");
  EXPECT_EQ(Applied(Reload(/*validate_only=*/true)), Names{"bootstrap-hub"});
  EXPECT_EQ(hub().Links().links.size(), 0u);
  const auto reloaded = Reload();
  EXPECT_EQ(Applied(reloaded), Names{"bootstrap-hub"});
  EXPECT_EQ(NeedsRestart(reloaded), Names{});
  ASSERT_EQ(hub().Links().links.size(), 1u);
  EXPECT_EQ(hub().Links().links[0].url, "ws://127.0.0.1:1");
  EXPECT_EQ(Settings()["bootstrap-hub"], "[\"ws://127.0.0.1:1\"] (file " + file_ + ")");
  EXPECT_EQ(Applied(Reload()), Names{}) << "it is in force";
}

TEST_F(TrustReloadTest, TakesOverTheHubsToTrustUnlessTheirFileIsWrong) {
  EXPECT_EQ(Applied(Reload()), Names{});
  folder_.Write("hubs", PeerIdText(1) + " short\n");
  v1::ReloadResponse response;
  const auto refused = CALL(server_, Reload, v1::ReloadRequest(), response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_NE(refused.error_message().find("line 1: a public key has 43 characters of base64url"),
            std::string::npos)
      << refused.error_message();
  folder_.Write("hubs", PeerIdText(1) + ' ' + hub().PublicKeyText() + '\n');
  EXPECT_EQ(Applied(Reload(/*validate_only=*/true)), Names{"hub-trust"});
  EXPECT_EQ(Applied(Reload()), Names{"hub-trust"});
  EXPECT_EQ(Applied(Reload()), Names{}) << "it is in force";
}

TEST_F(ReloadTest, TakesOverAnotherListOfTokenKeysButNotThatThereAreNone) {
  const std::string before = "log-level = \"warn\"\nmax-connections = 77\n";
  const auto list = [&](const std::string& paths) {
    folder_.Write("hub.toml", before + "token-key = [" + paths + "]\n");
  };
  const std::string one = '"' + folder_.Write("one.keys", std::string(32, '1') + "\n") + '"';
  const std::string two = '"' + folder_.Write("two.keys", std::string(32, '2') + "\n") + '"';
  list(one);
  EXPECT_EQ(Applied(Reload()), Names{"token-key"});
  list(one + ", " + two);
  EXPECT_EQ(Applied(Reload(/*validate_only=*/true)), Names{"token-key"});
  const auto reloaded = Reload();
  EXPECT_EQ(Applied(reloaded), Names{"token-key"});
  EXPECT_EQ(NeedsRestart(reloaded), Names{});
  EXPECT_THAT(hub().Metrics(), testing::HasSubstr("\npigeonhub_token_keys 2\n"));
  EXPECT_EQ(Applied(Reload()), Names{}) << "it is in force";
  folder_.Write("hub.toml", before);
  EXPECT_EQ(NeedsRestart(Reload()), Names{"token-key"});
  EXPECT_THAT(hub().Metrics(), testing::HasSubstr("\npigeonhub_token_keys 2\n"));
}

TEST_F(ReloadTest, TakesOverASecretThatItDoesNotShow) {
  const auto write = [&](const std::string& secret) {
    folder_.Write("hub.toml",
                  "log-level = \"warn\"\nmax-connections = 77\n"
                  "bootstrap-hub = [\"ws://127.0.0.1:1?k=" +
                      secret + "\"]\nadvertise-url = \"ws://h?k=" + secret + "\"\n");
  };
  write("one");
  Reload();
  write("two");
  const auto reloaded = Reload();
  EXPECT_EQ(Applied(reloaded), Names{"bootstrap-hub"});
  EXPECT_EQ(NeedsRestart(reloaded), Names{"advertise-url"});
  EXPECT_EQ(Settings()["bootstrap-hub"], "[\"ws://127.0.0.1:1?k=***\"] (file " + file_ + ")");
}

class ReloadKeysTest : public ServerServiceTest {
 protected:
  void SetUp() override {
    keys_ = folder_.Write("keys", kFirst + "\n");
    Setup setup;
    setup.arguments = {"--port", "0", "--hub-key", keys_};
    setup.hub.hub_keys = kFirst + "\n";
    Start(setup);
  }
  v1::ReloadResponse Reload() {
    v1::ReloadResponse response;
    const auto status = CALL(server_, Reload, v1::ReloadRequest(), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  const std::string kFirst = "the first key, long enough to be one";
  std::string keys_;
};

TEST_F(ReloadKeysTest, TakesOverHubKeysAndNeverPartOfABadFile) {
  EXPECT_EQ(Reload().applied_size(), 0);
  folder_.Write("keys", kFirst + "\nthe second key, long enough to be one\n");
  const auto reloaded = Reload();
  ASSERT_EQ(reloaded.applied_size(), 1);
  EXPECT_EQ(reloaded.applied(0), "hub-key");
  EXPECT_EQ(Reload().applied_size(), 0);
  folder_.Write("keys", kFirst + "\nshort\n");
  v1::ReloadResponse response;
  const auto refused = CALL(server_, Reload, v1::ReloadRequest(), response);
  EXPECT_REFUSED(refused, FAILED_PRECONDITION, "RELOAD_FAILED");
  EXPECT_TRUE(refused.error_message().starts_with(keys_ + ": line 2: ")) << refused.error_message();
  EXPECT_EQ(refused.error_message().find("short"), std::string::npos)
      << "no part of a key is shown";
}

TEST_F(ReloadTest, ChangesNothingWhereAnythingIsWrong) {
  folder_.Write("hub.toml", "log-level = \"error\"\n");
  folder_.Write("tokens", "nonsense\n");
  v1::ReloadResponse response;
  const auto bad_tokens = CALL(server_, Reload, v1::ReloadRequest(), response);
  EXPECT_REFUSED(bad_tokens, FAILED_PRECONDITION, "RELOAD_FAILED");
  EXPECT_EQ(bad_tokens.error_message(), tokens_ + ":1: a line is: name role credential");
  folder_.Write("tokens", "a admin the-first-token-of-all\n");
  folder_.Write("hub.toml", "log-level = \"loud\"\n");
  EXPECT_REFUSED(CALL(server_, Reload, v1::ReloadRequest(), response), FAILED_PRECONDITION,
                 "RELOAD_FAILED");
  EXPECT_TRUE(Settings()["log-level"].starts_with("warn "));
}

}  // namespace
}  // namespace pigeonhub
