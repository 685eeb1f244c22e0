// SPDX-License-Identifier: Apache-2.0

#include "server/bus/outbox.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server/wire/encode.h"

namespace pigeonhub::bus {
namespace {

// A frame that another hub is sent a signal of so many bytes in.
Publish SignalOf(size_t bytes) {
  auto text = std::make_shared<const std::string>("\"" + std::string(bytes, 'x') + "\"");
  auto body = std::make_shared<mesh::Body>();
  body->seq = 1;
  body->ops.push_back(mesh::Signal{.type = SignalType::kOffer,
                                   .from = {},
                                   .target = {},
                                   .network = std::make_shared<const std::string>("room"),
                                   .payload = {text, *text}});
  outbound::HubFrame frame;
  frame.body = body;
  return {PeerId(), 0, frame};
}

TEST(BusOutbox, TakesSixteenMebibytesAndNoMore) {
  Outbox outbox;
  const Publish signal = SignalOf(64 << 10);
  size_t taken = 0;
  while (outbox.Take(signal)) ++taken;
  EXPECT_GT(taken, 200u);
  EXPECT_LE(taken, 256u);
  EXPECT_LE(outbox.bytes(), Outbox::kMostBytes);
  outbox.Release(signal);
  EXPECT_TRUE(outbox.Take(signal));
  for (size_t i = 0; i < taken; ++i) outbox.Release(signal);
  EXPECT_EQ(outbox.bytes(), 0u);
}

TEST(BusOutbox, CountsNoLessThanIsSaid) {
  for (const size_t bytes : {0u, 300u, 1400u, 60000u}) {
    const Publish signal = SignalOf(bytes);
    std::string text;
    wire::EncodeTo(signal.message, 0, PeerId(), text);
    EXPECT_GE(Outbox::SizeOf(signal), text.size()) << bytes;
    EXPECT_LE(Outbox::SizeOf(signal), text.size() + 4096) << bytes;
  }
}

}  // namespace
}  // namespace pigeonhub::bus
