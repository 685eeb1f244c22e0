// SPDX-License-Identifier: Apache-2.0

#include "tests/support/secure_client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

// In the form of the protocol: each name with its length before it.
std::string Offer(const std::string& names) {
  std::string offer;
  for (size_t begin = 0; begin < names.size();) {
    const size_t end = std::min(names.find(',', begin), names.size());
    offer += static_cast<char>(end - begin);
    offer += names.substr(begin, end - begin);
    begin = end + 1;
  }
  return offer;
}

void Show(SSL_CTX* context, const Certificate& certificate) {
  const auto reader = [](const std::string& text) {
    return std::unique_ptr<BIO, decltype(&BIO_free)>(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
  };
  X509* const x509 = PEM_read_bio_X509(reader(certificate.pem).get(), nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(context, x509);
  X509_free(x509);
  EVP_PKEY* const key =
      PEM_read_bio_PrivateKey(reader(certificate.key).get(), nullptr, nullptr, nullptr);
  SSL_CTX_use_PrivateKey(context, key);
  EVP_PKEY_free(key);
}

}  // namespace

SecureClient::SecureClient(uint16_t port, const Setup& setup)
    : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      context_(SSL_CTX_new(TLS_client_method())) {
  const timeval limit{60, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address);

  send(descriptor_, setup.first.data(), setup.first.size(), MSG_NOSIGNAL);

  ERR_clear_error();
  // So that it offers what a server should refuse.
  SSL_CTX_set_security_level(context_.get(), 0);
  SSL_CTX_set_min_proto_version(context_.get(), setup.min_version);
  SSL_CTX_set_max_proto_version(context_.get(), setup.max_version);
  if (!setup.ciphers.empty()) SSL_CTX_set_cipher_list(context_.get(), setup.ciphers.c_str());
  if (!setup.suites.empty()) SSL_CTX_set_ciphersuites(context_.get(), setup.suites.c_str());
  if (setup.certificate.has_value()) Show(context_.get(), *setup.certificate);
  ssl_.reset(SSL_new(context_.get()));
  const std::string offer = Offer(setup.alpn);
  SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(offer.data()),
                      static_cast<unsigned>(offer.size()));
  if (setup.session != nullptr) SSL_set_session(ssl_.get(), setup.session);
  SSL_set_fd(ssl_.get(), descriptor_);
  if (SSL_connect(ssl_.get()) == 1) return;
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  problem_ = reason == nullptr ? "connection lost" : reason;
}

SecureClient::SecureClient(SecureClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      context_(std::move(other.context_)),
      ssl_(std::move(other.ssl_)),
      problem_(std::move(other.problem_)),
      received_(std::move(other.received_)) {}

SecureClient::~SecureClient() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::string SecureClient::Fingerprint() const {
  X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (certificate != nullptr) X509_digest(certificate, EVP_sha256(), digest, &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

bool SecureClient::Send(std::string_view bytes) {
  return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
         static_cast<int>(bytes.size());
}

int SecureClient::Upgrade(const std::string& target) {
  if (!secure() || !Send(UpgradeRequest(target))) return 0;
  size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadSome()) return 0;
  }
  const int status = std::atoi(received_.substr(9, 3).c_str());
  received_.erase(0, end + 4);
  return status;
}

std::string SecureClient::ReadTextWith(std::string_view part) {
  for (;;) {
    net::ServerFrame frame;
    while (!net::TakeFrame(received_, frame)) {
      if (!ReadSome()) return {};
    }
    if (frame.opcode == net::kText && frame.payload.find(part) != std::string::npos) {
      return frame.payload;
    }
  }
}

std::string SecureClient::ReadToEnd() {
  while (ReadSome()) {
  }
  return std::move(received_);
}

bool SecureClient::ReadSome() {
  char bytes[16 * 1024];
  const int got = SSL_read(ssl_.get(), bytes, sizeof bytes);
  if (got <= 0) return false;
  received_.append(bytes, static_cast<size_t>(got));
  return true;
}

}  // namespace pigeonhub
