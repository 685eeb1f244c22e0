// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "server/core/time.h"
#include "server/runtime/clock.h"
#include "server/runtime/mutex.h"

namespace pigeonhub::net {

// The keys of session tickets. A client that comes back shows its ticket, and the handshake costs a
// fraction. The server keeps nothing of it: what it needs to know is in the ticket, which only
// these keys open. They are in memory alone and change every hour. Tickets of the hour before are
// taken and replaced.
//
// Thread-safe.
class TicketKeys {
 public:
  static constexpr Duration kPeriod = std::chrono::hours(1);

  // `clock` outlives this.
  explicit TicketKeys(const Clock& clock);
  ~TicketKeys();
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  // Has connections of `context` use these keys, which outlive them.
  void Serve(SSL_CTX* context);

 private:
  struct Key {
    std::array<unsigned char, 16> name;
    std::array<unsigned char, 32> cipher;
    std::array<unsigned char, 32> mac;
  };
  struct CipherDeleter {
    void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  };

  // What OpenSSL calls to make a ticket and to open one.
  static int OnTicket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                      EVP_MAC_CTX* mac, int makes);
  int Make(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac);
  int Open(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
           EVP_MAC_CTX* mac);
  void RotateLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  const std::unique_ptr<EVP_CIPHER, CipherDeleter> cipher_;  // looked up once: that is slow
  Mutex mutex_;
  Key current_ ABSL_GUARDED_BY(mutex_);
  std::optional<Key> previous_ ABSL_GUARDED_BY(mutex_);
  SteadyTime current_since_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub::net
