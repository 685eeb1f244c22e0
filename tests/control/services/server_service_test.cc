// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "control/conversions/record_conversions.h"
#include "pigeonhub_version.h"
#include "tests/control/control_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

using std::chrono::seconds;

class ServerServiceTest : public ControlTest {
 protected:
  v1::GetStatsResponse Stats() {
    v1::GetStatsResponse stats;
    const auto status = CALL(server_, GetStats, v1::GetStatsRequest(), stats);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return stats;
  }
  // Settings as "value (origin)", by name.
  std::map<std::string, std::string> Settings() {
    v1::GetServerInfoResponse info;
    const auto status = CALL(server_, GetServerInfo, v1::GetServerInfoRequest(), info);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::map<std::string, std::string> settings;
    for (const v1::ConfigValue& value : info.config()) {
      settings[value.name()] = value.value() + " (" + value.origin() + ")";
    }
    return settings;
  }
  // Limits as "value (origin)", by name.
  std::map<std::string, std::string> Limits() {
    v1::GetLimitsResponse response;
    const auto status = CALL(server_, GetLimits, v1::GetLimitsRequest(), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::map<std::string, std::string> limits;
    for (const v1::Limit& limit : response.limits()) {
      limits[limit.name()] = limit.value() + " (" + limit.origin() + ")";
    }
    return limits;
  }
  // Reads a Drain stream to its end.
  std::pair<grpc::Status, std::vector<v1::DrainResponse>> Drain(const v1::DrainRequest& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + seconds(30));
    const auto stream = server_->Drain(&context, request);
    std::vector<v1::DrainResponse> progress;
    for (v1::DrainResponse next; stream->Read(&next);) progress.push_back(next);
    return {stream->Finish(), progress};
  }
};

TEST_F(ServerServiceTest, SaysWhatTheProcessUsesAndWhetherNewcomersAreWelcome) {
  const v1::Resources before = Stats().resources();
  EXPECT_GT(before.resident_bytes(), 1'000'000);
  EXPECT_GT(before.open_descriptors(), 3);
  EXPECT_GE(before.max_descriptors(), before.open_descriptors());
  EXPECT_GE(FromDuration(before.loop_lag_max()), FromDuration(before.loop_lag_p99()));
  EXPECT_EQ(before.announced_bytes(), 0);
  EXPECT_EQ(Stats().turning_away(), v1::REASON_UNSPECIFIED);
  Join(1, "a", "{\"text\":\"" + std::string(3000, 'x') + "\"}");
  EXPECT_GT(Stats().resources().announced_bytes(), 3000);
  EXPECT_GT(Stats().resources().open_descriptors(), before.open_descriptors());
}

TEST_F(ServerServiceTest, TurnsNewcomersAwayWhereThereIsNoRoomAndSaysWhy) {
  Setup setup;
  setup.hub.max_connections = 1;
  Start(setup);
  Join(1, "a");
  EXPECT_EQ(Stats().turning_away(), v1::REASON_MAXIMUM_CONNECTIONS);
}

TEST_F(ServerServiceTest, SaysThatThePortIsTakenAlsoWhenItIsOnlyAsked) {
  const uint16_t own = port();
  hub().Stop();
  v1::StartSignalingRequest request;
  v1::StartSignalingResponse response;
  {
    HubServer other({.host = "127.0.0.1", .port = own, .io_threads = 1});
    ASSERT_TRUE(other.Start().ok());
    for (const bool only_asked : {true, false}) {
      request.set_validate_only(only_asked);
      EXPECT_REFUSED(CALL(server_, StartSignaling, request, response), UNAVAILABLE, "PORT_TAKEN");
    }
  }
  request.set_validate_only(true);
  CALL_OK(server_, StartSignaling, request, response);
  EXPECT_FALSE(hub().IsRunning());
  HubServer proof({.host = "127.0.0.1", .port = own, .io_threads = 1});
  EXPECT_TRUE(proof.Start().ok()) << "what was asked for holds no port";
}

