// SPDX-License-Identifier: Apache-2.0

#include "control/events/encoded_events.h"

#include <grpcpp/support/slice.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace pigeonhub {
namespace {

// Where the bytes are.
const uint8_t* Place(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(bytes.Dump(&slices).ok());
  EXPECT_EQ(slices.size(), 1u);
  return slices.front().begin();
}

v1::Event Decoded(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  EXPECT_TRUE(bytes.DumpToSingleSlice(&slice).ok());
  v1::WatchEventsResponse response;
  EXPECT_TRUE(response.ParseFromArray(slice.begin(), static_cast<int>(slice.size())));
  return response.event();
}

// Large enough for gRPC to share its bytes rather than to copy them.
Event Numbered(uint64_t seq, size_t bytes = 500) {
  return {seq, 0, ServerError{std::string(bytes, 'x')}};
}

class EncodedEventsTest : public testing::Test {
 protected:
  const EventSource source_{"epoch", std::string(40, 'a')};
  EncodedEvents events_{source_};
};

TEST_F(EncodedEventsTest, GivesTheEventOfItsSource) {
  const v1::Event event = Decoded(events_.Get(Numbered(7), false));
  EXPECT_EQ(event.seq(), 7u);
  EXPECT_EQ(event.epoch(), "epoch");
  EXPECT_EQ(event.error().message(), std::string(500, 'x'));
}

TEST_F(EncodedEventsTest, EncodesAnEventOnceForAllWhoWatch) {
  const grpc::ByteBuffer one = events_.Get(Numbered(1), false);
  const grpc::ByteBuffer other = events_.Get(Numbered(1), false);
  EXPECT_EQ(Place(one), Place(other));
}

TEST_F(EncodedEventsTest, TellsPayloadsOnlyToWhoAskedForThem) {
  Event event = Numbered(1);
  BootstrapSignaling signaling;
  signaling.payload.text = R"("secret")";
  event.body = signaling;
  EXPECT_EQ(Decoded(events_.Get(event, false)).bootstrap_signaling().payload_json(), "");
  EXPECT_EQ(Decoded(events_.Get(event, true)).bootstrap_signaling().payload_json(), R"("secret")");
  EXPECT_EQ(Decoded(events_.Get(event, false)).bootstrap_signaling().payload_json(), "");
}

TEST_F(EncodedEventsTest, KeepsTheNewestAndStillGivesOlderOnes) {
  const grpc::ByteBuffer newer = events_.Get(Numbered(1 + EncodedEvents::kKept), false);
  EXPECT_EQ(Decoded(events_.Get(Numbered(1), false)).seq(), 1u);
  EXPECT_EQ(Place(events_.Get(Numbered(1 + EncodedEvents::kKept), false)), Place(newer));
}

TEST_F(EncodedEventsTest, KeepsNoLargeOnes) {
  const grpc::ByteBuffer one = events_.Get(Numbered(1, EncodedEvents::kMaxKeptBytes), false);
  const grpc::ByteBuffer other = events_.Get(Numbered(1, EncodedEvents::kMaxKeptBytes), false);
  EXPECT_NE(Place(one), Place(other));
}

}  // namespace
}  // namespace pigeonhub
