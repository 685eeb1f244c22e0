// SPDX-License-Identifier: Apache-2.0

#include "server/net/tls/certificate_facts.h"

#include <openssl/x509.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "server/base/certificate.h"
#include "server/base/hex.h"

namespace pigeonhub::net {

TlsRecord CertificateFacts(SSL_CTX* context) {
  X509* const own = SSL_CTX_get0_certificate(context);
  TlsRecord facts;
  CertificateSummary summary = SummaryOf(own);
  facts.names = std::move(summary.names);
  facts.issuer = std::move(summary.issuer);
  facts.not_before = summary.not_before;
  facts.not_after = summary.not_after;
  // A chain is as good as its weakest link.
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(context, &chain);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    facts.not_after =
        std::min<UnixMillis>(facts.not_after, SummaryOf(sk_X509_value(chain, i)).not_after);
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(own, EVP_sha256(), digest, &size);
  facts.fingerprint = ToHex(std::string_view(reinterpret_cast<const char*>(digest), size));
  facts.client_certificates = (SSL_CTX_get_verify_mode(context) & SSL_VERIFY_PEER) != 0;
  return facts;
}

}  // namespace pigeonhub::net