TEST_F(ServerServiceTest, CountsWhoIsThereAndWhatHappened) {
  Join(1, "a");
  Join(2, "a");
  Join(3);
  const v1::GetStatsResponse stats = Stats();
  EXPECT_EQ(stats.serving_state(), v1::SERVING_STATE_SERVING);
  EXPECT_TRUE(stats.is_hub());
  EXPECT_EQ(stats.hub_mesh_namespace(), "pigeonhub-mesh");
  EXPECT_EQ(stats.connections(), 3);
  EXPECT_EQ(stats.namespaces(), 1);
  EXPECT_EQ(stats.max_connections(), 1000);
  EXPECT_EQ(stats.port(), port());
  EXPECT_TRUE(stats.has_uptime());
  EXPECT_EQ(stats.traffic().connections_opened(), 3);
  EXPECT_EQ(stats.traffic().announces(), 2);
  EXPECT_EQ(stats.traffic().reasons_size(), 0);
  ASSERT_TRUE(hub().DisconnectPeer(*PeerId::Parse(PeerIdText(1))).ok());
  const v1::GetStatsResponse later = Stats();
  ASSERT_EQ(later.traffic().reasons_size(), 1);
  EXPECT_EQ(later.traffic().reasons(0).reason(), v1::REASON_OPERATOR);
  EXPECT_EQ(later.traffic().reasons(0).count(), 1);
}

TEST_F(ServerServiceTest, SaysWhatItIs) {
  v1::GetServerInfoResponse info;
  CALL_OK(server_, GetServerInfo, v1::GetServerInfoRequest(), info);
  EXPECT_EQ(info.version(), kVersion);
  EXPECT_EQ(info.pid(), getpid());
  EXPECT_GT(info.start_time().seconds(), 0);
  EXPECT_TRUE(PeerId::Parse(info.hub_peer_id()).has_value());
  ASSERT_GE(info.signaling_addresses_size(), 1);
  EXPECT_EQ(info.signaling_addresses(0), "127.0.0.1:" + std::to_string(port()));
  ASSERT_EQ(info.control_addresses_size(), 1);
  EXPECT_EQ(info.control_addresses(0), control().addresses().front());
  EXPECT_NE(info.control_addresses(0), "127.0.0.1:0") << "the port that was found";
}

TEST_F(ServerServiceTest, TellsWhereEachSettingCameFrom) {
  const std::string file =
      folder_.Write("hub.toml", "max-connections = 77\nhub-mesh-namespace = \"a mesh\"\n");
  Setup setup;
  setup.arguments = {"--port", "0", "--config", file};
  Start(setup);
  auto settings = Settings();
  EXPECT_EQ(settings["port"], "0 (flag --port)");
  EXPECT_EQ(settings["max-connections"], "77 (file " + file + ")");
  EXPECT_EQ(settings["hub-mesh-namespace"], "a mesh (file " + file + ")");
  EXPECT_EQ(settings["log-level"], "info (default)");
  EXPECT_EQ(settings["control-tokens"], " (default)");
}

TEST_F(ServerServiceTest, ShowsWhatPoliciesMakeOfItsLimits) {
  const auto limits = [&] {
    std::map<std::string, v1::Limit> by_name;
    v1::GetLimitsResponse response;
    const auto status = CALL(server_, GetLimits, v1::GetLimitsRequest(), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const v1::Limit& limit : response.limits()) by_name[limit.name()] = limit;
    return by_name;
  };
  EXPECT_EQ(limits()["namespace-peers"].value(), "5000");
  EXPECT_EQ(limits()["namespace-peers"].origin(), "default");
  EXPECT_EQ(limits()["namespace-peers"].exceptions(), 0);
  Setup setup;
  setup.hub.namespaces = {{"*", {.max_peers = 70}}, {"room", {.max_peers = 3}}};
  Start(setup);
  auto changed = limits();
  EXPECT_EQ(changed["namespace-peers"].value(), "70");
  EXPECT_EQ(changed["namespace-peers"].origin(), "policy *");
  EXPECT_EQ(changed["namespace-peers"].exceptions(), 1);
  EXPECT_EQ(changed["announce-data"].value(), "16KiB");
  EXPECT_EQ(changed["announce-data"].origin(), "default");
}

