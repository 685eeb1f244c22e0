// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "control/digest.h"

namespace pigeonhub {

// The PEM files behind --control-tls-*. All empty: no TLS.
struct TlsFiles {
  std::string certificate;  // the chain, the hub's own first
  std::string key;
  std::string client_ca;  // empty: clients need no certificate

  bool empty() const { return certificate.empty() && key.empty() && client_ca.empty(); }
};

// Whether the files go together: INVALID_ARGUMENT or UNAVAILABLE, one line that names the file and
// what is wrong with it. What they hold, as a digest to tell changes by. gRPC itself would log and
// serve nobody.
absl::StatusOr<Digest> CheckTlsFiles(const TlsFiles& files);

}  // namespace pigeonhub
