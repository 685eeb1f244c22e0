// SPDX-License-Identifier: Apache-2.0

#include "control/listen_address.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "pigeonhub/host_port.h"
#include "server/base/address.h"
#include "server/base/descriptor.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

// All addresses of this machine, IPv6 and IPv4.
constexpr std::string_view kEveryAddress = "::";

absl::Status CannotListen(const ListenAddress& address, int error) {
  const std::string message = "cannot listen on " + address.text() +
                              " for the control API: " + std::generic_category().message(error) +
                              "; --control-listen takes another address, or off";
  return error == EADDRINUSE ? absl::AlreadyExistsError(message) : absl::UnavailableError(message);
}

absl::Status CheckTcpFree(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int failure =
      getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (failure != 0) {
    return absl::UnavailableError("cannot listen on " + address.text() +
                                  " for the control API: " + gai_strerror(failure));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);
  int error = 0;
  bool any = false;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    const Descriptor socket(::socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) {
      error = errno;
      continue;
    }
    const int on = 1;
    setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->ai_family == AF_INET6) {
      const int v6_only = address.host == kEveryAddress ? 0 : 1;
      setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof v6_only);
    }
    if (bind(socket.get(), at->ai_addr, at->ai_addrlen) == 0 && listen(socket.get(), 1) == 0) {
      any = true;
    } else if (errno == EADDRINUSE) {
      return CannotListen(address, errno);
    } else {
      error = errno;  // a name may have an address of a family that this machine lacks
    }
  }
  // On a machine without IPv6, gRPC takes this address for every address of IPv4.
  if (address.host == kEveryAddress && error == EAFNOSUPPORT) {
    return CheckTcpFree({ListenAddress::Kind::kTcp, "0.0.0.0", address.port, {}});
  }
  return any ? absl::OkStatus() : CannotListen(address, error);
}

absl::Status CheckUnixFree(const ListenAddress& address) {
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  std::memcpy(at.sun_path, address.path.c_str(), address.path.size() + 1);

  struct stat about {};
  if (lstat(at.sun_path, &about) != 0) {
    if (errno != ENOENT) return CannotListen(address, errno);
    const auto folder = std::filesystem::absolute(address.path).parent_path();
    return access(folder.c_str(), W_OK | X_OK) == 0 ? absl::OkStatus()
                                                    : CannotListen(address, errno);
  }
  if (!S_ISSOCK(about.st_mode)) {
    return absl::AlreadyExistsError("cannot listen on " + address.text() +
                                    " for the control API: there is a file that is no socket");
  }
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto* const name = reinterpret_cast<const sockaddr*>(&at);
  if (connect(socket.get(), name, sizeof at) == 0) return CannotListen(address, EADDRINUSE);
  // The connection was refused, so the process that made the socket is gone. gRPC replaces the
  // socket.
  return errno == ECONNREFUSED ? absl::OkStatus() : CannotListen(address, errno);
}

}  // namespace

absl::StatusOr<ListenAddress> ListenAddress::Parse(std::string_view text) {
  constexpr std::string_view kUnix = "unix:";
  const auto wrong = [&](const std::string& why) {
    return absl::InvalidArgumentError(Shown(text) + " " + why);
  };
  ListenAddress address;
  if (text == "off") return address;
  if (text.starts_with(kUnix)) {
    address.kind = Kind::kUnix;
    address.path = text.substr(kUnix.size());
    if (address.path.empty() || address.path.find('\0') != std::string::npos) {
      return wrong("names no file after unix:");
    }
    if (address.path.size() >= sizeof(sockaddr_un::sun_path)) {
      return wrong("is too long for a UNIX socket (107 bytes)");
    }
    return address;
  }

  auto tcp = HostPort::Parse(text, "host:port, unix:PATH or off");
  if (!tcp.ok()) return tcp.status();
  address.kind = Kind::kTcp;
  address.host = std::move(tcp->host);
  address.port = tcp->port;
  return address;
}

std::string ListenAddress::text() const {
  switch (kind) {
    case Kind::kOff:
      return "off";
    case Kind::kUnix:
      return "unix:" + path;
    case Kind::kTcp:
      break;
  }
  return HostPort{host, port}.text();
}

bool ListenAddress::IsLocal() const { return kind != Kind::kTcp || IsLoopback(host); }

absl::Status CheckFree(const ListenAddress& address) {
  switch (address.kind) {
    case ListenAddress::Kind::kOff:
      break;
    case ListenAddress::Kind::kTcp:
      return CheckTcpFree(address);
    case ListenAddress::Kind::kUnix:
      return CheckUnixFree(address);
  }
  return absl::OkStatus();
}

}  // namespace pigeonhub
