// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/support/server_callback.h>

#include "control/call/call.h"
#include "pigeonhub/token_claims.h"
#include "pigeonhub/v1/server_service.pb.h"

namespace pigeonhub {

// One Drain call. It starts the drain, and then reports how far the drain has come until no
// connection is left. It looks a few times a second and writes only changes. If the caller leaves,
// or is not admitted any more, the drain goes on.
//
// Exactly one operation is under way at any time (the command, a write or the alarm), and each
// starts the next. So no lock is needed.
class DrainStream final : public grpc::ServerWriteReactor<v1::DrainResponse> {
 public:
  // Deletes itself when the call is over. `context` and `request` outlive it.
  DrainStream(ControlPlane& plane, const grpc::CallbackServerContext& context,
              const v1::DrainRequest& request);

  // The change that the request is; both messages outlive it.
  static Change ChangeOf(const v1::DrainRequest& request, v1::DrainResponse& response);

 private:
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

  // Runs on the worker.
  grpc::Status Begin();
  void Look();
  void LookLater();
  void Write(int64_t remaining, bool done);

  ControlPlane& plane_;
  const grpc::CallbackServerContext& context_;
  const v1::DrainRequest& request_;
  Principal caller_;
  TokenAttributes attributes_;  // of whom; empty: of all
  v1::DrainResponse answer_;    // RequestMemory keeps it for the request id
  v1::DrainResponse progress_;
  grpc::Alarm alarm_;
};

}  // namespace pigeonhub
