// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/counters.h"
#include "server/net/http/monitoring_routes.h"
#include "server/net/listen/descriptors_left.h"
#include "server/net/monitoring_port.h"
#include "tests/net/healthy_pair.h"
#include "tests/net/test_hub.h"
#include "tests/support/eventually.h"

namespace pigeonhub::net {
namespace {

int LowestFreeDescriptor() {
  const int descriptor = dup(0);
  close(descriptor);
  return descriptor;
}

// Leaves this process, hub and clients, no descriptor at all while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{static_cast<rlim_t>(LowestFreeDescriptor()), before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

// A socket made beforehand, to connect when no more can be made.
class LateClient {
 public:
  LateClient() : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~LateClient() { close(descriptor_); }
  LateClient(const LateClient&) = delete;

  bool Connect(uint16_t port) {
    const timeval limit{20, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    sockaddr_in hub{};
    hub.sin_family = AF_INET;
    hub.sin_port = htons(port);
    hub.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(descriptor_, reinterpret_cast<sockaddr*>(&hub), sizeof(hub)) == 0;
  }

  // Whether the hub turned it away, rather than let it hang.
  bool IsTurnedAway(uint16_t port) { return !Connect(port) || IsEnded(); }

  // Whether the hub ends it.
  bool IsEnded() {
    char byte;
    const ssize_t got = recv(descriptor_, &byte, 1, 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
  }

  // Asks for /livez, and whether the hub says yes.
  bool Probe(uint16_t port) {
    constexpr std::string_view kRequest = "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n";
    constexpr std::string_view kYes = "HTTP/1.1 200 ";
    if (!Connect(port)) return false;
    send(descriptor_, kRequest.data(), kRequest.size(), MSG_NOSIGNAL);
    std::string answer(kYes.size(), '\0');
    recv(descriptor_, answer.data(), answer.size(), MSG_WAITALL);
    return answer == kYes;
  }

 private:
  const int descriptor_;
};

TEST(OutOfDescriptors, TurnsNewcomersAwayAndServesTheOthers) {
  TestHub hub;
  HealthyPair healthy(hub);
  ASSERT_TRUE(healthy.Talk());
  std::vector<std::unique_ptr<LateClient>> late;
  for (int i = 0; i < 5; ++i) late.push_back(std::make_unique<LateClient>());
  {
    const NoDescriptors shortage;
    for (auto& client : late) EXPECT_TRUE(client->IsTurnedAway(hub.port()));
    EXPECT_TRUE(healthy.Talk());
    EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kOutOfDescriptors) >= late.size(); }));
  }
  // Relief: whoever comes now is let in.
  EXPECT_EQ(RawClient(hub.port()).Upgrade("/?peerId=" + PeerIdText(1)), 101);
  EXPECT_TRUE(healthy.Talk());
}

