// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/runtime/mutex.h"

namespace pigeonhub::net {

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslPtr = std::unique_ptr<SSL, SslDeleter>;

// How we speak TLS to hubs at wss:// addresses: version 1.2 or later, and only with whoever has a
// valid certificate for the name that was dialed.
//
// Thread-safe.
class TlsClient {
 public:
  // `ca_file` holds, in PEM form, the certificates that vouch for other hubs; empty: those that the
  // system trusts. It is read when it is first needed, and again when it has changed.
  explicit TlsClient(std::string ca_file) : ca_file_(std::move(ca_file)) {}

  // One connection to `host`, before its handshake. UNAVAILABLE, one line, when the file cannot be
  // used.
  absl::StatusOr<SslPtr> Start(const std::string& host) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Status LoadLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string ca_file_;
  Mutex mutex_;
  std::unique_ptr<SSL_CTX, SslDeleter> context_ ABSL_GUARDED_BY(mutex_);
  int64_t loaded_at_ns_ ABSL_GUARDED_BY(mutex_) = 0;  // the file's time of change
};

}  // namespace pigeonhub::net
