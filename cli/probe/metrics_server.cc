// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/metrics_server.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "server/base/address.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::steady_clock;

constexpr int kStopMilliseconds = 100;
constexpr std::chrono::seconds kRequestPatience{2};
constexpr size_t kLargestHead = 8192;

std::string Bound(int listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  char host[NI_MAXHOST] = "";
  char port[NI_MAXSERV] = "";
  getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host, port,
              sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
  return JoinHostAndPort(host, ParsePort(port).value_or(0));
}

// Waits until the socket is ready; false at the end of the caller's time.
bool Ready(int socket, short events, steady_clock::time_point by) {
  pollfd entry{socket, events, 0};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(by - steady_clock::now()).count();
  return left > 0 && poll(&entry, 1, static_cast<int>(left)) > 0;
}

// Reads up to the end of the request's head; false if it does not come in time.
bool ReadHead(int socket, steady_clock::time_point by, std::string& head) {
  char bytes[1024];
  while (head.find("\r\n\r\n") == std::string::npos && head.size() < kLargestHead) {
    if (!Ready(socket, POLLIN, by)) return false;
    const ssize_t read = recv(socket, bytes, sizeof bytes, MSG_DONTWAIT);
    if (read <= 0) return false;
    head.append(bytes, static_cast<size_t>(read));
  }
  return true;
}

void AnswerCaller(int socket, const std::string& text) {
  const auto by = steady_clock::now() + kRequestPatience;
  std::string head;
  if (!ReadHead(socket, by, head)) return;
  const bool asked = head.starts_with("GET /metrics ") || head.starts_with("GET / ");
  const std::string body = asked ? text : "there is /metrics\n";
  std::string answer = std::string("HTTP/1.1 ") + (asked ? "200 OK" : "404 Not Found") +
                       "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                       "Connection: close\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n" + body;
  for (std::string_view left = answer; !left.empty() && Ready(socket, POLLOUT, by);) {
    const ssize_t sent = send(socket, left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return;
    left.remove_prefix(static_cast<size_t>(sent));
  }
}

}  // namespace

absl::StatusOr<MetricsServer> MetricsServer::Listen(const std::string& address) {
  const bool any = address.starts_with(':');
  const std::optional<HostAndPort> parts =
      any ? HostAndPort{"", std::string_view(address).substr(1)} : SplitHostAndPort(address);
  if (!parts || !parts->port || !ParsePort(*parts->port)) {
    return absl::InvalidArgumentError("--listen " + address +
                                      " is no address; write HOST:PORT or :PORT");
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const std::string host(parts->host);
  const std::string port(*parts->port);
  const int error = getaddrinfo(any ? nullptr : host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) return absl::UnknownError("--listen " + address + ": " + gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
  Descriptor listener(socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      listen(listener.get(), SOMAXCONN) != 0) {
    return absl::UnknownError("--listen " + address + ": " + std::strerror(errno));
  }
  std::string bound = Bound(listener.get());
  return MetricsServer(std::move(listener), std::move(bound));
}

void MetricsServer::Serve(const std::function<std::string()>& text,
                          const std::function<bool()>& stopped) {
  while (!stopped()) {
    pollfd entry{listener_.get(), POLLIN, 0};
    if (poll(&entry, 1, kStopMilliseconds) <= 0) continue;
    const Descriptor caller(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (caller.is_open()) AnswerCaller(caller.get(), text());
  }
}

}  // namespace pigeonhub::cli
