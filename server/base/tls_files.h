// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/digest.h"
#include "server/base/ssl_ptr.h"

namespace pigeonhub {

// What the settings are called that name the files.
struct TlsSettingNames {
  std::string_view certificate = "--tls-cert";
  std::string_view key = "--tls-key";
  std::string_view client_ca = "--tls-client-ca";
};

// The PEM files of a TLS server. All empty: no TLS.
struct TlsFiles {
  std::string certificate;  // the chain, the server's own first
  std::string key;
  std::string client_ca;  // empty: clients need no certificate
  TlsSettingNames names{};

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

// What a TLS server needs to begin with: the chain, its key, and where there is a client_ca the
// demand for certificates that it vouches for. INVALID_ARGUMENT if the texts cannot be used: one is
// not complete, the key is not the certificate's, or OpenSSL does not find both strong enough. The
// message is one line that names the file and what is wrong with it.
absl::StatusOr<SslContextPtr> MakeServerContext(const TlsFiles& files, const TlsTexts& texts);

// Reads the files and checks them as MakeServerContext does. Returns a digest of their content.
absl::StatusOr<Digest> CheckTlsFiles(const TlsFiles& files);

}  // namespace pigeonhub
