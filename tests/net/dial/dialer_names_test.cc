// SPDX-License-Identifier: Apache-2.0
//
// Names with several addresses, and name servers that are slow or silent.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/net/dial/dialer.h"
#include "server/net/reactor/reactor.h"
#include "tests/net/dial/fake_name_server.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

sockaddr_in LoopbackAddress(uint32_t last, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl((INADDR_LOOPBACK & ~uint32_t{0xff}) | last);
  address.sin_port = htons(port);
  return address;
}

// A socket at the address, or -1 where another process or an ended connection still holds it.
int BoundTo(sockaddr_in address) {
  const int bound = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(bound, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return bound;
  close(bound);
  return -1;
}

// Listens at 127.0.0.1 and, with the same port, at 127.0.0.2, where the queue is full: whoever
// connects there hears nothing. Nobody listens at 127.0.0.3.
class DialerNamesTest : public ::testing::Test, public Dialer::Sink {
 protected:
  DialerNamesTest() {
    TakeAPortThatIsFreeAtAllThree();
    EXPECT_EQ(listen(answering_, 64), 0);
    EXPECT_EQ(listen(swallowing_, 0), 0);
    sockaddr_in address = LoopbackAddress(2, port_);
    const socklen_t size = sizeof address;
    for (int i = 0; i < 3; ++i) {
      fillers_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      connect(fillers_.back(), reinterpret_cast<sockaddr*>(&address), size);
    }
    reactor_.Run([this] { dialer_.emplace(reactor_, *this, names_.address()); });
  }

  // With whatever is under way.
  ~DialerNamesTest() override {
    reactor_.Run([this] { dialer_.reset(); });
    reactor_.Stop();
    for (const int filler : fillers_) close(filler);
    close(swallowing_);
    close(answering_);
  }

  void Start(unsigned dial_target, const std::string& host, Duration limit = seconds(60),
             AddressBlocks within = AddressBlocks::All()) {
    reactor_.Run([=, this] {
      dialer_->Connect(DialTargetId(dial_target), {false, host, port_, "/"}, limit, within);
    });
  }
  // "reached 127.0.0.1", or why not.
  std::string AnswerOf(unsigned dial_target) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return answers_.contains(DialTargetId(dial_target)); });
    return answers_[DialTargetId(dial_target)];
  }
  std::string Dial(const std::string& host, Duration limit = seconds(60)) {
    Start(1, host, limit);
    return AnswerOf(1);
  }

 private:
  void OnReached(DialTargetId dial_target, Descriptor descriptor) override {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getpeername(descriptor.get(), reinterpret_cast<sockaddr*>(&address), &size);
    Answer(dial_target, "reached 127.0.0." + std::to_string(ntohl(address.sin_addr.s_addr) & 0xff));
  }
  void OnUnreachable(DialTargetId dial_target, const std::string& why) override {
    Answer(dial_target, why);
  }

  // The system picks a port that is free at 127.0.0.1; it may be taken at the other two.
  void TakeAPortThatIsFreeAtAllThree() {
    std::vector<int> refused;  // kept until the end, so that the system picks another one
    while (true) {
      answering_ = BoundTo(LoopbackAddress(1, 0));
      ASSERT_NE(answering_, -1) << "no port is free at 127.0.0.1";
      sockaddr_in address{};
      socklen_t size = sizeof address;
      getsockname(answering_, reinterpret_cast<sockaddr*>(&address), &size);
      port_ = ntohs(address.sin_port);
      swallowing_ = BoundTo(LoopbackAddress(2, port_));
      const int nobody = BoundTo(LoopbackAddress(3, port_));
      if (nobody != -1) close(nobody);
      if (swallowing_ != -1 && nobody != -1) break;
      if (swallowing_ != -1) close(swallowing_);
      refused.push_back(answering_);
    }
    for (const int socket : refused) close(socket);
  }

  void Answer(DialTargetId dial_target, const std::string& answer) {
    const std::lock_guard lock(mutex_);
    EXPECT_FALSE(answers_.contains(dial_target)) << "a second answer: " << answer;
    answers_[dial_target] = answer;
    changed_.notify_all();
  }

  int answering_ = -1;
  int swallowing_ = -1;
  std::vector<int> fillers_;
  uint16_t port_ = 0;
  FakeNameServer names_{{
      {"localhost", {.ipv4 = {"127.0.0.3"}}},  // asked by nobody
      {"one.example", {.ipv4 = {"127.0.0.1"}}},
      {"swallowed-first.example", {.ipv4 = {"127.0.0.2", "127.0.0.1"}}},
      {"refused-first.example", {.ipv4 = {"127.0.0.3", "127.0.0.1"}}},
      {"swallowed-at-all.example", {.ipv4 = {"127.0.0.2"}}},
      {"refused-at-all.example", {.ipv4 = {"127.0.0.3"}, .ipv6 = {"::1"}}},
      {"both-kinds.example", {.ipv4 = {"127.0.0.2", "127.0.0.1"}, .ipv6 = {"::1"}}},
      {"half-silent.example", {.ipv4 = {"127.0.0.1"}, .silent_about_ipv6 = true}},
      {"silent.example", {.silent_about_ipv4 = true, .silent_about_ipv6 = true}},
  }};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<DialTargetId, std::string> answers_;
  Reactor reactor_{"dialer-test"};
  std::optional<Dialer> dialer_;
};

