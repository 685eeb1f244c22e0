// SPDX-License-Identifier: Apache-2.0

#include "server/net/listen/listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <future>
#include <string>
#include <utility>

#include "server/runtime/clock.h"
#include "tests/support/raw_client.h"

namespace pigeonhub::net {
namespace {

struct Accepted {
  Descriptor descriptor;
  std::string address;
  DescriptorsLeft left;
};

class FirstAccepted final : public Listener::Sink {
 public:
  void OnAccepted(Descriptor descriptor, std::string address, DescriptorsLeft left) override {
    accepted.set_value({std::move(descriptor), std::move(address), left});
  }
  void OnTurnedAway() override {}

  std::promise<Accepted> accepted;
};

TEST(Listener, GivesSocketsThatNeitherBlockNorDelay) {
  const SystemClock clock;
  Log log(LogLevel::kError, LogFormat::kText, /*descriptor=*/2, clock);
  Reactor reactor("test");
  FirstAccepted sink;
  Listener listener(reactor, log, sink);
  const auto addresses = listener.Listen("127.0.0.1", 0, 0);
  ASSERT_TRUE(addresses.ok()) << addresses.status();
  const RawClient client(addresses->front().port);
  const Accepted accepted = sink.accepted.get_future().get();
  const int socket = accepted.descriptor.get();
  EXPECT_NE(fcntl(socket, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(fcntl(socket, F_GETFD) & FD_CLOEXEC, 0);
  int no_delay = 0;
  socklen_t size = sizeof no_delay;
  ASSERT_EQ(getsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size), 0);
  EXPECT_NE(no_delay, 0) << "the listening socket passes it on";
  EXPECT_EQ(accepted.address, "127.0.0.1");
  EXPECT_EQ(accepted.left, DescriptorsLeft::kForAnybody);
  listener.Stop();
  reactor.Stop();
}

}  // namespace
}  // namespace pigeonhub::net
