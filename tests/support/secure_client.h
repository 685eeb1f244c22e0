// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/certificate.h"
#include "tests/support/frames.h"

namespace pigeonhub {

// A TLS client on 127.0.0.1, and a WebSocket client where that is wanted. It believes every
// certificate. Reads and writes wait for at most 60 s.
class SecureClient {
 public:
  struct Setup {
    int min_version = 0;  // TLS1_2_VERSION ...; 0: any
    int max_version = 0;
    std::string ciphers{};  // for TLS 1.2, as OpenSSL writes them; empty: its default
    std::string suites{};   // for TLS 1.3, the same
    std::string alpn{};     // "h2,http/1.1"; empty: none is offered
    std::optional<Certificate> certificate{};
    SSL_SESSION* session = nullptr;  // to resume
    std::string first{};             // sent as it is, before the handshake
  };

  // Connects, and shakes hands.
  explicit SecureClient(uint16_t port) : SecureClient(port, Setup()) {}
  SecureClient(uint16_t port, const Setup& setup);
  ~SecureClient();
  SecureClient(SecureClient&& other) noexcept;
  SecureClient& operator=(SecureClient&&) = delete;

  // Whether the handshake has succeeded, and what the library says if not.
  bool secure() const { return problem_.empty(); }
  const std::string& problem() const { return problem_; }
  SSL* ssl() { return ssl_.get(); }
  // SHA-256 of the server's certificate, 64 hexadecimal digits.
  std::string Fingerprint() const;
  // What to resume with; of TLS 1.3 there is one only after something was read. The caller frees
  // it with SSL_SESSION_free.
  SSL_SESSION* Session() { return SSL_get1_session(ssl_.get()); }

  bool Send(std::string_view bytes);
  // Asks for a WebSocket and reads the answer; its status, 0 if none came.
  int Upgrade(const std::string& target);
  bool SendText(std::string_view text) { return Send(net::ClientFrame(net::kText, text)); }
  // The next text message that contains `part`; empty at the end of the stream.
  std::string ReadTextWith(std::string_view part);
  // Everything up to the end of the stream.
  std::string ReadToEnd();

 private:
  bool ReadSome();

  struct Deleter {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  int descriptor_ = -1;
  std::unique_ptr<SSL_CTX, Deleter> context_;
  std::unique_ptr<SSL, Deleter> ssl_;
  std::string problem_;
  std::string received_;
};

}  // namespace pigeonhub
