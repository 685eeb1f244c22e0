// SPDX-License-Identifier: Apache-2.0
//
// The control API of a real hub at its console port.

#include <gtest/gtest.h>

#include <future>
#include <string>

#include "tests/control/control_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

class ConsoleTest : public ControlTest {
 protected:
  void SetUp() override {
    Setup setup;
    setup.reach.access = std::make_shared<AccessFile>(
        folder_.Write("tokens",
                      "vera viewer a-token-for-vera-00\nadam admin a-token-for-adam-00\n"),
        log_);
    ASSERT_TRUE(setup.reach.access->Load().ok());
    setup.reach.console = ConsoleReach{.listen = "127.0.0.1:0"};
    token_ = "a-token-for-adam-00";
    Start(setup);
  }

  std::string CallAs(const std::string& token, const std::string& method, const std::string& body,
                     const std::string& type = "application/json") {
    const std::string& address = control().console_addresses().front();
    const auto port = static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    return HttpExchange(
        port, "POST /" + method + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type +
                  "\r\nConnection: close\r\nAuthorization: Bearer " + token +
                  "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
};

TEST_F(ConsoleTest, AnswersAsTheServicesDo) {
  const std::string answer =
      CallAs("a-token-for-vera-00", "pigeonhub.v1.ServerService/GetStats", "{}");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  const std::string id(hub().GetStats().hub.hub_peer_id.text());
  EXPECT_NE(answer.find("\"hubPeerId\":\"" + id + "\""), std::string::npos) << answer;
}

TEST_F(ConsoleTest, LetsNobodyDoMoreThanOverGrpc) {
  const std::string refused =
      CallAs("a-token-for-vera-00", "pigeonhub.v1.ServerService/StopSignaling", "{}");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 403 ")) << refused;
  EXPECT_NE(refused.find("\"code\":\"permission_denied\""), std::string::npos) << refused;
  EXPECT_NE(refused.find("ROLE_MISSING"), std::string::npos) << refused;
  EXPECT_TRUE(CallAs("a-token-of-nobody", "pigeonhub.v1.ServerService/GetStats", "{}")
                  .starts_with("HTTP/1.1 401 "));
  EXPECT_TRUE(CallAs("a-token-for-adam-00", "pigeonhub.v1.ServerService/StopSignaling", "{}")
                  .starts_with("HTTP/1.1 200 "));
  const auto audits = Events(v1::EVENT_KIND_AUDIT);
  ASSERT_EQ(audits.size(), 2u) << "under the names of those who asked";
  EXPECT_EQ(audits[0].audit().principal(), "vera");
  EXPECT_EQ(audits[1].audit().principal(), "adam");
}

TEST_F(ConsoleTest, AnswersOfItsHealthToViewersAlone) {
  const std::string check = "grpc.health.v1.Health/Check";
  const std::string answer = CallAs("a-token-for-vera-00", check, "{}");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("{\"status\":\"SERVING\"}")) << answer;
  EXPECT_TRUE(CallAs("a-token-for-vera-00", check, R"({"service":"pigeonhub.v1.None"})")
                  .starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(CallAs("a-token-of-nobody", check, "{}").starts_with("HTTP/1.1 401 "));
}

TEST_F(ConsoleTest, EndsTheStreamsOfACallerWhoIsTakenOutOfTheTokensFile) {
  auto stream = std::async(std::launch::async, [this] {
    return CallAs("a-token-for-vera-00", "pigeonhub.v1.EventService/WatchEvents",
                  std::string("\0\0\0\0\2{}", 7), "application/connect+json");
  });
  EXPECT_TRUE(Eventually(
      [&] { return hub().Metrics().find("\npigeonhub_event_watchers 1\n") != std::string::npos; }));
  folder_.Write("tokens", "adam admin a-token-for-adam-00\n");
  const std::string answer = stream.get();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("\"code\":\"unauthenticated\""), std::string::npos) << answer;
}

TEST_F(ConsoleTest, IsNamedByTheServer) {
  v1::GetServerInfoResponse info;
  CALL_OK(server_, GetServerInfo, v1::GetServerInfoRequest(), info);
  ASSERT_EQ(info.console_addresses_size(), 1);
  EXPECT_EQ(info.console_addresses(0), control().console_addresses().front());
  EXPECT_NE(info.console_addresses(0), "http://127.0.0.1:0") << "the port that was found";
}

TEST_F(ConsoleTest, HasItsFiguresAmongThoseOfTheHub) {
  CallAs("a-token-for-vera-00", "pigeonhub.v1.ServerService/GetStats", "{}");
  const std::string metrics = hub().Metrics();
  EXPECT_NE(metrics.find("pigeonhub_console_requests_total{code=\"200\"} 1"), std::string::npos);
  EXPECT_NE(metrics.find("pigeonhub_console_refused_total{reason=\"streams\"} 0"),
            std::string::npos);
}

}  // namespace
}  // namespace pigeonhub
