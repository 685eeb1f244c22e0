// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

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
  // What the caller gets now that the hub sent this; nothing while other hubs are waited for.
  virtual std::vector<std::string> Take(const std::string& hub, const std::string& item) = 0;
  // The same for a hub that does not answer. No item comes before each hub that is meant has had
  // its request made, or is unreachable.
  virtual std::vector<std::string> Unreachable(const std::string& hub,
                                               const std::string& reason) = 0;
  // The same for a hub that is not heard any more, after its stream was opened. It may have left
  // the mesh in order.
  virtual std::vector<std::string> Lost(const std::string& hub, const std::string& reason,
                                        bool /*said_its_end*/) {
    return Unreachable(hub, reason);
  }
  // Whether a stream that was lost is opened again, and one of a hub that comes later is opened,
  // too.
  virtual bool goes_on() const = 0;
};

}  // namespace pigeonhub
