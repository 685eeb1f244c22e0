// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "control/access/access_list.h"

namespace pigeonhub {

// What comes of a stream of other hubs, one item after the other. Thread-safe.
class StreamOfHubs {
 public:
  // A serialized response, or why there are no more.
  using OnItem = std::function<void(std::optional<std::string> item, const grpc::Status& end)>;

  virtual ~StreamOfHubs() = default;
  // One at a time; `on_item` is called once, on any thread.
  virtual void Next(OnItem on_item) = 0;
  // Nobody wants more. Whoever waits is told at once that the caller left.
  virtual void Cancel() = 0;
};

// How calls are answered that mean another hub, or all. Thread-safe.
class OtherHubs {
 public:
  // A call whose caller has the role for it. The messages outlive the answer; the hub_id of the
  // request says who is meant.
  struct Call {
    std::string_view method;  // as in the table of roles
    Principal caller;
    const google::protobuf::Message& request;
    google::protobuf::Message& response;  // of a stream: an empty one
    std::chrono::system_clock::time_point deadline;
  };
  using OnAnswer = std::function<void(const grpc::Status& status)>;

  virtual ~OtherHubs() = default;
  // Fills the response, and then calls `on_answer` once, on any thread.
  virtual void Ask(Call call, OnAnswer on_answer) = 0;
  // An answer that is a stream, or why there is none.
  virtual std::shared_ptr<StreamOfHubs> Watch(const Call& call, grpc::Status& why_not) = 0;
};

// "*" in the place of a hub's id.
inline constexpr std::string_view kAllHubs = "*";

}  // namespace pigeonhub
