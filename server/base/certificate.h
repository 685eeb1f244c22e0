// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <openssl/x509.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pigeonhub {

// What a person wants to know of a certificate.
struct CertificateSummary {
  std::vector<std::string> names;  // the DNS names and addresses that it is for; the first 16
  std::string issuer;              // who signed it, e.g. CN=Example CA,O=Example
  int64_t not_before = 0;  // from when and until when it is valid, in milliseconds since 1970
  int64_t not_after = 0;
};

CertificateSummary SummaryOf(X509* certificate);

// Of the first certificate of a text in PEM form; it is valid until the first of all of them ends.
// Empty without any.
std::optional<CertificateSummary> SummaryOfChain(const std::string& pem);

}  // namespace pigeonhub
