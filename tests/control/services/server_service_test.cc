// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "control/conversions/record_conversions.h"
#include "pigeonhub_version.h"
#include "tests/control/services/server_service_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

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
  EXPECT_TRUE(PeerId::Parse(info.hub_id()).has_value());
  EXPECT_EQ(info.hub_peer_id(), info.hub_id()) << "the name of before";
  EXPECT_EQ(Stats().hub_id(), info.hub_id());
  EXPECT_EQ(Stats().hub_peer_id(), info.hub_id());
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
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
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
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
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

}  // namespace
}  // namespace pigeonhub
