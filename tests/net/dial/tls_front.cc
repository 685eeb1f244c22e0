// SPDX-License-Identifier: Apache-2.0

#include "tests/net/dial/tls_front.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace pigeonhub::net {
namespace {

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool SendAll(int socket, const char* bytes, ssize_t size) {
  while (size > 0) {
    const ssize_t sent = send(socket, bytes, static_cast<size_t>(size), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= sent;
  }
  return true;
}

}  // namespace

class TlsFront::Impl {
 public:
  Impl(const std::string& certificate, const std::string& key, uint16_t behind)
      : context_(SSL_CTX_new(TLS_server_method())), behind_(behind) {
    BIO* text = BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size()));
    X509* x509 = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context_, x509);
    X509_free(x509);
    BIO_free(text);
    text = BIO_new_mem_buf(key.data(), static_cast<int>(key.size()));
    EVP_PKEY* pkey = PEM_read_bio_PrivateKey(text, nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context_, pkey);
    EVP_PKEY_free(pkey);
    BIO_free(text);

    listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = Loopback(0);
    bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(listening_, 8);
    socklen_t size = sizeof address;
    getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    if (pipe2(stop_, O_CLOEXEC) != 0) return;
    thread_ = std::thread([this] { Run(); });
  }

  ~Impl() {
    close(stop_[1]);  // wakes every poll
    thread_.join();
    close(stop_[0]);
    close(listening_);
    SSL_CTX_free(context_);
  }

  uint16_t port() const { return port_; }

 private:
  // False when it is time to end.
  bool WaitFor(int a, int b, bool& a_ready, bool& b_ready) {
    pollfd sockets[] = {{stop_[0], POLLIN, 0}, {a, POLLIN, 0}, {b, POLLIN, 0}};
    poll(sockets, 3, -1);
    a_ready = sockets[1].revents != 0;
    b_ready = sockets[2].revents != 0;
    return sockets[0].revents == 0;
  }

  void Run() {
    bool ready = false;
    bool unused = false;
    while (WaitFor(listening_, -1, ready, unused)) {
      const int client = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      SSL* ssl = SSL_new(context_);
      SSL_set_fd(ssl, client);
      if (SSL_accept(ssl) == 1) Serve(ssl, client);
      SSL_free(ssl);
      close(client);
    }
  }

  void Serve(SSL* ssl, int client) {
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Loopback(behind_);
    connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    char bytes[16 * 1024];
    bool up = false;
    bool down = false;
    while (WaitFor(client, server, up, down)) {
      if (up) {
        do {
          const int got = SSL_read(ssl, bytes, sizeof bytes);
          if (got <= 0 || !SendAll(server, bytes, got)) up = false;
        } while (up && SSL_pending(ssl) > 0);
        if (!up) break;
      }
      if (down) {
        const ssize_t got = recv(server, bytes, sizeof bytes, 0);
        if (got <= 0 || SSL_write(ssl, bytes, static_cast<int>(got)) <= 0) break;
      }
    }
    close(server);
  }

  SSL_CTX* context_;
  const uint16_t behind_;
  int listening_ = -1;
  uint16_t port_ = 0;
  int stop_[2] = {-1, -1};
  std::thread thread_;
};

TlsFront::TlsFront(const std::string& certificate, const std::string& key, uint16_t behind)
    : impl_(std::make_unique<Impl>(certificate, key, behind)) {}

TlsFront::~TlsFront() = default;

uint16_t TlsFront::port() const { return impl_->port(); }

}  // namespace pigeonhub::net
