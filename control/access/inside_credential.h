// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/string_ref.h>

#include <map>
#include <optional>
#include <string>

#include "control/access/access_list.h"

namespace grpc {
class ClientContext;
}  // namespace grpc

namespace pigeonhub {

// What a call brings that this process makes to itself on behalf of somebody whom it knows already.
// It contains a secret that is made with this object and leaves the process in no call, so nobody
// else can bring it. Thread-safe.
class InsideCredential {
 public:
  InsideCredential();

  void AddTo(grpc::ClientContext& context, const Principal& caller) const;
  // On behalf of whom the call with this metadata is made; empty: it brings no such credential.
  std::optional<Principal> Read(
      const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) const;

 private:
  const std::string secret_;
};

}  // namespace pigeonhub
