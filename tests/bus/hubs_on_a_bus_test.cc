// SPDX-License-Identifier: Apache-2.0
//
// Whole hub servers that know nothing of each other but one real broker.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "pigeonhub/hub_server.h"
#include "server/runtime/mutex.h"
#include "tests/bus/broker.h"
#include "tests/server/hub_server_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/raw_client.h"

namespace pigeonhub::bus {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

// A hub with a log that a test reads. It dials nobody, and so meets others on the bus alone.
class HubOnBus {
 public:
  explicit HubOnBus(HubServerOptions options) {
    options.host = "127.0.0.1";
    options.port = 0;
    options.is_hub = true;
    options.io_threads = 1;
    options.auto_connect = false;
    options.hub_mesh_max_peers = 0;
    options.log = [this](LogLevel, std::string_view line) {
      MutexLock lock(mutex_);
      log_ += std::string(line) + "\n";
    };
    server_ = std::make_unique<HubServer>(std::move(options));
    EXPECT_TRUE(server_->Start().ok());
  }
  ~HubOnBus() { server_.reset(); }

  HubServer& server() { return *server_; }
  std::string log() const {
    MutexLock lock(mutex_);
    return log_;
  }
  BusRecord bus() const { return server_->Links().bus.value_or(BusRecord()); }
  bool HearsOthers(size_t hubs) {
    return Eventually([&] { return bus().up && bus().hubs == hubs; });
  }

 private:
  mutable Mutex mutex_;
  std::string log_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<HubServer> server_;
};

HubServerOptions At(const Broker& broker) {
  HubServerOptions options;
  options.nats_servers = {broker.url()};
  return options;
}

size_t Lines(const std::string& log, const std::string& part) {
  size_t count = 0;
  for (size_t at = log.find(part); at != std::string::npos; at = log.find(part, at + 1)) ++count;
  return count;
}

// Two peers meet and one says something to the other.
void ExpectToMeet(HubOnBus& one, HubOnBus& other, const std::string& network) {
  const std::string here(HubServer::GeneratePeerId().text());
  const std::string there(HubServer::GeneratePeerId().text());
  RawClient a = Connected(one.server(), here);
  RawClient b = Connected(other.server(), there);
  const std::string announce =
      R"({"type":"announce","networkName":")" + network + R"(","data":{}})";
  a.SendText(announce);
  b.SendText(announce);
  EXPECT_NE(a.ReadTextWith(there), "");
  EXPECT_NE(b.ReadTextWith(here), "");
  a.SendText(R"({"type":"offer","networkName":")" + network + R"(","targetPeerId":")" + there +
             R"(","data":{"sdp":"v=0"}})");
  EXPECT_THAT(b.ReadTextWith("\"offer\""), HasSubstr(here));
}

TEST(HubsOnABus, AreOneHub) {
  Broker broker;
  HubOnBus a(At(broker));
  HubOnBus b(At(broker));
  HubOnBus c(At(broker));
  ASSERT_TRUE(a.HearsOthers(2) && b.HearsOthers(2) && c.HearsOthers(2));
  EXPECT_TRUE(a.server().Links().links.empty());
  ExpectToMeet(a, b, "room");
  ExpectToMeet(c, a, "room");
  EXPECT_THAT(a.server().GetConnectedHubs(), SizeIs(2));
  EXPECT_EQ(a.bus().server, broker.url());
  EXPECT_GT(a.bus().echo, Duration::zero());
  EXPECT_LT(a.bus().echo, Duration(30s));
  const std::string metrics = a.server().Metrics();
  EXPECT_THAT(metrics, HasSubstr("pigeonhub_bus_up 1\n"));
  EXPECT_THAT(metrics, HasSubstr("pigeonhub_bus_hubs 2\n"));
  EXPECT_THAT(metrics, HasSubstr("pigeonhub_bus_connects_total 1\n"));
}

TEST(HubsOnABus, DoNotMeetUnderAnotherSubjectOrInAnotherMesh) {
  Broker broker;
  HubOnBus a(At(broker));
  HubServerOptions other_subject = At(broker);
  other_subject.nats_subject = "other";
  HubOnBus b(other_subject);
  HubServerOptions other_mesh = At(broker);
  other_mesh.hub_mesh_namespace = "other";
  HubOnBus c(other_mesh);
  HubOnBus d(At(broker));
  ASSERT_TRUE(a.HearsOthers(1) && d.HearsOthers(1));
  EXPECT_TRUE(b.HearsOthers(0) && c.HearsOthers(0));
}

