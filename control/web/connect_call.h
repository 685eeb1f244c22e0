// SPDX-License-Identifier: Apache-2.0
//
// How the Connect protocol asks: https://connectrpc.com/docs/protocol, version 1. No I/O.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "control/web/http_message.h"

namespace pigeonhub {

enum class ConnectCodec { kJson, kProto };

// A call as it came.
struct ConnectCall {
  const google::protobuf::MethodDescriptor* method = nullptr;
  ConnectCodec codec = ConnectCodec::kJson;
  std::string request;  // serialized
  // How long the caller waits. Empty: as long as it takes.
  std::optional<std::chrono::milliseconds> timeout;
  bool takes_gzip = false;  // the answer may be packed

  bool is_stream() const { return method->server_streaming(); }
  std::string name() const;  // "pigeonhub.v1.PeerService/ListPeers"
};

// Why a request is no call. `stream`: the answer is one of a stream, whose head says 200.
struct ConnectRefusal {
  grpc::Status status;
  bool is_stream = false;
  ConnectCodec codec = ConnectCodec::kJson;
};

// Whether the path is one of a method: /package.Service/Method.
bool IsConnectPath(std::string_view path);

// Reads a request whose path IsConnectPath. A WebAnswer is for what HTTP itself answers: a method
// or a content type that cannot be (404, 405, 415). Requests that would be more than `most_bytes`
// when unpacked are RESOURCE_EXHAUSTED.
std::variant<ConnectCall, ConnectRefusal, WebAnswer> ReadConnectCall(const WebRequest& request,
                                                                     size_t most_bytes);

}  // namespace pigeonhub
