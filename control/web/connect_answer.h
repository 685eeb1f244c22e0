// SPDX-License-Identifier: Apache-2.0
//
// How the Connect protocol answers: https://connectrpc.com/docs/protocol, version 1. No I/O.
#pragma once

#include <grpcpp/support/status.h>

#include <string>
#include <string_view>

#include "control/web/connect_call.h"
#include "control/web/http_message.h"

namespace pigeonhub {

// The answer to a call that is no stream. `response` is serialized, and empty where the call
// failed.
WebAnswer UnaryAnswer(const ConnectCall& call, const grpc::Status& status,
                      std::string_view response);

// The answer to what is no call.
WebAnswer RefusalAnswer(const ConnectRefusal& refusal);

// The head of a stream's answer, without a body. Pieces follow: envelopes, and one end.
WebAnswer StreamHead(const ConnectCall& call);
// A message of a stream, serialized, in its envelope.
std::string StreamMessage(const ConnectCall& call, std::string_view message);
// The last piece of a stream.
std::string StreamEnd(const grpc::Status& status);

// {"code": …, "message": …, "details": […]}. The details are those of grpc-status-details-bin.
std::string ErrorJson(const grpc::Status& status);
// The status of HTTP that the protocol has for the code of gRPC.
int HttpStatus(grpc::StatusCode code);

}  // namespace pigeonhub
