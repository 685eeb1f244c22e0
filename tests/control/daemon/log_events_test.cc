// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/log_events.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <optional>
#include <string>

#include "server/internals/hub_internals.h"
#include "server/runtime/clock.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

// The line about a hub that dials the port for peers, and is not admitted.
std::string LineAboutARefusedHub(const std::string& id, std::optional<uint16_t>* port_for_hubs) {
  std::promise<std::string> line;
  std::future<std::string> written = line.get_future();
  const SystemClock clock;
  Log log(
      LogLevel::kWarn,
      [&](LogLevel, std::string_view text) {
        if (text.find("hub refused") != std::string_view::npos) line.set_value(std::string(text));
      },
      clock);
  HubServerOptions options;
  options.host = "127.0.0.1";
  options.port = 0;
  options.is_hub = true;
  options.auto_connect = false;
  options.io_threads = 1;
  if (port_for_hubs != nullptr) options.hub_listen = HostPort{"127.0.0.1", 0};
  const auto server = HubInternals::Make(options, log);
  LogEvents(*server, log, log);
  EXPECT_TRUE(server->Start().ok());
  if (port_for_hubs != nullptr) *port_for_hubs = server->HubAddresses().front().port;
  RawClient hub(server->Addresses().front().port);
  EXPECT_EQ(hub.Upgrade("/?peerId=" + id), 101);
  hub.SendText(R"({"type":"announce","networkName":"pigeonhub-mesh","data":{"isHub":true}})");
  const bool is_there = written.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
  EXPECT_TRUE(is_there);
  return is_there ? written.get() : std::string();
}

TEST(LogEvents, NamesTheFlagThatAdmitsARefusedHub) {
  const std::string id(40, 'b');
  const std::string text = LineAboutARefusedHub(id, nullptr);
  EXPECT_NE(text.find("--hub-allow"), std::string::npos) << text;
  EXPECT_NE(text.find("--hub-admission open"), std::string::npos) << text;
  EXPECT_NE(text.find(id), std::string::npos) << "the id to allow is given whole: " << text;
}

TEST(LogEvents, NamesThePortForHubsToAHubThatDialsTheOneForPeers) {
  std::optional<uint16_t> port_for_hubs;
  const std::string text = LineAboutARefusedHub(std::string(40, 'b'), &port_for_hubs);
  EXPECT_NE(text.find("--hub-listen"), std::string::npos) << text;
  EXPECT_NE(text.find("hub_port=" + std::to_string(*port_for_hubs)), std::string::npos) << text;
}

}  // namespace
}  // namespace pigeonhub
