// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/signal_watch.h"

#include <gtest/gtest.h>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

class WatchedSignals : public ::testing::Test {
 protected:
  // How many of `count` signals at this moment are shown.
  size_t Shown(size_t count, char from, char target, std::string_view network = "room") {
    size_t shown = 0;
    for (size_t i = 0; i < count; ++i) {
      shown += watch_.Shows(now_, Id(from), Id(target), network) ? 1 : 0;
    }
    return shown;
  }
  static SignalFilter OfPeer(char peer) { return {Id(peer), ""}; }
  static SignalFilter OfNamespace(const char* network) { return {std::nullopt, network}; }

  SignalWatch watch_;
  SteadyTime now_{1h};
};

TEST_F(WatchedSignals, AreNoneUntilSomebodyWatches) {
  EXPECT_EQ(Shown(9, 'a', 'b'), 0u);
  watch_.Watch({SignalFilter{}});
  EXPECT_EQ(Shown(9, 'a', 'b'), 9u);
  watch_.Watch({});
  EXPECT_EQ(Shown(9, 'a', 'b'), 0u);
}

TEST_F(WatchedSignals, OfAPeerAreAllShownWhateverElsePasses) {
  watch_.Watch({OfPeer('a')});
  EXPECT_EQ(Shown(10'000, 'a', 'b'), 10'000u);
  EXPECT_EQ(Shown(10'000, 'b', 'a'), 10'000u);
  EXPECT_EQ(Shown(10'000, 'b', 'c'), 0u);
  EXPECT_TRUE(watch_.Shows(now_, Id('a'), std::nullopt, ""));
  EXPECT_FALSE(watch_.Shows(now_, Id('b'), std::nullopt, ""));
}

TEST_F(WatchedSignals, OfANamespaceAreBoundedByThemselves) {
  watch_.Watch({OfNamespace("room"), OfNamespace("other")});
  EXPECT_EQ(Shown(10'000, 'a', 'b', "room"), SignalWatch::kNetworkPerSecond);
  EXPECT_EQ(Shown(7, 'a', 'b', "other"), 7u);
  EXPECT_EQ(Shown(7, 'a', 'b', "third"), 0u);
  now_ += 999ms;
  EXPECT_EQ(Shown(7, 'a', 'b', "room"), 0u);
  now_ += 1ms;
  EXPECT_EQ(Shown(7, 'a', 'b', "room"), 7u);
}

TEST_F(WatchedSignals, WithoutAFilterAreASample) {
  watch_.Watch({SignalFilter{}, OfPeer('a')});
  EXPECT_EQ(Shown(10'000, 'b', 'c'), SignalWatch::kAllPerSecond);
  EXPECT_EQ(Shown(10'000, 'a', 'c'), 10'000u);
}

TEST_F(WatchedSignals, AreNoMoreBecauseAWatcherComesOrGoes) {
  watch_.Watch({OfNamespace("room"), SignalFilter{}});
  EXPECT_EQ(Shown(10'000, 'a', 'b'), SignalWatch::kNetworkPerSecond + SignalWatch::kAllPerSecond);
  watch_.Watch({OfNamespace("room"), OfPeer('c'), SignalFilter{}});
  EXPECT_EQ(Shown(10'000, 'a', 'b'), 0u);
}

}  // namespace
}  // namespace pigeonhub
