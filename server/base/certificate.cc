// SPDX-License-Identifier: Apache-2.0

#include "server/base/certificate.h"

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

namespace pigeonhub {
namespace {

constexpr size_t kMaxNames = 16;

int64_t UnixMs(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return static_cast<int64_t>(timegm(&parts)) * 1000;
}

std::string DerText(const X509_NAME* name) {
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

CertificateSummary SummaryOf(X509* certificate) {
  return {.names = NamesOf(certificate),
          .issuer = DerText(X509_get_issuer_name(certificate)),
          .not_before = UnixMs(X509_get0_notBefore(certificate)),
          .not_after = UnixMs(X509_get0_notAfter(certificate))};
}

std::optional<CertificateSummary> SummaryOfChain(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> reader(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  // Nobody is there to type a passphrase.
  const auto no_passphrase = [](char*, int, int, void*) { return 0; };
  std::optional<CertificateSummary> first;
  while (X509* const next = PEM_read_bio_X509(reader.get(), nullptr, no_passphrase, nullptr)) {
    const std::unique_ptr<X509, decltype(&X509_free)> owner(next, X509_free);
    if (!first.has_value()) first = SummaryOf(next);
    first->not_after = std::min(first->not_after, SummaryOf(next).not_after);
  }
  ERR_clear_error();  // that there is no further one
  return first;
}

}  // namespace pigeonhub