TEST(HubsOnABus, AreBackAfterTheBroker) {
  Broker broker;
  HubOnBus a(At(broker));
  HubOnBus b(At(broker));
  ASSERT_TRUE(a.HearsOthers(1) && b.HearsOthers(1));
  broker.Kill();
  EXPECT_TRUE(Eventually([&] { return !a.bus().up && !b.bus().up; }));
  EXPECT_TRUE(Eventually([&] { return a.log().find("no broker answers") != std::string::npos; }));
  EXPECT_THAT(a.bus().end, Not(""));
  broker.Start();
  ASSERT_TRUE(a.HearsOthers(1) && b.HearsOthers(1));
  ExpectToMeet(a, b, "room");
  EXPECT_EQ(Lines(a.log(), "no broker answers"), 1u) << a.log();
  EXPECT_EQ(a.bus().end, "");
}

TEST(HubsOnABus, ServeTheirOwnPeersWithoutABroker) {
  std::string url;
  {
    Broker broker;
    url = broker.url();
  }
  HubServerOptions options;
  options.nats_servers = {"nats://hub:s3cret@" + url.substr(7)};
  const auto begin = std::chrono::steady_clock::now();
  HubOnBus a(options);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
  ExpectToMeet(a, a, "room");
  EXPECT_THAT(a.bus().end, HasSubstr("No server available"));
  EXPECT_EQ(a.bus().server, "nats://***@" + url.substr(7));
  EXPECT_THAT(a.log(), Not(HasSubstr("s3cret")));
}

TEST(HubsOnABus, TakeNewCredentialsWithoutARestart) {
  TemporaryFolder folder;
  Broker broker("authorization { users = [ {user: hub, password: new} ] }");
  HubServerOptions options = At(broker);
  options.nats_auth_file = folder.Write("auth", "hub:old");
  HubOnBus a(options);
  HubOnBus b(options);
  EXPECT_THAT(a.log(), HasSubstr("the broker refuses this hub's credentials"));
  folder.Write("auth", "hub:new");
  ASSERT_TRUE(a.HearsOthers(1) && b.HearsOthers(1));
  EXPECT_EQ(Lines(a.log(), "refuses this hub's credentials"), 1u) << a.log();
  EXPECT_THAT(a.log(), Not(HasSubstr("hub:")));
}

TEST(HubsOnABus, SayWhatTheyMayNotDoOnce) {
  Broker broker(R"(authorization { users = [
    {user: mute, password: pw, permissions: {publish: "other.>", subscribe: "pigeonhub.>"}} ] })");
  HubServerOptions options = At(broker);
  options.nats_servers = {"nats://mute:pw@127.0.0.1:" + std::to_string(broker.port())};
  HubOnBus a(options);
  EXPECT_TRUE(Eventually([&] { return Lines(a.log(), "publish and subscribe") == 1; }));
  // It connects again and again.
  EXPECT_TRUE(Eventually([&] {
    return a.server().Metrics().find("pigeonhub_bus_connects_total 2\n") != std::string::npos;
  }));
  EXPECT_EQ(Lines(a.log(), "publish and subscribe"), 1u) << a.log();
  EXPECT_FALSE(a.bus().up);
}

TEST(HubsOnABus, AreHarmedByNothingThatOthersPublishThere) {
  Broker broker;
  HubOnBus a(At(broker));
  HubOnBus b(At(broker));
  ASSERT_TRUE(a.HearsOthers(1) && b.HearsOthers(1));
  RawClient stranger(broker.port());
  stranger.Send("CONNECT {\"verbose\":false}\r\n");
  const std::string subject = "pigeonhub.pigeonhub-mesh.hubs";
  const std::string large(1 << 20, 'x');
  const std::vector<std::string> payloads = {
      "",
      "no json",
      "[]",
      "{}",
      "null",
      R"({"type":"hub-news"})",
      R"({"type":"hub-frame"})",
      R"({"type":"announce","networkName":"room","data":{}})",
      R"({"type":"hub-news","fromPeerId":"x","data":{"bus":1,"life":-1,"hubs":[null]}})",
      large};
  for (const std::string& payload : payloads) {
    stranger.Send("PUB " + subject + " " + std::to_string(payload.size()) + "\r\n" + payload +
                  "\r\n");
  }
  EXPECT_TRUE(Eventually([&] {
    return a.server().Metrics().find("refusals_total{reason=\"invalid_message\"} 0\n") ==
           std::string::npos;
  }));
  ExpectToMeet(a, b, "room");
}

TEST(HubsOnABus, AreRefusedWhereNothingCanComeOfIt) {
  HubServerOptions options = AnyPort();
  options.nats_servers = {"nats://127.0.0.1"};
  EXPECT_EQ(HubServer(options).Start().code(), absl::StatusCode::kInvalidArgument);
  options.is_hub = true;
  options.nats_servers = {"http://u:s3cret@127.0.0.1"};
  const absl::Status status = HubServer(options).Start();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace pigeonhub::bus