TEST_F(ServerServiceTest, ShowsItsLimitsAndWhoCameToThem) {
  Setup setup;
  setup.arguments = {"--port", "0", "--message-rate", "1/h,3"};
  setup.hub.message_rate = Rate{.amount = 1, .per = std::chrono::hours(1), .burst = 3};
  Start(setup);
  RawClient& peer = Join(1, "a");
  for (int i = 0; i < 5; ++i) peer.SendText(R"({"type":"ping"})");
  std::map<std::string, v1::Limit> limits;
  v1::GetLimitsResponse response;
  ASSERT_TRUE(Eventually([&] {
    response.Clear();
    const auto status = CALL(server_, GetLimits, v1::GetLimitsRequest(), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const v1::Limit& limit : response.limits()) limits[limit.name()] = limit;
    return limits["message-rate"].recent_hits() == 1;
  }));
  const v1::Limit& message_rate = limits["message-rate"];
  EXPECT_EQ(message_rate.value(), "1/h,3");
  EXPECT_EQ(message_rate.origin(), "flag --message-rate");
  EXPECT_EQ(message_rate.total_hits(), 1);
  ASSERT_EQ(message_rate.addresses_size(), 1);
  EXPECT_EQ(message_rate.addresses(0).address(), "127.0.0.1");
  ASSERT_EQ(message_rate.peers_size(), 1);
  EXPECT_EQ(message_rate.peers(0).count(), 1);
  EXPECT_EQ(limits["byte-rate"].value(), "1MiB/s,4MiB");
  EXPECT_EQ(limits["byte-rate"].origin(), "default");
  EXPECT_EQ(limits["byte-rate"].recent_hits(), 0);
  EXPECT_EQ(limits["address-handshakes"].origin(), "fixed");
  EXPECT_EQ(response.window().seconds(), 300);
  ASSERT_EQ(response.busiest_addresses_size(), 1);
  EXPECT_EQ(response.busiest_addresses(0).address(), "127.0.0.1");
  EXPECT_EQ(response.busiest_addresses(0).count(), 1);
}

TEST_F(ServerServiceTest, StopsAndStartsSignalingWhileTheControlApiStays) {
  RawClient& peer = Join(1, "a");
  const int before = port();
  v1::StopSignalingRequest stop;
  v1::StopSignalingResponse stopped;
  stop.set_validate_only(true);
  CALL_OK(server_, StopSignaling, stop, stopped);
  EXPECT_EQ(stopped.closed_connections(), 1);
  Settle(peer);

  stop.set_validate_only(false);
  CALL_OK(server_, StopSignaling, stop, stopped);
  EXPECT_EQ(stopped.closed_connections(), 1);
  const auto close = peer.ReadClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_text(), "Server shutting down");
  EXPECT_EQ(Stats().serving_state(), v1::SERVING_STATE_STOPPED);
  EXPECT_EQ(Stats().port(), 0);
  EXPECT_REFUSED(CALL(server_, StopSignaling, stop, stopped), FAILED_PRECONDITION,
                 "SIGNALING_STOPPED");

  v1::StartSignalingRequest start;
  v1::StartSignalingResponse started;
  start.set_validate_only(true);
  CALL_OK(server_, StartSignaling, start, started);
  EXPECT_EQ(Stats().serving_state(), v1::SERVING_STATE_STOPPED);
  start.set_validate_only(false);
  CALL_OK(server_, StartSignaling, start, started);
  EXPECT_EQ(started.signaling_addresses(0), "127.0.0.1:" + std::to_string(before));
  EXPECT_EQ(Stats().serving_state(), v1::SERVING_STATE_SERVING);
  EXPECT_REFUSED(CALL(server_, StartSignaling, start, started), FAILED_PRECONDITION,
                 "SIGNALING_RUNNING");
  Join(2, "a");
}

TEST_F(ServerServiceTest, SaysThatAnotherHasTakenThePortMeanwhile) {
  HubServer other({.port = port(), .io_threads = 1});
  hub().Stop();
  ASSERT_TRUE(other.Start().ok());
  v1::StartSignalingRequest start;
  start.set_request_id("once");
  v1::StartSignalingResponse started;
  EXPECT_REFUSED(CALL(server_, StartSignaling, start, started), UNAVAILABLE, "PORT_TAKEN");
  other.Stop();
  // The same call again, as UNAVAILABLE asks for, and not the old answer.
  CALL_OK(server_, StartSignaling, start, started);
  EXPECT_EQ(Stats().serving_state(), v1::SERVING_STATE_SERVING);
}

