// SPDX-License-Identifier: Apache-2.0
//
// A hub with its control API, and streams of its events.
#pragma once

#include <grpcpp/client_context.h>

#include <chrono>
#include <memory>
#include <string>

#include "tests/control/control_fixture.h"

namespace pigeonhub {

// One WatchEvents stream, read step by step.
class Watch {
 public:
  Watch(v1::EventService::StubInterface& stub, const v1::WatchEventsRequest& request,
        const std::string& token = {}) {
    // Some tests read from a thousand of them, one after the other.
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(3));
    if (!token.empty()) context_.AddMetadata("authorization", "Bearer " + token);
    stream_ = stub.WatchEvents(&context_, request);
  }
  ~Watch() {
    context_.TryCancel();
    if (!finished_) Finish();
  }

  // The next thing, or an empty one at the end.
  v1::WatchEventsResponse Next() {
    v1::WatchEventsResponse response;
    if (!stream_->Read(&response)) return {};
    return response;
  }
  // The next event, whatever bookmarks come before it.
  v1::Event NextEvent() {
    for (;;) {
      const v1::WatchEventsResponse next = Next();
      if (!next.has_bookmark()) {
        EXPECT_TRUE(next.has_event()) << next.ShortDebugString();
        return next.event();
      }
    }
  }
  grpc::Status Finish() {
    finished_ = true;
    return stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderInterface<v1::WatchEventsResponse>> stream_;
  bool finished_ = false;
};

class WatchEventsTest : public ControlTest {
 protected:
  static v1::WatchEventsRequest From(const v1::EventCursor& cursor) {
    v1::WatchEventsRequest request;
    *request.mutable_from() = cursor;
    return request;
  }
  // Something happens: one event, about `number`.
  void Happen(int number) {
    internals().RecordAudit({"method", "principal", std::to_string(number), "OK"});
  }
  void Happen(int first, int last) {
    for (int number = first; number <= last; ++number) Happen(number);
  }
  // At least so many events, none of them an audit event: peer 9 becomes a hub, and is none again.
  void Flood(int count) {
    Join(9);
    const PeerId peer = *PeerId::Parse(PeerIdText(9));
    for (int i = 0; i < count; i += 2) {
      ASSERT_TRUE(hub().RegisterHub(peer).ok());
      ASSERT_TRUE(hub().UnregisterHub(peer).ok());
    }
  }
  // More events than the log keeps.
  static constexpr int kMoreThanKept = 9000;
};

}  // namespace pigeonhub
