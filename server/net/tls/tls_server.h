// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "pigeonhub/tls_record.h"
#include "server/base/ssl_ptr.h"
#include "server/base/tls_files.h"
#include "server/net/tls/ticket_keys.h"
#include "server/runtime/clock.h"
#include "server/runtime/exposition.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"
#include "server/runtime/tls_files_watch.h"

namespace pigeonhub::net {

// How this hub speaks TLS with those who connect to it (docs/decisions/0028): version 1.2 or later,
// ciphers that keep what was said secret even if the key is stolen later, HTTP/1.1, and session
// tickets. There is no renegotiation, no compression and no early data.
//
// Thread-safe.
class TlsServer {
 public:
  // No `files`: this hub speaks no TLS. `clock` and `log` outlive this.
  TlsServer(TlsFiles files, const Clock& clock, Log& log);

  bool is_on() const { return !watch_.files().empty(); }

  // Reads the files for the first time; later calls do nothing. One line says what is wrong with
  // them.
  absl::Status Open() ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes replaced files over for the handshakes to come. Called twice a second.
  void Look() ABSL_LOCKS_EXCLUDED(mutex_);

  // TLS on a new connection, before its handshake. After Open.
  SslPtr Start() ABSL_LOCKS_EXCLUDED(mutex_);
  // A handshake has succeeded.
  void Note(const SSL* ssl);

  // What is in force; nothing before Open.
  std::optional<TlsRecord> record() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Adds nothing where there is no TLS.
  void AddMetrics(Exposition& out) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void UseLocked(const TlsTexts& texts) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  Log& log_;
  TlsFilesWatch watch_;
  TicketKeys ticket_keys_;
  std::atomic<uint64_t> full_handshakes_ = 0;
  std::atomic<uint64_t> resumed_handshakes_ = 0;

  mutable Mutex mutex_;
  SslContextPtr context_ ABSL_GUARDED_BY(mutex_);
  std::optional<TlsRecord> record_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub::net
