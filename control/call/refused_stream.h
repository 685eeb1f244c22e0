// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/status.h>

namespace pigeonhub {

// The reactor of a stream that ends with `status` before it begins.
template <typename Reactor>
class RefusedStream final : public Reactor {
 public:
  explicit RefusedStream(const grpc::Status& status) { this->Finish(status); }

 private:
  void OnDone() override { delete this; }
};

}  // namespace pigeonhub
