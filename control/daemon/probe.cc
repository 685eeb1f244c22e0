// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/probe.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string_view>
#include <system_error>

#include "pigeonhub/host_port.h"
#include "server/base/address.h"
#include "server/base/descriptor.h"
#include "server/base/proxy_header.h"
#include "server/base/ssl_ptr.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr uint16_t kProbedPort = 3000;  // if --port is not given

using Steady = std::chrono::steady_clock;
using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

class Socket {
 public:
  explicit Socket(const addrinfo& address)
      : fd_(socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, address.ai_protocol)) {}

  int fd() const { return fd_.get(); }

  // Limits the time of connect, send and recv from now on. False if no time is left.
  bool SetDeadline(Steady::time_point deadline) const {
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(deadline - Steady::now()).count();
    if (left <= 0) return false;
    const timeval limit{static_cast<time_t>(left / 1'000'000),
                        static_cast<suseconds_t>(left % 1'000'000)};
    return setsockopt(fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
           setsockopt(fd(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0;
  }

 private:
  const Descriptor fd_;
};

std::string Why(int error) {
  // The error of a socket whose time is over.
  if (error == EAGAIN || error == EINPROGRESS) return "no answer in time";
  return std::generic_category().message(error);
}

// TLS on a connected socket. It believes every certificate: the hub is on this machine, and nothing
// is told to it that others may not hear.
SslPtr StartTls(const Socket& socket) {
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_mode(context.get(), SSL_MODE_AUTO_RETRY);
  SslPtr ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), socket.fd());
  return ssl;
}

// The first line of the answer, or why there is none. `header` goes before everything else.
ProbeOutcome Ask(const addrinfo& address, bool tls, const std::string& header,
                 const std::string& request, Steady::time_point deadline) {
  const Socket socket(address);
  const auto failed = [] { return ProbeOutcome{false, Why(errno)}; };
  if (socket.fd() < 0) return failed();
  if (!socket.SetDeadline(deadline)) return {false, "no answer in time"};
  if (connect(socket.fd(), address.ai_addr, address.ai_addrlen) != 0) return failed();
  if (send(socket.fd(), header.data(), header.size(), MSG_NOSIGNAL) < 0) return failed();
  const SslPtr ssl = tls ? StartTls(socket) : nullptr;
  if (tls && SSL_connect(ssl.get()) != 1) return {false, "no answer in TLS"};
  const ssize_t sent = tls ? SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()))
                           : send(socket.fd(), request.data(), request.size(), MSG_NOSIGNAL);
  if (sent <= 0) return failed();
  std::string answer;
  char buffer[512];
  while (answer.find("\r\n") == std::string::npos && answer.size() < 4096) {
    if (!socket.SetDeadline(deadline)) return {false, "no answer in time"};
    const ssize_t count = tls ? SSL_read(ssl.get(), buffer, sizeof buffer)
                              : recv(socket.fd(), buffer, sizeof buffer, 0);
    if (tls && count <= 0) return {false, "closed without an answer"};
    if (count < 0) return failed();
    if (count == 0) return {false, "closed without an answer"};
    answer.append(buffer, static_cast<size_t>(count));
  }
  const std::string status = answer.substr(0, answer.find("\r\n"));
  return {status.starts_with("HTTP/1.1 200"), Shown(status)};
}

// The addresses at which the hub answers about its health.
HostPort HealthAddress(const Config& config) {
  HostPort address =
      config.metrics_listen.value_or(HostPort{config.host, config.port.value_or(kProbedPort)});
  // A hub that listens on every address is asked on the loopback address.
  if (IsUnspecified(address.host)) address.host = "localhost";
  return address;
}

}  // namespace

ProbeOutcome AskHub(const Config& config, Health wanted, std::chrono::milliseconds patience) {
  const HostPort hub = HealthAddress(config);
  if (hub.port == 0) return {false, "port 0: nobody can know where that hub listens; name a port"};
  // The port of metrics speaks no TLS.
  const bool tls = !config.metrics_listen.has_value() && !config.tls_cert.empty();
  if (tls && !config.tls_client_ca.empty()) {
    return {false,
            "the hub answers only those who show a certificate; set --metrics-listen, where it "
            "answers everybody"};
  }
  const std::string path = wanted == Health::kLive ? "/livez" : "/readyz";
  const std::string asked = hub.text();

  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error =
          getaddrinfo(hub.host.c_str(), std::to_string(hub.port).c_str(), &hints, &found)) {
    return {false, asked + ": " + gai_strerror(error)};
  }
  const AddressList addresses(found, freeaddrinfo);
  std::string header;
  // The hub asks everybody at that port, and whoever speaks for itself may come from this machine.
  if (config.proxy_protocol && !config.metrics_listen.has_value()) header = kLocalProxyHeader;
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: " + asked + "\r\nConnection: close\r\n\r\n";
  const auto deadline = Steady::now() + patience;
  // A name may have several addresses, and the hub may have bound only some of them.
  ProbeOutcome outcome;
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    outcome = Ask(*address, tls, header, request, deadline);
    if (outcome.passed) break;
  }
  outcome.line = asked + path + ": " + outcome.line;
  return outcome;
}

}  // namespace pigeonhub
