// SPDX-License-Identifier: Apache-2.0
//
// How many streams this hub serves, and how many for one caller.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/control/events/watch_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

TEST_F(WatchEventsTest, RefusesMoreWatchersThanItServesAndTakesThemAgainLater) {
  Setup setup;
  setup.watching.places.all = 2;
  Start(setup);
  auto first = std::make_unique<Watch>(*events_, v1::WatchEventsRequest());
  Watch second(*events_, {});
  ASSERT_TRUE(first->Next().has_bookmark());
  ASSERT_TRUE(second.Next().has_bookmark());
  {
    Watch third(*events_, {});
    EXPECT_FALSE(third.Next().has_bookmark());
    EXPECT_REFUSED(third.Finish(), RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS");
  }
  first.reset();
  EXPECT_TRUE(Eventually([&] {
    Watch again(*events_, {});
    return again.Next().has_bookmark();
  }));
}

TEST_F(WatchEventsTest, OneCallerDoesNotTakeThePlacesOfAll) {
  const auto access = std::make_shared<AccessFile>(
      folder_.Write("tokens", "eye viewer viewer-token-0000\near viewer viewer-token-1111\n"),
      log_);
  ASSERT_TRUE(access->Load().ok());
  Setup setup;
  setup.reach.access = access;
  Start(setup);
  EXPECT_EQ(setup.watching.places.each, 64u);
  std::vector<std::unique_ptr<Watch>> watchers;
  for (size_t i = 0; i < setup.watching.places.each; ++i) {
    watchers.push_back(
        std::make_unique<Watch>(*events_, v1::WatchEventsRequest(), "viewer-token-0000"));
    ASSERT_TRUE(watchers.back()->Next().has_bookmark());
  }
  Watch one_more(*events_, {}, "viewer-token-0000");
  EXPECT_FALSE(one_more.Next().has_bookmark());
  const auto status = one_more.Finish();
  EXPECT_REFUSED(status, RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS");
  EXPECT_EQ(status.error_message(),
            "this caller has 64 streams open already, which is the most for one; end one of them");
  Watch another(*events_, {}, "viewer-token-1111");
  EXPECT_TRUE(another.Next().has_bookmark());
  watchers.pop_back();
  EXPECT_TRUE(Eventually([&] {
    Watch again(*events_, {}, "viewer-token-0000");
    return again.Next().has_bookmark();
  }));
}

}  // namespace
}  // namespace pigeonhub
