// SPDX-License-Identifier: Apache-2.0

#include "server/net/tls/ticket_keys.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <span>

#include "server/base/random.h"

namespace pigeonhub::net {
namespace {

// Of Make and Open, as OpenSSL reads them.
constexpr int kFailed = -1;
constexpr int kUnknown = 0;  // a full handshake follows
constexpr int kDone = 1;
constexpr int kReplace = 2;  // done, and the client gets a new ticket

constexpr size_t kIvSize = 16;

bool UseMacKey(EVP_MAC_CTX* mac, std::array<unsigned char, 32>& key) {
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.data(), key.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

template <typename Key>
Key NewKey() {
  Key key;
  FillRandom(key.name);
  FillRandom(key.cipher);
  FillRandom(key.mac);
  return key;
}

template <typename Key>
void Wipe(Key& key) {
  OPENSSL_cleanse(key.cipher.data(), key.cipher.size());
  OPENSSL_cleanse(key.mac.data(), key.mac.size());
}

}  // namespace

TicketKeys::TicketKeys(const Clock& clock)
    : clock_(clock),
      cipher_(EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr)),
      current_(NewKey<Key>()),
      current_since_(clock.Read().steady) {}

TicketKeys::~TicketKeys() {
  MutexLock lock(mutex_);
  Wipe(current_);
  if (previous_.has_value()) Wipe(*previous_);
}

void TicketKeys::Serve(SSL_CTX* context) {
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, &TicketKeys::OnTicket);
  // No server keeps sessions, so nothing has to be looked up or thrown away.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(context, std::chrono::duration_cast<std::chrono::seconds>(kPeriod).count());
  SSL_CTX_set_num_tickets(context, 1);
}

int TicketKeys::OnTicket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                         EVP_MAC_CTX* mac, int makes) {
  auto& keys = *static_cast<TicketKeys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  return makes == 1 ? keys.Make(name, iv, cipher, mac) : keys.Open(name, iv, cipher, mac);
}

int TicketKeys::Make(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                     EVP_MAC_CTX* mac) {
  MutexLock lock(mutex_);
  RotateLocked();
  FillRandom(std::span(iv, kIvSize));
  std::copy(current_.name.begin(), current_.name.end(), name);
  const bool made =
      EVP_EncryptInit_ex(cipher, cipher_.get(), nullptr, current_.cipher.data(), iv) == 1 &&
      UseMacKey(mac, current_.mac);
  return made ? kDone : kFailed;
}

int TicketKeys::Open(const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
                     EVP_MAC_CTX* mac) {
  MutexLock lock(mutex_);
  RotateLocked();
  const auto is_called = [&](const Key& key) {
    return std::equal(key.name.begin(), key.name.end(), name);
  };
  const bool is_current = is_called(current_);
  if (!is_current && !(previous_.has_value() && is_called(*previous_))) return kUnknown;
  Key& key = is_current ? current_ : *previous_;
  const bool opened = UseMacKey(mac, key.mac) && EVP_DecryptInit_ex(cipher, cipher_.get(), nullptr,
                                                                    key.cipher.data(), iv) == 1;
  if (!opened) return kFailed;
  return is_current ? kDone : kReplace;
}

void TicketKeys::RotateLocked() {
  const SteadyTime now = clock_.Read().steady;
  const Duration age = now - current_since_;
  if (age < kPeriod) return;
  if (previous_.has_value()) Wipe(*previous_);
  previous_.reset();
  // Nothing was made with a key in the time after its hour.
  if (age < 2 * kPeriod) previous_ = current_;
  current_ = NewKey<Key>();
  current_since_ = now;
}

}  // namespace pigeonhub::net