// Leaves this process `count` descriptors beyond those in use until newcomers are turned away.
class FewDescriptors {
 public:
  explicit FewDescriptors(int count) {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlim_t limit = static_cast<rlim_t>(LowestFreeDescriptor());
    while (LeftAfter(LowestFreeDescriptor() + count - 1, limit) != DescriptorsLeft::kForAnybody) {
      ++limit;
    }
    const rlimit few{limit, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(DescriptorsLeft, KeepsAQuarterAtMost64FromPeers) {
  using enum DescriptorsLeft;
  struct Case {
    uint64_t limit;
    int last_for_anybody;
    int last_for_http;
    int last_for_monitoring;
  };
  for (const Case& one :
       {Case{64, 47, 55, 59}, Case{256, 191, 223, 239}, Case{1024, 959, 991, 1007},
        Case{1'048'576, 1'048'511, 1'048'543, 1'048'559}}) {
    EXPECT_EQ(LeftAfter(one.last_for_anybody, one.limit), kForAnybody) << one.limit;
    EXPECT_EQ(LeftAfter(one.last_for_anybody + 1, one.limit), kForHttp) << one.limit;
    EXPECT_EQ(LeftAfter(one.last_for_http, one.limit), kForHttp) << one.limit;
    EXPECT_EQ(LeftAfter(one.last_for_http + 1, one.limit), kForMonitoring) << one.limit;
    EXPECT_EQ(LeftAfter(one.last_for_monitoring, one.limit), kForMonitoring) << one.limit;
    EXPECT_EQ(LeftAfter(one.last_for_monitoring + 1, one.limit), kForCalls) << one.limit;
  }
  EXPECT_EQ(LeftAfter(1'000'000, RLIM_INFINITY), kForAnybody);
  EXPECT_EQ(LeftAfter(100, 50), kForCalls) << "the limit was lowered";
}

TEST(OutOfDescriptors, AnswersProbesWhenPeersHaveTakenAllTheyMay) {
  const Counters counters;
  const MonitoringRoutes routes(counters, [] { return std::string("peers 1\n"); });
  const SystemClock clock;
  Log log(LogLevel::kOff, LogFormat::kText, 2, clock);
  DataPlaneOptions options;
  options.monitoring = &routes;
  options.connection.handshake_timeout = std::chrono::minutes(10);
  TestHub hub(options);
  MonitoringPort own(routes, log);
  const auto bound = own.Listen("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok()) << bound.status();
  HealthyPair healthy(hub);
  const FewDescriptors shortage(12);

  std::vector<RawClient> peers;
  int status = 101;
  for (uint64_t i = 0; i < 100 && status == 101; ++i) {
    peers.emplace_back(hub.port());
    status = peers.back().Upgrade("/?peerId=" + PeerIdText(i));
  }
  EXPECT_GT(peers.size(), 3u);
  EXPECT_EQ(status, 503);
  peers.pop_back();
  EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kOutOfDescriptors) == 1; }));
  EXPECT_TRUE(HttpGet(hub.port(), "/livez").starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(HttpGet(bound->front().port, "/livez").starts_with("HTTP/1.1 200 "));

  // Neither do those who only connect take the rest.
  ASSERT_TRUE(hub.WaitForSockets(2 + peers.size()));
  std::vector<RawClient> silent;
  const auto turned_away = [&] { return hub.Count(Reason::kOutOfDescriptors) - 1; };
  while (turned_away() == 0) {
    silent.emplace_back(hub.port());
    ASSERT_TRUE(Eventually([&] {
      return hub.plane().open_sockets() + turned_away() == 2 + peers.size() + silent.size();
    }));
  }
  EXPECT_GT(silent.size(), 1u);
  EXPECT_TRUE(HttpGet(bound->front().port, "/livez").starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(healthy.Talk());
}

// `silent` connect to `port` and say nothing, and of them all one in ten is followed by a probe.
// How many probes were answered.
size_t ProbeAmongSilent(uint16_t port, std::vector<LateClient>& silent,
                        std::vector<LateClient>& probes) {
  size_t answered = 0;
  for (size_t i = 0; i < silent.size(); ++i) {
    EXPECT_TRUE(silent[i].Connect(port));
    if (i % 10 == 9 && probes.at(i / 10).Probe(port)) ++answered;
  }
  return answered;
}

TEST(OutOfDescriptors, TheOldestSilentConnectionMakesRoomForAProbe) {
  const Counters counters;
  const MonitoringRoutes routes(counters, [] { return std::string("peers 1\n"); });
  DataPlaneOptions options;
  options.monitoring = &routes;
  options.connection.handshake_timeout = std::chrono::minutes(10);
  options.connection.close_timeout = std::chrono::minutes(10);
  options.io_threads = 2;
  TestHub hub(options);
  HealthyPair healthy(hub);
  std::vector<LateClient> silent(60);
  std::vector<LateClient> probes(6);
  const FewDescriptors shortage(4);

  EXPECT_EQ(ProbeAmongSilent(hub.port(), silent, probes), probes.size());
  EXPECT_TRUE(silent[4].IsEnded()) << "the first that came when only HTTP was left";
  EXPECT_GT(hub.Count(Reason::kOutOfDescriptors), 0u);
  EXPECT_NE(LowestFreeDescriptor(), -1) << "what is kept for calls is left alone";
  EXPECT_TRUE(healthy.Talk());
}

TEST(OutOfDescriptors, ProbesThatHaveTheirAnswerAndStayMakeRoomToo) {
  const Counters counters;
  const MonitoringRoutes routes(counters, [] { return std::string("peers 1\n"); });
  DataPlaneOptions options;
  options.monitoring = &routes;
  options.connection.close_timeout = std::chrono::minutes(10);
  TestHub hub(options);
  std::vector<LateClient> probes(60);
  const FewDescriptors shortage(0);
  for (LateClient& probe : probes) EXPECT_TRUE(probe.Probe(hub.port()));
  EXPECT_EQ(hub.Count(Reason::kOutOfDescriptors), 0u) << "nobody was refused";
}

TEST(OutOfDescriptors, TheMonitoringPortLeavesCallsTheirDescriptors) {
  const Counters counters;
  const MonitoringRoutes routes(counters, [] { return std::string("peers 1\n"); });
  const SystemClock clock;
  Log log(LogLevel::kOff, LogFormat::kText, 2, clock);
  MonitoringPort own(routes, log);
  const auto bound = own.Listen("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok()) << bound.status();
  std::vector<LateClient> silent(60);
  std::vector<LateClient> probes(6);
  const FewDescriptors shortage(0);
  EXPECT_EQ(ProbeAmongSilent(bound->front().port, silent, probes), probes.size());
  EXPECT_NE(LowestFreeDescriptor(), -1);
}

}  // namespace
}  // namespace pigeonhub::net