TEST_F(DialerNamesTest, TriesTheSecondAddressWhenTheFirstSwallowsPackets) {
  EXPECT_EQ(Dial("swallowed-first.example"), "reached 127.0.0.1");
}

TEST_F(DialerNamesTest, TriesTheSecondAddressWhenTheFirstRefuses) {
  EXPECT_EQ(Dial("refused-first.example"), "reached 127.0.0.1");
}

TEST_F(DialerNamesTest, AsksNoNameServerForLocalhostAndTriesBothItsAddresses) {
  EXPECT_EQ(Dial("LocalHost"), "reached 127.0.0.1");
}

TEST_F(DialerNamesTest, TriesBothKindsOfAddresses) {
  EXPECT_EQ(Dial("both-kinds.example"), "reached 127.0.0.1");
}

TEST_F(DialerNamesTest, SaysWhatTheLastAddressSaid) {
  EXPECT_EQ(Dial("refused-at-all.example"), "Connection refused");
}

TEST_F(DialerNamesTest, SaysThatNobodyConnectsInTime) {
  EXPECT_EQ(Dial("swallowed-at-all.example", milliseconds(700)), "no connection in time");
}

TEST_F(DialerNamesTest, SaysThatThereIsNoSuchName) {
  EXPECT_EQ(Dial("no.example"), "Domain name not found");
}

TEST_F(DialerNamesTest, SaysThatNoNameServerAnswers) {
  EXPECT_EQ(Dial("silent.example", milliseconds(300)), "no name server answered in time");
}

TEST_F(DialerNamesTest, DoesNotWaitForTheOtherKindOfAddress) {
  EXPECT_EQ(Dial("half-silent.example"), "reached 127.0.0.1");
}

TEST_F(DialerNamesTest, IsNotSentToThisMachineByANameThatOthersAdvertise) {
  Start(1, "both-kinds.example", seconds(60), AddressBlocks().With(AddressBlock::kInternet));
  EXPECT_EQ(AnswerOf(1),
            "leads to an address at which this hub dials nobody that it only heard of");
}

TEST_F(DialerNamesTest, LooksUpSideBySideAndEndsWithLookUpsUnderWay) {
  for (unsigned dial_target = 10; dial_target < 30; ++dial_target)
    Start(dial_target, "silent.example");
  EXPECT_EQ(Dial("one.example"), "reached 127.0.0.1");
}

}  // namespace
}  // namespace pigeonhub::net
