// SPDX-License-Identifier: Apache-2.0

#include "server/net/tls/certificate_facts.h"

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/hex.h"

namespace pigeonhub::net {
namespace {

constexpr size_t kMaxNames = 16;

UnixMillis UnixMs(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return static_cast<UnixMillis>(timegm(&parts)) * 1000;
}

std::string TextOf(const X509_NAME* name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<size_t>(size)};
}

std::string AddressText(const ASN1_OCTET_STRING* bytes) {
  const int family = ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6;
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(family, ASN1_STRING_get0_data(bytes), text, sizeof text);
  return text;
}

std::vector<std::string> NamesOf(X509* certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  const int count = all == nullptr ? 0 : sk_GENERAL_NAME_num(all.get());
  for (int i = 0; i < count && names.size() < kMaxNames; ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type == GEN_DNS) {
      names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                         static_cast<size_t>(ASN1_STRING_length(name->d.dNSName)));
    } else if (name->type == GEN_IPADD) {
      names.push_back(AddressText(name->d.iPAddress));
    }
  }
  return names;
}

}  // namespace

TlsRecord CertificateFacts(SSL_CTX* context) {
  X509* const own = SSL_CTX_get0_certificate(context);
  TlsRecord facts;
  facts.names = NamesOf(own);
  facts.issuer = TextOf(X509_get_issuer_name(own));
  facts.not_before = UnixMs(X509_get0_notBefore(own));
  facts.not_after = UnixMs(X509_get0_notAfter(own));
  // A chain is as good as its weakest link.
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(context, &chain);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    facts.not_after =
        std::min(facts.not_after, UnixMs(X509_get0_notAfter(sk_X509_value(chain, i))));
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(own, EVP_sha256(), digest, &size);
  facts.fingerprint = ToHex(std::string_view(reinterpret_cast<const char*>(digest), size));
  facts.client_certificates = (SSL_CTX_get_verify_mode(context) & SSL_VERIFY_PEER) != 0;
  return facts;
}

}  // namespace pigeonhub::net
