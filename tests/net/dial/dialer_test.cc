// SPDX-License-Identifier: Apache-2.0

#include "server/net/dial/dialer.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <optional>
#include <string>

#include "server/net/reactor/reactor.h"

namespace pigeonhub::net {
namespace {

// Dials, one address at a time, a port of this machine at which somebody listens.
class DialerTest : public ::testing::Test, public Dialer::Sink {
 protected:
  DialerTest() : listening_(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int off = 0;
    setsockopt(listening_, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listening_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listening_, 64), 0);
    getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin6_port);
    reactor_.Run([this] { dialer_.emplace(reactor_, *this); });
  }
  ~DialerTest() override {
    reactor_.Run([this] {
      dialer_->GiveUpAll();
      dialer_.reset();
    });
    reactor_.Stop();
    close(listening_);
  }

  // "reached", or why not.
  std::string Dial(const std::string& host, AddressBlocks within) {
    answer_ = {};
    reactor_.Post([this, host, within] {
      dialer_->Connect(DialTargetId(1), {false, host, port_, "/"}, std::chrono::minutes(1), within);
    });
    return answer_.get_future().get();
  }

 private:
  void OnReached(DialTargetId, Descriptor) override { answer_.set_value("reached"); }
  void OnUnreachable(DialTargetId, const std::string& why) override { answer_.set_value(why); }

  const int listening_;
  uint16_t port_ = 0;
  std::promise<std::string> answer_;
  Reactor reactor_{"dialer-test"};
  std::optional<Dialer> dialer_;
};

constexpr AddressBlocks kInternet = AddressBlocks().With(AddressBlock::kInternet);
const char* const kRefusal =
    "leads to an address at which this hub dials nobody that it only heard of";

// Numbers in all the forms that resolvers take, so that no name server is asked.
constexpr const char* kInside[] = {"127.0.0.1", "127.1",     "2130706433",       "0x7f000001",
                                   "::1",       "localhost", "::ffff:127.0.0.1", "0.0.0.0",
                                   "0",         "::"};

TEST_F(DialerTest, ReachesThisMachineWhereItIsConfigured) {
  EXPECT_EQ(Dial("127.0.0.1", AddressBlocks::All()), "reached");
  EXPECT_EQ(Dial("2130706433", AddressBlocks::All()), "reached") << "or the next test says nothing";
}

TEST_F(DialerTest, IsNotSentToThisMachineByWhatOthersAdvertise) {
  for (const char* host : kInside) {
    EXPECT_EQ(Dial(host, kInternet), kRefusal) << host;
  }
}

TEST_F(DialerTest, IsNotSentToLinkLocalNeighborsByWhatOthersAdvertise) {
  for (const char* host : {"169.254.169.254", "2852039166", "fe80::1", "::ffff:169.254.169.254"}) {
    EXPECT_EQ(Dial(host, kInternet), kRefusal) << host;
  }
}

}  // namespace
}  // namespace pigeonhub::net
