// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>

namespace pigeonhub {

struct RawAnswer {
  grpc::Status status;
  bool answered = false;  // a message came
  std::string message;    // the first one
};

// Calls a method by its path with a serialized request, knowing neither. With `endless` the call is
// given up after its first message, which counts as OK. `authorization` null: none is sent.
RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                  const std::string& request, const char* authorization = nullptr,
                  bool endless = false);

// What grpc.health.v1 says about a service: 1 is SERVING, 2 is NOT_SERVING; -1: unknown to it.
int HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service);

}  // namespace pigeonhub
