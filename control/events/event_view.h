// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <optional>
#include <vector>

#include "pigeonhub/event.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "server/runtime/event_ring.h"

namespace pigeonhub {

// What one stream shows of the event log, and the messages that it is made of. Thread-safe.
class EventView {
 public:
  // The events that are made only while somebody watches them, because every signal may cause one.
  struct Demand {
    std::vector<SignalFilter> signals;
    std::vector<HandshakeFilter> handshakes;
    bool bootstrap_signaling = false;
  };

  virtual ~EventView() = default;

  // Where in the log such events are kept.
  virtual EventRings rings() const = 0;
  // What has to be made for it. True if there is any.
  virtual bool AddTo(Demand& demand) const = 0;
  // The message that shows the event; empty: it is not shown.
  virtual std::optional<grpc::ByteBuffer> Show(const Event& event) const = 0;
  virtual grpc::ByteBuffer Show(const v1::Gap& gap) const = 0;
  virtual grpc::ByteBuffer Show(const v1::Bookmark& bookmark) const = 0;
};

// One message of a stream, as bytes.
grpc::ByteBuffer Encoded(const google::protobuf::Message& response);

}  // namespace pigeonhub
