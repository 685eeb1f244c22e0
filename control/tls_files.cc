// SPDX-License-Identifier: Apache-2.0

#include "control/tls_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string_view>

#include "base/files.h"
#include "server/runtime/text.h"

namespace pigeonhub {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

Memory Reader(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

// A key with a passphrase is unreadable: nobody is there to type it.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) { return 0; }

Certificate ReadCertificate(const std::string& text) {
  return {PEM_read_bio_X509(Reader(text).get(), nullptr, NoPassphrase, nullptr), X509_free};
}

PrivateKey ReadKey(const std::string& text) {
  return {PEM_read_bio_PrivateKey(Reader(text).get(), nullptr, NoPassphrase, nullptr),
          EVP_PKEY_free};
}

absl::Status Wrong(std::string_view flag, const std::string& path, std::string_view what) {
  ERR_clear_error();
  return absl::InvalidArgumentError(std::string(flag) + ": " + Shown(path) + " " +
                                    std::string(what));
}

}  // namespace

absl::StatusOr<Digest> CheckTlsFiles(const TlsFiles& files) {
  if (files.empty()) return Digest{};
  if (files.certificate.empty() || files.key.empty()) {
    return absl::InvalidArgumentError(
        "TLS for the control API needs both --control-tls-cert and --control-tls-key");
  }
  const auto certificate_text = ReadSmallFile(files.certificate);
  if (!certificate_text.ok()) return certificate_text.status();
  const auto key_text = ReadSecretFile(files.key);
  if (!key_text.ok()) return key_text.status();

  const Certificate certificate = ReadCertificate(*certificate_text);
  if (certificate == nullptr) {
    return Wrong("--control-tls-cert", files.certificate, "holds no certificate in PEM form");
  }
  const PrivateKey key = ReadKey(*key_text);
  if (key == nullptr) {
    return Wrong("--control-tls-key", files.key, "holds no private key in PEM form, unencrypted");
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return Wrong("--control-tls-key", files.key, "is not the key of the certificate");
  }

  std::string all = *certificate_text + '\0' + *key_text + '\0';
  if (!files.client_ca.empty()) {
    const auto ca_text = ReadSmallFile(files.client_ca);
    if (!ca_text.ok()) return ca_text.status();
    if (ReadCertificate(*ca_text) == nullptr) {
      return Wrong("--control-tls-client-ca", files.client_ca, "holds no certificate in PEM form");
    }
    all += *ca_text;
  }
  return DigestOf(all);
}

}  // namespace pigeonhub
