// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace pigeonhub::cli {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr char kNoAnswer[] = "no answer in time";

ConnectFailure FailureOf(int error) {
  using Kind = ConnectFailure::Kind;
  const std::string why = std::strerror(error);
  switch (error) {
    case ECONNREFUSED:
      return {Kind::kRefused, why};
    case ETIMEDOUT:
      return {Kind::kNoAnswer, why};
    case ENOENT:
      return {Kind::kNoSuchFile, why};
    case EACCES:
      return {Kind::kNotPermitted, why};
    default:
      return {Kind::kOther, why};
  }
}

}  // namespace

absl::Status Socket::Wait(bool for_write, Deadline deadline) const {
  pollfd entry{descriptor_.get(), static_cast<short>(for_write ? POLLOUT : POLLIN), 0};
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now()).count();
    if (left <= 0) return absl::DeadlineExceededError(kNoAnswer);
    const int ready = poll(&entry, 1, static_cast<int>(std::min<int64_t>(left, 1000)));
    if (ready > 0) return absl::OkStatus();
    if (ready < 0 && errno != EINTR) return absl::UnavailableError(std::strerror(errno));
  }
}

Socket::Attempt Socket::Try(const std::string& host, uint16_t port, Deadline deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
      error != 0) {
    return ConnectFailure{ConnectFailure::Kind::kNameUnknown, gai_strerror(error)};
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
  ConnectFailure last{ConnectFailure::Kind::kNameUnknown, "no address"};
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Socket attempt(
        Descriptor(socket(each->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)));
    const int fd = attempt.descriptor();
    if (fd < 0) continue;
    int error = 0;
    if (connect(fd, each->ai_addr, each->ai_addrlen) != 0) {
      error = errno;
      if (error == EINPROGRESS) {
        if (!attempt.Wait(true, deadline).ok()) {
          return ConnectFailure{ConnectFailure::Kind::kNoAnswer, kNoAnswer};
        }
        socklen_t size = sizeof error;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
      }
    }
    if (error == 0) {
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return attempt;
    }
    last = FailureOf(error);
  }
  return last;
}

Socket::Attempt Socket::Try(const std::string& path, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return FailureOf(ENAMETOOLONG);
  path.copy(address.sun_path, path.size());
  Socket attempt(Descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)));
  if (attempt.descriptor() < 0) return FailureOf(errno);
  const auto* plain = reinterpret_cast<const sockaddr*>(&address);
  while (connect(attempt.descriptor(), plain, sizeof address) != 0) {
    // A full queue of a UNIX socket makes nobody wait: the call has to be made again.
    if (errno != EAGAIN) return FailureOf(errno);
    if (steady_clock::now() > deadline) {
      return ConnectFailure{ConnectFailure::Kind::kNoAnswer, kNoAnswer};
    }
    poll(nullptr, 0, 10);
  }
  return attempt;
}

absl::StatusOr<Socket> Socket::Datagram(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) return absl::UnavailableError(host + ": " + gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
  int last = EADDRNOTAVAIL;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Socket attempt(
        Descriptor(socket(each->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)));
    if (attempt.descriptor() >= 0 &&
        connect(attempt.descriptor(), each->ai_addr, each->ai_addrlen) == 0) {
      return attempt;
    }
    last = errno;
  }
  return absl::UnavailableError(host + ": " + std::strerror(last));
}

absl::StatusOr<Socket> Socket::Connect(const std::string& host, uint16_t port, Deadline deadline) {
  Attempt attempt = Try(host, port, deadline);
  if (auto* socket = std::get_if<Socket>(&attempt)) return std::move(*socket);
  const ConnectFailure& failure = std::get<ConnectFailure>(attempt);
  if (failure.kind == ConnectFailure::Kind::kNoAnswer) {
    return absl::DeadlineExceededError(failure.why);
  }
  return absl::UnavailableError(host + " port " + std::to_string(port) + ": " + failure.why);
}

}  // namespace pigeonhub::cli
