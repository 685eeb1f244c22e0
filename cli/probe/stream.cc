// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/stream.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/probe/socket.h"
#include "server/base/proxy_header.h"

namespace pigeonhub::cli {
namespace {

constexpr size_t kReadSize = 16384;

absl::Status Ended() { return absl::UnavailableError("the server ended the connection"); }

absl::Status WriteAll(const Socket& socket, std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t sent =
        send(socket.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      return absl::UnavailableError(std::strerror(errno));
    } else if (absl::Status status = socket.Wait(true, deadline); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

class PlainStream : public Stream {
 public:
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  absl::Status Write(std::string_view bytes, Deadline deadline) override {
    return WriteAll(socket_, bytes, deadline);
  }

  absl::StatusOr<std::string> Read(Deadline deadline) override {
    std::string bytes(kReadSize, '\0');
    while (true) {
      const ssize_t read = recv(socket_.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (read > 0) {
        bytes.resize(static_cast<size_t>(read));
        return bytes;
      }
      if (read == 0) return Ended();
      if (errno != EAGAIN && errno != EINTR) return absl::UnavailableError(std::strerror(errno));
      if (absl::Status status = socket_.Wait(false, deadline); !status.ok()) return status;
    }
  }

 private:
  Socket socket_;
};

class TlsStream : public Stream {
 public:
  explicit TlsStream(Socket socket)
      : socket_(std::move(socket)), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {}

  absl::Status Handshake(const std::string& host, const std::string& ca, Deadline deadline) {
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    const bool trusted =
        ca.empty() ? SSL_CTX_set_default_verify_paths(context_.get()) == 1
                   : SSL_CTX_load_verify_locations(context_.get(), ca.c_str(), nullptr) == 1;
    if (!trusted) return absl::InvalidArgumentError("the TLS file " + ca + " cannot be read");
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_.descriptor());
    unsigned char binary[sizeof(in6_addr)];
    const bool is_address = inet_pton(AF_INET, host.c_str(), binary) == 1 ||
                            inet_pton(AF_INET6, host.c_str(), binary) == 1;
    if (is_address) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str());
    } else {
      SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
      SSL_set1_host(ssl_.get(), host.c_str());
    }
    absl::Status status = Repeat([this] { return SSL_connect(ssl_.get()); }, deadline);
    if (status.ok() || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return status;
    return {status.code(), std::string(status.message()) + "; is it wss there, not ws?"};
  }

  absl::Status Write(std::string_view bytes, Deadline deadline) override {
    const int size = static_cast<int>(bytes.size());
    return Repeat([&] { return SSL_write(ssl_.get(), bytes.data(), size); }, deadline);
  }

  absl::StatusOr<std::string> Read(Deadline deadline) override {
    std::string bytes(kReadSize, '\0');
    int read = 0;
    const auto attempt = [&] {
      read = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
      return read;
    };
    if (absl::Status status = Repeat(attempt, deadline); !status.ok()) return status;
    bytes.resize(static_cast<size_t>(read));
    return bytes;
  }

 private:
  // Repeats the operation until it is done. OpenSSL says what to wait for in between.
  template <typename Operation>
  absl::Status Repeat(Operation operation, Deadline deadline) {
    while (true) {
      ERR_clear_error();
      const int result = operation();
      if (result > 0) return absl::OkStatus();
      const int error = SSL_get_error(ssl_.get(), result);
      if (error == SSL_ERROR_ZERO_RETURN) return Ended();
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return Failure();
      absl::Status status = socket_.Wait(error == SSL_ERROR_WANT_WRITE, deadline);
      if (!status.ok()) return status;
    }
  }

  absl::Status Failure() const {
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (verdict != X509_V_OK) {
      return absl::UnavailableError(std::string("TLS: ") + X509_verify_cert_error_string(verdict));
    }
    const unsigned long error = ERR_get_error();
    if (error == 0) return Ended();
    const char* reason = ERR_reason_error_string(error);
    return absl::UnavailableError(std::string("TLS: ") + (reason != nullptr ? reason : "failed"));
  }

  Socket socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
};

}  // namespace

absl::StatusOr<std::unique_ptr<Stream>> Connect(const WebSocketUrl& url, const Entry& entry,
                                                Deadline deadline) {
  absl::StatusOr<Socket> socket = Socket::Connect(url.host, url.port, deadline);
  if (!socket.ok()) return socket.status();
  if (entry.proxy_protocol) {
    absl::Status status = WriteAll(*socket, kLocalProxyHeader, deadline);
    if (!status.ok()) return status;
  }
  if (!url.secure) return std::make_unique<PlainStream>(*std::move(socket));
  auto stream = std::make_unique<TlsStream>(*std::move(socket));
  if (absl::Status status = stream->Handshake(url.host, entry.ca, deadline); !status.ok()) {
    return status;
  }
  return stream;
}

}  // namespace pigeonhub::cli
