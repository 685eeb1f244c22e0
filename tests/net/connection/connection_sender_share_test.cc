// SPDX-License-Identifier: Apache-2.0
//
// Signals of other peers for a reader that is slow: they cannot cost it its connection, and no
// sender takes the place of the others.
#include <gtest/gtest.h>

#include <string>

#include "server/net/connection/sender_shares.h"
#include "server/net/websocket/frame.h"
#include "tests/net/connection/connection_fixture.h"

namespace pigeonhub::net {
namespace {

constexpr uint64_t kStranger = 1;
constexpr uint64_t kFriend = 2;

class SignalsForASlowReader : public ConnectionTest {
 protected:
  SignalsForASlowReader() {
    OpenIt();
    wire_.room = 0;
  }

  bool Signal(uint64_t sender, size_t size) {
    const std::string text(size, 's');
    std::string header;
    AppendTextFrameHeader(size, header);
    const bool sent = connection_->SendSignal(sender, header, text);
    Work();
    return sent;
  }
};

TEST_F(SignalsForASlowReader, WaitOneBySenderAndDoNotEndIt) {
  EXPECT_TRUE(Signal(kStranger, 500'000));
  for (int i = 0; i < 12; ++i) EXPECT_FALSE(Signal(kStranger, 500'000)) << i;
  EXPECT_EQ(heard_, Heard{});
  EXPECT_LE(shared_.held.queue.load(), 500'010u);
}

// Else a friend's signal waits behind megabytes that the kernel has taken from a stranger.
TEST_F(SignalsForASlowReader, AreFewInTheKernel) {
  EXPECT_EQ(wire_.kept_in_kernel, std::nullopt);
  Signal(kStranger, 100);
  ASSERT_NE(wire_.kept_in_kernel, std::nullopt);
  EXPECT_LE(*wire_.kept_in_kernel, 256u * 1024);
}

// A line to another hub may be long and fast, and carries the signals of many.
TEST_F(SignalsForASlowReader, AreAsManyInTheKernelAsItLikesOnALink) {
  connection_->WatchLink();
  Signal(kStranger, 100);
  EXPECT_EQ(wire_.kept_in_kernel, std::nullopt);
}

TEST_F(SignalsForASlowReader, OfOthersWaitBesideThoseOfAStranger) {
  EXPECT_TRUE(Signal(kStranger, 80'000));
  EXPECT_FALSE(Signal(kStranger, 100));
  EXPECT_TRUE(Signal(kFriend, 100));
  EXPECT_TRUE(Signal(kFriend, 100));
  wire_.room = SIZE_MAX;
  Work();
  EXPECT_EQ(Frames().size(), 3u);
}

TEST_F(SignalsForASlowReader, MayComeAgainWhenItHasRead) {
  EXPECT_TRUE(Signal(kStranger, 80'000));
  EXPECT_FALSE(Signal(kStranger, 80'000));
  wire_.room = 90'000;
  Work();
  EXPECT_TRUE(Signal(kStranger, 80'000));
}

TEST_F(SignalsForASlowReader, OfManySendersAreBoundedTogether) {
  uint64_t sender = 0;
  while (sender < 100 && Signal(sender, 30'000)) ++sender;
  EXPECT_EQ(sender, 4u) << "the limit and one message";
  EXPECT_EQ(heard_, Heard{});
}

TEST_F(SignalsForASlowReader, AreNotJoinedByNewsThatMayComeLater) {
  const std::string text(16'000, 'n');
  std::string header;
  AppendTextFrameHeader(text.size(), header);
  const auto news = [&] {
    const bool sent = connection_->SendNews(header, text);
    Work();
    return sent;
  };
  size_t sent = 0;
  while (sent < 100 && news()) ++sent;
  EXPECT_EQ(sent, 5u) << "a short queue, and one message";
  EXPECT_TRUE(Signal(kFriend, 100)) << "there is room for others";
  EXPECT_FALSE(news());
  EXPECT_EQ(heard_, Heard{});
  wire_.room = SIZE_MAX;
  Work();
  EXPECT_TRUE(news());
}

TEST_F(SignalsForASlowReader, LeaveItsOwnLimitToWhatTheHubSays) {
  EXPECT_TRUE(Signal(kStranger, 500'000));
  for (int i = 0; i < 10; ++i) {
    Send(std::string(10'000, 'x'));
    Work();
  }
  EXPECT_EQ(heard_, Heard{}) << "its own 100,000 bytes are not over the limit";
  for (int i = 0; i < 2; ++i) {
    Send(std::string(10'000, 'x'));
    Work();
  }
  EXPECT_EQ(heard_, Heard{"closed slow_reader 1013"});
}

TEST_F(SignalsForASlowReader, AreOfferedToTheSocketBeforeOneIsDropped) {
  wire_.room = SIZE_MAX;
  const std::string text(80'000, 's');
  std::string header;
  AppendTextFrameHeader(text.size(), header);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(connection_->SendSignal(kStranger, header, text)) << i;
  Work();
  EXPECT_EQ(Frames().size(), 10u);
}

}  // namespace
}  // namespace pigeonhub::net
