// SPDX-License-Identifier: Apache-2.0

#include "control/events/encoded_events.h"

#include <grpcpp/support/slice.h>

#include <string>

namespace pigeonhub {

grpc::ByteBuffer Encoded(const google::protobuf::Message& response) {
  const grpc::Slice slice(response.SerializeAsString());
  return {&slice, 1};
}

grpc::ByteBuffer EncodedEvents::Get(const Event& event, bool with_payloads) {
  MutexLock lock(mutex_);
  Slot& slot = (with_payloads ? with_payloads_ : without_payloads_)[event.seq % kKept];
  if (slot.seq == event.seq) return slot.bytes;

  v1::WatchEventsResponse response;
  *response.mutable_event() = ToProto(event, source_, with_payloads);
  grpc::ByteBuffer bytes = Encoded(response);
  if (event.seq > slot.seq && bytes.Length() <= kMaxKeptBytes) slot = {event.seq, bytes};
  return bytes;
}

}  // namespace pigeonhub
