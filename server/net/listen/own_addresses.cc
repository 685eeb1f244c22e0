// SPDX-License-Identifier: Apache-2.0

#include "server/net/listen/own_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>

#include "server/base/address.h"
#include "server/net/listen/listening_sockets.h"

namespace pigeonhub::net {
namespace {

void AppendThoseOfThisMachine(std::vector<std::string>& addresses) {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(first, freeifaddrs);
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || (one->ifa_flags & IFF_UP) == 0) continue;
    sockaddr_storage address{};
    if (one->ifa_addr->sa_family == AF_INET) {
      std::memcpy(&address, one->ifa_addr, sizeof(sockaddr_in));
    } else if (one->ifa_addr->sa_family == AF_INET6) {
      std::memcpy(&address, one->ifa_addr, sizeof(sockaddr_in6));
    } else {
      continue;
    }
    addresses.push_back(NumericAddress(address));
  }
}

}  // namespace

std::vector<std::string> OwnAddresses(const std::vector<BoundAddress>& bound) {
  std::vector<std::string> addresses;
  for (const BoundAddress& at : bound) {
    if (IsUnspecified(at.host)) {
      AppendThoseOfThisMachine(addresses);
    } else {
      addresses.push_back(at.host);
    }
  }
  return addresses;
}

bool IsFromThisMachine(const Descriptor& connection, std::string_view address) {
  if (IsLoopback(address)) return true;
  // Whoever asks for an address of its own machine comes from that address.
  sockaddr_storage here{};
  socklen_t size = sizeof(here);
  return getsockname(connection.get(), reinterpret_cast<sockaddr*>(&here), &size) == 0 &&
         NumericAddress(here) == address;
}

}  // namespace pigeonhub::net
