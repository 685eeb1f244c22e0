// SPDX-License-Identifier: Apache-2.0

#include "server/net/listen/listening_sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "pigeonhub/host_port.h"

namespace pigeonhub::net {
namespace {

// How often to try another free number if ::1 already uses the one that 127.0.0.1 got.
constexpr int kAttemptsForAFreePort = 16;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

sockaddr_in& V4(sockaddr_storage& storage) { return reinterpret_cast<sockaddr_in&>(storage); }
sockaddr_in6& V6(sockaddr_storage& storage) { return reinterpret_cast<sockaddr_in6&>(storage); }

std::optional<Address> Parse(const std::string& text) {
  Address address;
  if (inet_pton(AF_INET, text.c_str(), &V4(address.storage).sin_addr) == 1) {
    address.storage.ss_family = AF_INET;
    address.size = sizeof(sockaddr_in);
    return address;
  }
  if (inet_pton(AF_INET6, text.c_str(), &V6(address.storage).sin6_addr) == 1) {
    address.storage.ss_family = AF_INET6;
    address.size = sizeof(sockaddr_in6);
    return address;
  }
  return std::nullopt;
}

uint16_t PortOf(sockaddr_storage storage) {
  return ntohs(storage.ss_family == AF_INET ? V4(storage).sin_port : V6(storage).sin6_port);
}

void SetPort(Address& address, uint16_t port) {
  if (address.storage.ss_family == AF_INET) {
    V4(address.storage).sin_port = htons(port);
  } else {
    V6(address.storage).sin6_port = htons(port);
  }
}

// Whether `host` is ::, in any spelling, such as 0::0.
bool IsUnspecifiedV6(const Address& address) {
  const auto& storage = address.storage;
  return storage.ss_family == AF_INET6 &&
         IN6_IS_ADDR_UNSPECIFIED(&reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr);
}

// Sockets that belong together, in the order in which they were opened.
using Opened = std::vector<ListeningSocket>;

// 0 or an errno.
int OpenOne(Opened& opened, const std::string& host, Address address, uint16_t port) {
  SetPort(address, port);
  Descriptor descriptor(
      socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!descriptor.is_open()) return errno;
  const int fd = descriptor.get();
  auto* where = reinterpret_cast<sockaddr*>(&address.storage);
  // Allows a port whose old connections linger in TIME_WAIT. A port on which somebody listens stays
  // taken.
  const int on = 1;
  // :: means IPv4, too, whatever the default of this machine is (net.ipv6.bindv6only).
  const int off = 0;
  // Linux passes TCP_NODELAY on to all that is accepted here.
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0 ||
      (IsUnspecifiedV6(address) &&
       setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0) ||
      bind(fd, where, address.size) != 0 || listen(fd, SOMAXCONN) != 0 ||
      getsockname(fd, where, &address.size) != 0) {
    return errno;
  }
  opened.push_back({std::move(descriptor), {host, PortOf(address.storage)}});
  return 0;
}

// Opens every address of this machine, IPv6 and IPv4, or the one kind that it has. 0 or an errno.
int OpenEveryAddress(Opened& opened, uint16_t port, Log& log) {
  const int error = OpenOne(opened, "::", *Parse("::"), port);
  if (error != EAFNOSUPPORT && error != EADDRNOTAVAIL) return error;
  log.Info("no IPv6 here, listening on 0.0.0.0");
  return OpenOne(opened, "0.0.0.0", *Parse("0.0.0.0"), port);
}

// Browsers take either loopback address for "localhost", so this hub needs both. 0 or an errno.
int OpenBothLoopbacks(Opened& opened, uint16_t port, Log& log) {
  if (const int error = OpenOne(opened, "127.0.0.1", *Parse("127.0.0.1"), port)) return error;
  const int error = OpenOne(opened, "::1", *Parse("::1"), opened.front().address.port);
  if (error == EADDRINUSE) return error;
  if (error != 0) log.Info("no IPv6 loopback here, listening on 127.0.0.1 only");
  return 0;
}

// 0 or an errno.
int Open(Opened& opened, const std::string& host, uint16_t port, Log& log) {
  if (host == "localhost") return OpenBothLoopbacks(opened, port, log);
  const Address address = *Parse(host);
  if (IsUnspecifiedV6(address)) return OpenEveryAddress(opened, port, log);
  return OpenOne(opened, host, address, port);
}

// The text of an IPv4 address. inet_ntop prints it by way of a format.
std::string FourNumbers(const void* address) {
  const auto* const bytes = static_cast<const unsigned char*>(address);
  std::string text = std::to_string(bytes[0]);
  for (int i = 1; i < 4; ++i) text.append(1, '.').append(std::to_string(bytes[i]));
  return text;
}

}  // namespace

absl::StatusOr<std::vector<ListeningSocket>> OpenListeningSockets(const std::string& host,
                                                                  uint16_t port,
                                                                  uint16_t further_ports,
                                                                  Log& log) {
  if (absl::Status status = HostPort::CheckListenHost(host); !status.ok()) return status;
  const int attempts = port == 0 ? kAttemptsForAFreePort : further_ports + 1;
  int last = port;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const int tried = port == 0 ? 0 : port + attempt;
    if (tried > std::numeric_limits<uint16_t>::max()) break;
    last = tried;
    Opened opened;
    const int error = Open(opened, host, static_cast<uint16_t>(tried), log);
    if (error == 0) return opened;
    if (error != EADDRINUSE) {
      return absl::InvalidArgumentError(
          absl::StrCat("cannot listen on ", host, " port ", tried, ": ", std::strerror(error)));
    }
  }
  if (port == 0) return absl::AlreadyExistsError(absl::StrCat("no port is free on ", host));
  if (last == port) {
    return absl::AlreadyExistsError(absl::StrCat(
        "port ", port, " on ", host, " is taken; choose another one, or 0 for a free one"));
  }
  return absl::AlreadyExistsError(
      absl::StrCat("ports ", port, " to ", last, " on ", host,
                   " are all taken; choose another port, or 0 for a free one"));
}

std::string NumericAddress(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    return FourNumbers(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  }
  const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return FourNumbers(&v6.s6_addr[12]);
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(AF_INET6, &v6, text, sizeof(text));
  return text;
}

}  // namespace pigeonhub::net
