// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/digest.h"

namespace pigeonhub {

// The PEM files behind --control-tls-*. All empty: no TLS.
struct TlsFiles {
  std::string certificate;  // the chain, the hub's own first
  std::string key;
  std::string client_ca;  // empty: clients need no certificate

  bool empty() const { return certificate.empty() && key.empty() && client_ca.empty(); }
};

// The content of these files, in PEM form.
struct TlsTexts {
  std::string certificate;
  std::string key;
  std::string client_ca;  // empty: no such file

  // Two digests differ if any of the texts differs.
  Digest digest() const;
};

// Reads all the files; there are at least two. UNAVAILABLE if a file cannot be read,
// INVALID_ARGUMENT for a key that others may read. The message is one line that names the file.
absl::StatusOr<TlsTexts> ReadTlsFiles(const TlsFiles& files);

// Whether a TLS server can use the texts: they are complete, the key is the certificate's, and
// OpenSSL finds both strong enough. INVALID_ARGUMENT, one line that names the file and what is
// wrong with it. gRPC itself would only log that, and serve nobody.
absl::Status CheckTlsTexts(const TlsFiles& files, const TlsTexts& texts);

// Reads the files and checks them. Returns a digest of their content.
absl::StatusOr<Digest> CheckTlsFiles(const TlsFiles& files);

}  // namespace pigeonhub
