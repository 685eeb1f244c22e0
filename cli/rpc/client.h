// SPDX-License-Identifier: Apache-2.0
//
// Calls to a hub. This header includes nothing of gRPC, whose headers cost seconds of compile time
// in each file that includes them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/rpc/target.h"

namespace pigeonhub::cli {

struct ClientOptions {
  std::chrono::nanoseconds timeout = std::chrono::seconds(10);
  // Gets one line when a call begins and one when it ends. If it is null nothing is logged.
  std::function<void(const std::string&)> log;
};

// For Client::set_hub.
inline constexpr std::string_view kAllHubs = "*";

// Every RPC of the API has a request message of its own, so the request tells which RPC is meant.
// The message of a status is the line for the user; its code is that of gRPC. Not thread-safe.
class Client {
 public:
  // Reads the files that the target names. The first call connects.
  static absl::StatusOr<std::unique_ptr<Client>> Create(const Target& target,
                                                        ClientOptions options);
  ~Client();

  // The hub that all requests mean from now on which do not say it themselves: an id, or kAllHubs.
  // At first it is the one that is called.
  void set_hub(std::string hub) { hub_ = std::move(hub); }
  bool means_all_hubs() const { return hub_ == kAllHubs; }
  bool means_another_hub() const { return !hub_.empty(); }

  // Gets from now on the id of each hub that an answer says is not in it, and why.
  using OnUnreachable = std::function<void(const std::string& hub, const std::string& reason)>;
  void set_on_unreachable(OnUnreachable tell) { on_unreachable_ = std::move(tell); }

  absl::Status Call(const google::protobuf::Message& request, google::protobuf::Message& response);
  // The same, and nobody hears of hubs that are not in the answer.
  absl::Status CallQuietly(const google::protobuf::Message& request,
                           google::protobuf::Message& response);

  // The same for a method by its name, "/pigeonhub.v1.PeerService/ListPeers": several may take one
  // type of request.
  absl::Status Call(const std::string& method, const google::protobuf::Message& request,
                    google::protobuf::Message& response);

  // Reads each message of a stream into `item` and then calls `on_item`. Ends when `on_item`
  // returns false, when the stream ends, or when `stopped` returns true; it calls `stopped` several
  // times a second. The timeout limits only the wait for the first message.
  absl::Status Stream(const google::protobuf::Message& request, google::protobuf::Message& item,
                      const std::function<bool()>& on_item, const std::function<bool()>& stopped);
  absl::Status Stream(const std::string& method, const google::protobuf::Message& request,
                      google::protobuf::Message& item, const std::function<bool()>& on_item,
                      const std::function<bool()>& stopped);

 private:
  class Channel;
  Client(std::unique_ptr<Channel> channel, ClientOptions options);

  absl::Status Ask(const std::string& method, const google::protobuf::Message& request,
                   google::protobuf::Message& response);
  void TellUnreachable(const google::protobuf::Message& response) const;

  std::unique_ptr<Channel> channel_;
  ClientOptions options_;
  OnUnreachable on_unreachable_;
  std::string hub_;
};

}  // namespace pigeonhub::cli
