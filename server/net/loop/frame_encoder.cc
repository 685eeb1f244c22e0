// SPDX-License-Identifier: Apache-2.0

#include "server/net/loop/frame_encoder.h"

#include <cstring>

#include "server/net/websocket/frame.h"

namespace pigeonhub::net {

FrameEncoder::Frame FrameEncoder::Encode(const Send& send, const PeerId& receiver) {
  payload_.clear();
  if (timestamp_.time() != send.timestamp) timestamp_ = wire::TimestampText(send.timestamp);
  wire::EncodeTo(send.message, timestamp_, receiver, payload_);
  MakeHeader(payload_.size());
  return {header_, payload_};
}

void FrameEncoder::Begin(const Broadcast& broadcast) {
  broadcast_ = wire::Encode(broadcast.message, broadcast.timestamp);
  MakeHeader(broadcast_.text.size());
}

FrameEncoder::Frame FrameEncoder::FrameFor(const PeerId& receiver) {
  if (broadcast_.hole != wire::Encoded::kNoHole) {
    std::memcpy(broadcast_.text.data() + broadcast_.hole, receiver.text().data(), PeerId::kLength);
  }
  return {header_, broadcast_.text};
}

void FrameEncoder::MakeHeader(size_t payload_size) {
  header_.clear();
  AppendTextFrameHeader(payload_size, header_);
}

}  // namespace pigeonhub::net
