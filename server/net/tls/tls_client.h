// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "server/base/ssl_ptr.h"
#include "server/runtime/mutex.h"

namespace pigeonhub::net {

// How this hub speaks TLS when it dials a wss:// address: version 1.2 or later, and only with a hub
// that has a valid certificate for the dialed name.
//
// Thread-safe.
class TlsClient {
 public:
  // `ca_file` names a file with the certificates, in PEM form, that vouch for other hubs. Without a
  // name the system's are taken. The file is read when it is first needed, and again after it has
  // changed.
  explicit TlsClient(std::string ca_file) : ca_file_(std::move(ca_file)) {}

  // The TLS state of a new connection to `host`, before its handshake. UNAVAILABLE, with one line,
  // if the file cannot be used.
  absl::StatusOr<SslPtr> Start(const std::string& host) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Status LoadLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string ca_file_;
  Mutex mutex_;
  SslContextPtr context_ ABSL_GUARDED_BY(mutex_);
  int64_t loaded_at_ns_ ABSL_GUARDED_BY(mutex_) = 0;  // the file's time of change
};

}  // namespace pigeonhub::net
