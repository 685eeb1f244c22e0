// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/control/events/watch_fixture.h"
#include "tests/support/eventually.h"

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

TEST_F(ListEventsTest, GivesTheNewestFirstPageByPageWithTheGapsBetween) {
  Join(1, "a");
  const uint64_t oldest = Cursor().seq() - 1;
  Happen(1);
  Flood(8300);
  Happen(1);
  v1::ListEventsRequest request;
  request.set_newest_first(true);
  request.set_page_size(1000);
  v1::ListEventsResponse page;
  uint64_t above = Cursor().seq();
  uint64_t missing = 0;
  uint64_t events = 0;
  do {
    CALL_OK(events_, ListEvents, request, page);
    for (const v1::Event& event : page.events()) {
      ASSERT_LT(event.seq(), above);
      above = event.seq();
      ++events;
    }
    for (const v1::Gap& gap : page.gaps()) missing += gap.missing();
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  EXPECT_EQ(above, page.oldest_kept());
  EXPECT_EQ(above, oldest + 1) << "the audit event";
  EXPECT_EQ(events + missing, Cursor().seq() - above);
  EXPECT_GT(missing, 0u);
}

TEST_F(ListEventsTest, GivesThoseOfATimeAReasonAndAnAddress) {
  Join(1, "a");
  ASSERT_TRUE(hub().DisconnectPeer(*PeerId::Parse(PeerIdText(1))).ok());
  v1::EventFilter left;
  left.add_kinds(v1::EVENT_KIND_PEER_DISCONNECTED);
  ASSERT_TRUE(Eventually([&] { return Events(left).size() == 1; }));
  v1::EventFilter filter;
  filter.set_remote_address("127.0.0.1");
  EXPECT_EQ(Events(filter).size(), 2u) << "it came and left";
  filter.add_reasons(v1::REASON_OPERATOR);
  EXPECT_EQ(Events(filter).size(), 1u);
  filter.set_remote_address("10.0.0.1");
  EXPECT_EQ(Events(filter).size(), 0u);

  v1::ListEventsRequest request;
  v1::ListEventsResponse page;
  CALL_OK(events_, ListEvents, request, page);
  const auto last = page.events().rbegin()->time();
  *request.mutable_until_time() = last;
  CALL_OK(events_, ListEvents, request, page);
  for (const v1::Event& event : page.events()) {
    EXPECT_LT(event.time().seconds() * 1'000'000'000 + event.time().nanos(),
              last.seconds() * 1'000'000'000 + last.nanos());
  }
  request.clear_until_time();
  *request.mutable_from_time() = last;
  CALL_OK(events_, ListEvents, request, page);
  EXPECT_GE(page.events_size(), 1);
  request.mutable_from_time()->set_nanos(-1);
  EXPECT_REFUSED(CALL(events_, ListEvents, request, page), INVALID_ARGUMENT, "INVALID_REQUEST");
  request.clear_from_time();
  request.mutable_filter()->add_reasons(static_cast<v1::Reason>(9999));
  EXPECT_REFUSED(CALL(events_, ListEvents, request, page), INVALID_ARGUMENT, "INVALID_REQUEST");
}

}  // namespace
}  // namespace pigeonhub
