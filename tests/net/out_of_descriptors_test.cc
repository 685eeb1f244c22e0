// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <vector>

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

  // Whether the hub turned it away, rather than let it hang.
  bool IsTurnedAway(uint16_t port) {
    const timeval limit{20, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    sockaddr_in hub{};
    hub.sin_family = AF_INET;
    hub.sin_port = htons(port);
    hub.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(descriptor_, reinterpret_cast<sockaddr*>(&hub), sizeof(hub)) != 0) return true;
    char byte;
    const ssize_t got = recv(descriptor_, &byte, 1, 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
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

}  // namespace
}  // namespace pigeonhub::net
