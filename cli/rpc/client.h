// SPDX-License-Identifier: Apache-2.0
//
// Calls to a hub. The only header of the client that knows there is gRPC below it, and it does not
// show it: gRPC's headers cost seconds of compile time for each file that sees them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/rpc/target.h"

namespace pigeonhub::cli {

struct ClientOptions {
  std::chrono::nanoseconds timeout = std::chrono::seconds(10);
  // Gets a line for each call and one for its end; null: nobody wants them.
  std::function<void(const std::string&)> log;
};

// Every RPC of the API has a request message of its own, so the request says which RPC is meant.
// Not thread-safe. Statuses carry the line for the user; their codes are those of gRPC.
class Client {
 public:
  // Reads the files of the target. Connects with the first call.
  static absl::StatusOr<std::unique_ptr<Client>> Create(const Target& target,
                                                        ClientOptions options);
  ~Client();

  absl::Status Call(const google::protobuf::Message& request, google::protobuf::Message& response);

  // Reads each message of a stream into `item` and calls `on_item`, until that answers false, the
  // stream ends or `stopped` answers true, which is asked several times a second. The timeout
  // bounds the wait for the first message only.
  absl::Status Stream(const google::protobuf::Message& request, google::protobuf::Message& item,
                      const std::function<bool()>& on_item, const std::function<bool()>& stopped);

 private:
  class Channel;
  Client(std::unique_ptr<Channel> channel, ClientOptions options);

  std::unique_ptr<Channel> channel_;
  ClientOptions options_;
};

}  // namespace pigeonhub::cli