TEST_F(ServerServiceTest, DrainsAndTellsHowFarItHasCome) {
  for (int i = 0; i < 5; ++i) Join(i, "a");
  v1::DrainRequest request;
  request.set_validate_only(true);
  auto [checked, would] = Drain(request);
  EXPECT_TRUE(checked.ok());
  ASSERT_EQ(would.size(), 1u);
  EXPECT_EQ(would[0].total(), 5);
  EXPECT_EQ(Stats().serving_state(), v1::SERVING_STATE_SERVING);

  request.set_validate_only(false);
  request.mutable_over()->set_nanos(400'000'000);
  const auto [status, progress] = Drain(request);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_GE(progress.size(), 2u);
  EXPECT_EQ(progress.front().total(), 5);
  EXPECT_EQ(progress.front().remaining(), 5);
  for (size_t i = 1; i < progress.size(); ++i) {
    EXPECT_LE(progress[i].remaining(), progress[i - 1].remaining());
    EXPECT_EQ(progress[i].done(), i + 1 == progress.size());
  }
  EXPECT_EQ(progress.back().remaining(), 0);
  EXPECT_EQ(Stats().serving_state(), v1::SERVING_STATE_STOPPED);
  EXPECT_EQ(Events(v1::EVENT_KIND_DRAIN_FINISHED).size(), 1u);
  EXPECT_REFUSED(Drain(v1::DrainRequest()).first, FAILED_PRECONDITION, "SIGNALING_STOPPED");
}

TEST_F(ServerServiceTest, UndrainKeepsWhoIsLeftAndEndsTheDrainsStream) {
  RawClient& peer = Join(1, "a");
  v1::DrainRequest request;
  request.mutable_over()->set_seconds(3600);
  grpc::ClientContext context;
  const auto stream = server_->Drain(&context, request);
  v1::DrainResponse progress;
  ASSERT_TRUE(stream->Read(&progress));
  EXPECT_EQ(Stats().serving_state(), v1::SERVING_STATE_DRAINING);

  v1::UndrainResponse undrained;
  CALL_OK(server_, Undrain, v1::UndrainRequest(), undrained);
  EXPECT_EQ(undrained.connections(), 1);
  EXPECT_FALSE(stream->Read(&progress));
  EXPECT_REFUSED(stream->Finish(), ABORTED, "SIGNALING_RUNNING");
  Settle(peer);
  Join(2, "a");
  EXPECT_REFUSED(CALL(server_, Undrain, v1::UndrainRequest(), undrained), FAILED_PRECONDITION,
                 "SIGNALING_RUNNING");
}

TEST_F(ServerServiceTest, ADrainGoesOnWhenItsCallerLeaves) {
  Join(1, "a");
  v1::DrainRequest request;
  request.mutable_over()->set_seconds(3600);
  {
    grpc::ClientContext context;
    const auto stream = server_->Drain(&context, request);
    v1::DrainResponse progress;
    ASSERT_TRUE(stream->Read(&progress));
    context.TryCancel();
    EXPECT_FALSE(stream->Read(&progress));
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  EXPECT_EQ(Stats().serving_state(), v1::SERVING_STATE_DRAINING);
}

TEST_F(ServerServiceTest, RefusesATimeToDrainThatIsNone) {
  v1::DrainRequest request;
  request.mutable_over()->set_seconds(-1);
  EXPECT_EQ(BadFieldOf(Drain(request).first), "over");
  request.mutable_over()->set_seconds(INT64_MAX);
  EXPECT_EQ(BadFieldOf(Drain(request).first), "over");
  EXPECT_EQ(Stats().serving_state(), v1::SERVING_STATE_SERVING);
}

TEST_F(ServerServiceTest, ChangesTheLogLevelUntilTheEnd) {
  v1::SetLogLevelRequest request;
  v1::SetLogLevelResponse response;
  request.set_level(v1::LOG_LEVEL_DEBUG);
  request.set_validate_only(true);
  CALL_OK(server_, SetLogLevel, request, response);
  EXPECT_EQ(response.previous(), v1::LOG_LEVEL_INFO);
  EXPECT_FALSE(log_.Enabled(LogLevel::kDebug));
  request.set_validate_only(false);
  CALL_OK(server_, SetLogLevel, request, response);
  EXPECT_TRUE(log_.Enabled(LogLevel::kDebug));
  EXPECT_EQ(Settings()["log-level"], "debug (api)");
  request.set_level(v1::LOG_LEVEL_OFF);
  CALL_OK(server_, SetLogLevel, request, response);
  EXPECT_EQ(response.previous(), v1::LOG_LEVEL_DEBUG);
  request.set_level(v1::LOG_LEVEL_UNSPECIFIED);
  EXPECT_EQ(BadFieldOf(CALL(server_, SetLogLevel, request, response)), "level");
}

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
