// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/control/events/watch_fixture.h"

namespace pigeonhub {
namespace {

class ListEventsTest : public WatchEventsTest {};

TEST_F(ListEventsTest, GivesTheLogPageByPage) {
  Happen(1, 25);
  v1::ListEventsRequest request;
  request.mutable_filter()->add_kinds(v1::EVENT_KIND_AUDIT);
  request.set_page_size(10);
  int next = 1;
  int pages = 0;
  v1::ListEventsResponse response;
  do {
    CALL_OK(events_, ListEvents, request, response);
    for (const v1::Event& event : response.events()) {
      EXPECT_EQ(event.audit().object(), std::to_string(next++));
    }
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!response.next_page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(next, 26);
  EXPECT_EQ(response.cursor().seq(), Cursor().seq());
  request.set_page_token("garbage");
  EXPECT_REFUSED(CALL(events_, ListEvents, request, response), INVALID_ARGUMENT,
                 "INVALID_PAGE_TOKEN");
}

TEST_F(ListEventsTest, SaysWhatIsMissingBetweenItsEvents) {
  Join(1, "a");
  Join(2, "a");
  Happen(1);
  v1::ListEventsRequest request;
  request.set_page_size(3);
  v1::ListEventsResponse page;
  CALL_OK(events_, ListEvents, request, page);
  EXPECT_EQ(page.oldest_kept(), 1u);
  EXPECT_EQ(page.gaps_size(), 0);
  request.set_page_token(page.next_page_token());

  // What the next page would have begun with is gone when it is asked for, but for the audit event.
  const uint64_t audit = Cursor().seq() - 1;
  const uint64_t next = page.cursor().seq();
  ASSERT_LT(next, audit);
  Flood(8300);
  CALL_OK(events_, ListEvents, request, page);
  ASSERT_EQ(page.events_size(), 3);
  EXPECT_EQ(page.events(0).seq(), audit);
  ASSERT_EQ(page.gaps_size(), 2);
  EXPECT_EQ(page.gaps(0).missing(), audit - next);
  EXPECT_EQ(page.gaps(0).resume().seq(), audit);
  EXPECT_EQ(page.gaps(1).resume().seq(), page.events(1).seq());
  EXPECT_EQ(page.gaps(1).missing(), page.events(1).seq() - audit - 1);
  EXPECT_EQ(page.gaps(1).resume().epoch(), internals().epoch());
  EXPECT_EQ(page.oldest_kept(), audit);

  request.clear_page_token();
  CALL_OK(events_, ListEvents, request, page);
  EXPECT_EQ(page.events(0).seq(), page.oldest_kept()) << "a list begins with what is kept";
  EXPECT_EQ(page.gaps_size(), 1);
}

}  // namespace
}  // namespace pigeonhub
