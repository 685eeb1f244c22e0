// SPDX-License-Identifier: Apache-2.0

#include "server/net/tls/tls_server.h"

#include <openssl/err.h>

#include <string>
#include <string_view>
#include <utility>

#include "server/net/tls/certificate_facts.h"

namespace pigeonhub::net {
namespace {

// In the order of preference. AES-128 is the fastest where the processor has AES, and no weaker for
// what travels here.
constexpr char kCiphers13[] =
    "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384";
constexpr char kCiphers12[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
constexpr char kGroups[] = "X25519:P-256:P-384";
constexpr char kSignatures[] =
    "ECDSA+SHA256:RSA-PSS+SHA256:ed25519:ECDSA+SHA384:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:"
    "RSA+SHA384:RSA+SHA512";

constexpr std::string_view kHttp11 = "http/1.1";

// Picks HTTP/1.1 from the protocols that the client offers (RFC 7301): each with its length before
// it.
int ChooseProtocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
                   const unsigned char* offered, unsigned offered_size, void* /*argument*/) {
  std::string_view rest(reinterpret_cast<const char*>(offered), offered_size);
  while (!rest.empty()) {
    const size_t size = static_cast<unsigned char>(rest.front());
    const std::string_view name = rest.substr(1, size);
    if (name == kHttp11) {
      *chosen = reinterpret_cast<const unsigned char*>(name.data());
      *chosen_size = static_cast<unsigned char>(name.size());
      return SSL_TLSEXT_ERR_OK;
    }
    rest.remove_prefix(std::min(rest.size(), 1 + size));
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void SetRules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(
      context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_ciphersuites(context, kCiphers13);
  SSL_CTX_set_cipher_list(context, kCiphers12);
  SSL_CTX_set1_groups_list(context, kGroups);
  SSL_CTX_set1_sigalgs_list(context, kSignatures);
  SSL_CTX_set_alpn_select_cb(context, &ChooseProtocol, nullptr);
  // A connection that waits keeps no buffers. One read fetches all records that have come.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
  // A client has one connection, so it needs one ticket to come back. Each costs a twentieth of a
  // handshake.
  SSL_CTX_set_num_tickets(context, 1);
}

// Whoever was let in by one set of authorities does not come back with a ticket to another.
void SeparateSessions(SSL_CTX* context, const std::string& client_ca) {
  const Digest digest = DigestOf(client_ca);
  SSL_CTX_set_session_id_context(context, digest.data(), static_cast<unsigned>(digest.size()));
}

}  // namespace

TlsServer::TlsServer(TlsFiles files, const Clock& clock, Log& log)
    : clock_(clock),
      log_(log),
      watch_(std::move(files), "the signaling port", log),
      ticket_keys_(clock) {}

absl::Status TlsServer::Open() {
  MutexLock lock(mutex_);
  if (!is_on() || context_ != nullptr) return absl::OkStatus();
  const auto texts = watch_.Open();
  if (!texts.ok()) return texts.status();
  UseLocked(*texts);
  return absl::OkStatus();
}

void TlsServer::Look() {
  if (!watch_.any_in_force()) return;
  const std::optional<TlsTexts> texts = watch_.Look();
  if (!texts.has_value()) return;
  MutexLock lock(mutex_);
  UseLocked(*texts);
}

void TlsServer::UseLocked(const TlsTexts& texts) {
  auto context = MakeServerContext(watch_.files(), texts);
  if (!context.ok()) return;  // the watch has made one of the same texts
  SetRules(context->get());
  SeparateSessions(context->get(), texts.client_ca);
  ticket_keys_.Serve(context->get());
  record_ = CertificateFacts(context->get());
  context_ = *std::move(context);
  ERR_clear_error();
  if (record_->not_after < clock_.Read().unix_ms) {
    log_.Warn("the certificate of the signaling port has expired; clients will refuse it",
              {{"issuer", std::string_view(record_->issuer)}});
  }
}

SslPtr TlsServer::Start() {
  MutexLock lock(mutex_);
  SslPtr ssl(SSL_new(context_.get()));
  SSL_set_accept_state(ssl.get());
  return ssl;
}

void TlsServer::Note(const SSL* ssl) {
  // SSL_session_reused takes no const.
  (SSL_session_reused(const_cast<SSL*>(ssl)) == 1 ? resumed_handshakes_ : full_handshakes_)
      .fetch_add(1, std::memory_order_relaxed);
}

std::optional<TlsRecord> TlsServer::record() const {
  MutexLock lock(mutex_);
  std::optional<TlsRecord> record = record_;
  if (record.has_value()) record->problem = watch_.problem();
  return record;
}

void TlsServer::AddMetrics(Exposition& out) const {
  const std::optional<TlsRecord> now = record();
  if (!now.has_value()) return;
  out.Gauge("pigeonhub_tls_certificate_expires_timestamp_seconds",
            "When the certificate of the signaling port, or one of its chain, expires.",
            static_cast<double>(now->not_after) / 1000);
  out.Gauge("pigeonhub_tls_files_refused",
            "1 while the TLS files hold something that cannot be used, so that the old stays.",
            !now->problem.empty());
  constexpr char kHandshakes[] = "pigeonhub_tls_handshakes_total";
  constexpr char kHelp[] = "TLS handshakes that succeeded.";
  out.Counter(kHandshakes, kHelp, static_cast<double>(full_handshakes_.load()), {{"kind", "full"}});
  out.Counter(kHandshakes, kHelp, static_cast<double>(resumed_handshakes_.load()),
              {{"kind", "resumed"}});
}

}  // namespace pigeonhub::net
