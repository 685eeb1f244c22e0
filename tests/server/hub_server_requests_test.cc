// SPDX-License-Identifier: Apache-2.0
//
// The program that embeds a HubServer admits peers and answers requests.
#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/hub_server.h"
#include "tests/server/hub_server_fixture.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

// An upgrade request with the headers that a page's program may look at.
std::string RequestOfAPage(const std::string& origin, const std::string& cookie) {
  std::string request = UpgradeRequest("/join?room=1&peerId=" + kPeerId);
  const std::string usual = "http://localhost\r\n";
  request.replace(request.find(usual), usual.size(), origin + "\r\nCookie: " + cookie + "\r\n");
  return request;
}

TEST(HubServer, LetsInOnlyWhomTheProgramAdmits) {
  Heard heard;
  HubServerOptions options = AnyPort();
  options.admit = [&](const Request& request) {
    for (const std::string_view part :
         {request.method, request.path, request.query, std::string_view(request.peer_id),
          request.address, request.header("origin"), request.header("Cookie")}) {
      heard.Add(std::string(part));
    }
    if (request.query.starts_with("session=good&")) return absl::OkStatus();
    return absl::UnauthenticatedError("log in first");
  };
  HubServer server(options);
  server.On<PeerRefused>([&](const PeerRefused& refused) {
    heard.Add("refused " + refused.peer + " " + refused.address + " " +
              std::string(ReasonName(refused.reason)));
  });
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;

  RawClient stranger(port);
  stranger.Send(RequestOfAPage("http://a.example", "session=bad"));
  const std::string answer = stranger.ReadAnswer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nlog in first\n")) << answer;
  const std::vector<std::string> asked = heard.all();
  ASSERT_GE(asked.size(), 7u);
  EXPECT_EQ(std::vector(asked.begin(), asked.begin() + 7),
            (std::vector<std::string>{"GET", "/join", "room=1&peerId=" + kPeerId, kPeerId,
                                      "127.0.0.1", "http://a.example", "session=bad"}));
  EXPECT_TRUE(heard.WaitFor("refused " + kPeerId + " 127.0.0.1 not_admitted"));
  EXPECT_NE(server.Metrics().find("pigeonhub_refusals_total{reason=\"not_admitted\"} 1"),
            std::string::npos);

  RawClient guest(port);
  EXPECT_EQ(guest.Upgrade("/?session=good&peerId=" + kPeerId), 101);
  EXPECT_NE(guest.ReadTextWith("\"connected\""), "");
}

TEST(HubServer, LetsTheProgramAskItWhileAdmitting) {
  HubServer* asked = nullptr;
  HubServerOptions options = AnyPort();
  options.admit = [&](const Request&) {
    const HubServerStats stats = asked->GetStats();
    return stats.is_running && stats.hub.connections == 0 ? absl::OkStatus()
                                                          : absl::ResourceExhaustedError("full");
  };
  HubServer server(options);
  asked = &server;
  ASSERT_TRUE(server.Start().ok());
  const RawClient first = Connected(server, kPeerId);
  RawClient second(server.Addresses().front().port);
  EXPECT_EQ(second.Upgrade("/?peerId=" + kHubId), 429);
}

TEST(HubServer, EndsOnlyTheConnectionForWhichTheProgramThrows) {
  HubServerOptions options = AnyPort();
  options.admit = [](const Request& request) {
    if (request.query.starts_with("bad&")) throw std::runtime_error("no such table");
    return absl::OkStatus();
  };
  options.routes["/rooms"] = [](const Request&) -> Response { throw std::bad_function_call(); };
  std::mutex mutex;
  std::string log;
  options.log = [&](LogLevel, std::string_view line) {
    const std::lock_guard lock(mutex);
    log.append(line).append("\n");
  };
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;
  const RawClient bystander = Connected(server, kHubId);

  RawClient unlucky(port);
  unlucky.Send(UpgradeRequest("/?bad&peerId=" + kPeerId));
  EXPECT_EQ(unlucky.ReadAnswer(), "");
  EXPECT_EQ(HttpGet(port, "/rooms"), "");
  const RawClient lucky = Connected(server, kPeerId);
  EXPECT_EQ(server.GetStats().hub.connections, 2u);
  const std::lock_guard lock(mutex);
  EXPECT_NE(log.find("error=\"no such table\""), std::string::npos) << log;
}

TEST(HubServer, LogsItsEventsForTheProgram) {
  Heard heard;
  HubServerOptions options = AnyPort();
  options.log_level = LogLevel::kDebug;
  options.log = [&](LogLevel, std::string_view line) {
    heard.Add(std::string(line.substr(line.find(' ') + 1)));
  };
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  const RawClient peer = Connected(server, kPeerId);
  EXPECT_TRUE(
      heard.WaitFor("DEBUG peer connected peer=" + kPeerId + " address=127.0.0.1 connections=1"))
      << testing::PrintToString(heard.all());
}

TEST(HubServer, AnswersThePathsOfTheProgram) {
  HubServerOptions options = AnyPort();
  options.routes["/rooms"] = [](const Request& request) {
    return Response{201,
                    "application/json",
                    "[\"" + std::string(request.query) + "\"]",
                    {{"Set-Cookie", "seen=" + std::string(request.address)}}};
  };
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;

  const std::string answer = HttpGet(port, "/rooms?all");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 Created\r\n")) << answer;
  EXPECT_NE(answer.find("\r\nContent-Type: application/json\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\r\nSet-Cookie: seen=127.0.0.1\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n[\"all\"]")) << answer;
  EXPECT_EQ(HttpGet(port, "/rooms/1").find("[\""), std::string::npos) << "another path";
  EXPECT_NE(HttpGet(port, "/health").find("\"status\""), std::string::npos);
}

TEST(HubServer, LetsTheProgramAnswerEveryPathThatIsNobodys) {
  HubServerOptions options = AnyPort();
  options.routes["/rooms"] = [](const Request&) { return Response{.body = "rooms"}; };
  options.other_paths = [](const Request& request) {
    return Response{.status = 404, .body = "no " + std::string(request.path)};
  };
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;

  const std::string answer = HttpGet(port, "/romos?all");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 Not Found\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nno /romos")) << answer;
  EXPECT_TRUE(HttpGet(port, "/rooms").ends_with("\r\n\r\nrooms"));
  EXPECT_NE(HttpGet(port, "/health").find("\"status\""), std::string::npos);
}

TEST(HubServer, RefusesRoutesThatItCannotServe) {
  for (const char* path : {"rooms", "", "/health", "/hubs", "/livez", "/readyz"}) {
    HubServerOptions options = AnyPort();
    options.routes[path] = [](const Request&) { return Response{}; };
    HubServer server(options);
    EXPECT_EQ(server.Start().code(), absl::StatusCode::kInvalidArgument) << path;
  }
  HubServerOptions options = AnyPort();
  options.routes["/rooms"] = nullptr;
  EXPECT_EQ(HubServer(options).Start().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pigeonhub
