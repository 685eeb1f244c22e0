// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <string_view>

namespace pigeonhub {

// What a method has its own way of, when several hubs answer it with streams that become one. Not
// thread-safe.
class StreamPlan {
 public:
  virtual ~StreamPlan() = default;
  // For a request of WatchEvents, WatchHandshake or Drain, which are all the methods that stream.
  static std::unique_ptr<StreamPlan> Of(const google::protobuf::Message& request);

  // The serialized request to this hub; after a loss, one that goes on where the hub was.
  virtual std::string RequestTo(const std::string& hub) = 0;
  // What the hub sent, with its name in it.
  virtual std::string Take(const std::string& hub, const std::string& item) = 0;
  // What tells that the hub does not answer.
  virtual std::string Unreachable(const std::string& hub, const std::string& reason) = 0;
  // The same of a hub that is not heard any more, after its stream was opened. It may have left the
  // mesh in order.
  virtual std::string Lost(const std::string& hub, const std::string& reason,
                           bool /*said_its_end*/) {
    return Unreachable(hub, reason);
  }
  // Whether a stream that was lost is opened again, and one of a hub that comes later is opened,
  // too.
  virtual bool goes_on() const = 0;
};

}  // namespace pigeonhub
