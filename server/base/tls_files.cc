// SPDX-License-Identifier: Apache-2.0

#include "server/base/tls_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "server/base/characters.h"
#include "server/base/files.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using OwnedKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

Memory Reader(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

// A key with a passphrase is unreadable: nobody is there to type it.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) { return 0; }

absl::Status Wrong(std::string_view setting, const std::string& path, std::string_view what) {
  ERR_clear_error();
  return absl::InvalidArgumentError(std::string(setting) + ": " + Shown(path) + " " +
                                    std::string(what));
}

// Why OpenSSL refused the file just now, in OpenSSL's words.
absl::Status Refused(std::string_view setting, const std::string& path) {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  return Wrong(setting, path, std::string("is refused: ") + (reason == nullptr ? "" : reason));
}

// All certificates of a text, at least one. A file that is being written may end in the midst of
// any of them.
absl::StatusOr<std::vector<Certificate>> ReadCertificates(std::string_view setting,
                                                          const std::string& path,
                                                          const std::string& text) {
  ERR_clear_error();
  const Memory reader = Reader(text);
  std::vector<Certificate> certificates;
  while (X509* const next = PEM_read_bio_X509(reader.get(), nullptr, NoPassphrase, nullptr)) {
    certificates.emplace_back(next, X509_free);
  }
  const bool whole = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!whole && !certificates.empty()) {
    return Wrong(setting, path,
                 "is cut or damaged after certificate " + std::to_string(certificates.size()));
  }
  if (certificates.empty()) return Wrong(setting, path, "holds no certificate in PEM form");
  ERR_clear_error();
  return certificates;
}

// The files are read again and again. A pipe or a device would hold that up, and with it whoever
// reads, until somebody writes to it.
bool WaitsForWriter(const std::string& path) {
  std::error_code unknown;
  const auto type = std::filesystem::status(path, unknown).type();
  return type == std::filesystem::file_type::fifo || type == std::filesystem::file_type::character;
}

}  // namespace

Digest TlsTexts::digest() const { return DigestOf(certificate + '\0' + key + '\0' + client_ca); }

absl::StatusOr<TlsTexts> ReadTlsFiles(const TlsFiles& files) {
  TlsTexts texts;
  const std::pair<const std::string*, std::string*> all[] = {
      {&files.certificate, &texts.certificate},
      {&files.key, &texts.key},
      {&files.client_ca, &texts.client_ca}};
  for (const auto& [path, text] : all) {
    if (path->empty()) continue;
    if (WaitsForWriter(*path)) {
      return absl::UnavailableError("cannot read " + Displayable(*path) +
                                    ": it is a pipe or a device; put a file there");
    }
    auto read = path == &files.key ? ReadSecretFile(*path) : ReadSmallFile(*path);
    if (!read.ok()) return read.status();
    *text = *std::move(read);
  }
  return texts;
}

absl::StatusOr<SslContextPtr> MakeServerContext(const TlsFiles& files, const TlsTexts& texts) {
  const TlsSettingNames& names = files.names;
  const auto chain = ReadCertificates(names.certificate, files.certificate, texts.certificate);
  if (!chain.ok()) return chain.status();
  const OwnedKey key(
      PEM_read_bio_PrivateKey(Reader(texts.key).get(), nullptr, NoPassphrase, nullptr),
      EVP_PKEY_free);
  if (key == nullptr) {
    return Wrong(names.key, files.key, "holds no private key in PEM form, unencrypted");
  }
  if (X509_check_private_key(chain->front().get(), key.get()) != 1) {
    return Wrong(names.key, files.key, "is not the key of the certificate");
  }
  SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (SSL_CTX_use_certificate(context.get(), chain->front().get()) != 1) {
    return Refused(names.certificate, files.certificate);
  }
  if (SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) return Refused(names.key, files.key);
  for (size_t i = 1; i < chain->size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context.get(), (*chain)[i].get()) != 1) {
      return Refused(names.certificate, files.certificate);
    }
  }
  if (files.client_ca.empty()) return context;
  const auto authorities = ReadCertificates(names.client_ca, files.client_ca, texts.client_ca);
  if (!authorities.ok()) return authorities.status();
  for (const Certificate& authority : *authorities) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority.get());
    SSL_CTX_add_client_CA(context.get(), authority.get());
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  ERR_clear_error();  // a file may name one twice
  return context;
}

absl::StatusOr<Digest> CheckTlsFiles(const TlsFiles& files) {
  if (files.empty()) return Digest{};
  if (files.certificate.empty() || files.key.empty()) {
    return absl::InvalidArgumentError("TLS needs both " + std::string(files.names.certificate) +
                                      " and " + std::string(files.names.key));
  }
  const auto texts = ReadTlsFiles(files);
  if (!texts.ok()) return texts.status();
  const auto context = MakeServerContext(files, *texts);
  if (!context.ok()) return context.status();
  return texts->digest();
}

}  // namespace pigeonhub
