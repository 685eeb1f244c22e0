// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/log_events.h"

#include <gtest/gtest.h>

#include <future>
#include <string>

#include "server/internals/hub_internals.h"
#include "server/runtime/clock.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

TEST(LogEvents, NamesTheFlagThatAdmitsARefusedHub) {
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
  const auto server = HubInternals::Make(options, log);
  LogEvents(*server, log, log);
  ASSERT_TRUE(server->Start().ok());
  const std::string id(40, 'b');
  RawClient hub(server->Addresses().front().port);
  ASSERT_EQ(hub.Upgrade("/?peerId=" + id), 101);
  hub.SendText(R"({"type":"announce","networkName":"pigeonhub-mesh","data":{"isHub":true}})");
  ASSERT_EQ(written.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  const std::string text = written.get();
  EXPECT_NE(text.find("--hub-allow"), std::string::npos) << text;
  EXPECT_NE(text.find("--hub-admission open"), std::string::npos) << text;
  EXPECT_NE(text.find(id), std::string::npos) << "the id to allow is given whole: " << text;
}

}  // namespace
}  // namespace pigeonhub
