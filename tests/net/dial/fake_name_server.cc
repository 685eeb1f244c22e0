// SPDX-License-Identifier: Apache-2.0

#include "tests/net/dial/fake_name_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace pigeonhub::net {
namespace {

constexpr size_t kHeaderSize = 12;
constexpr uint16_t kIpv4 = 1, kIpv6 = 28;  // types of questions

std::string Number16(size_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
}

// The question's name, and where it ends.
std::pair<std::string, size_t> NameIn(const std::string& query) {
  std::string name;
  size_t at = kHeaderSize;
  while (at < query.size() && query[at] != 0) {
    const auto length = static_cast<size_t>(query[at]);
    if (!name.empty()) name += '.';
    name += query.substr(at + 1, length);
    at += 1 + length;
  }
  return {name, at + 1};
}

std::string Packed(const std::string& address, uint16_t type) {
  std::array<char, 16> bytes{};
  inet_pton(type == kIpv6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data());
  return {bytes.data(), type == kIpv6 ? size_t{16} : size_t{4}};
}

}  // namespace

FakeNameServer::FakeNameServer(std::map<std::string, Name> names)
    : names_(std::move(names)), socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

FakeNameServer::~FakeNameServer() {
  shutdown(socket_, SHUT_RDWR);
  thread_.join();
  close(socket_);
}

std::string FakeNameServer::address() const { return "127.0.0.1:" + std::to_string(port_); }

void FakeNameServer::Serve() {
  std::array<char, 4096> buffer;
  sockaddr_storage from{};
  for (;;) {
    socklen_t size = sizeof from;
    const ssize_t got = recvfrom(socket_, buffer.data(), buffer.size(), 0,
                                 reinterpret_cast<sockaddr*>(&from), &size);
    if (got <= 0) return;
    const std::string answer = AnswerTo({buffer.data(), static_cast<size_t>(got)});
    if (answer.empty()) continue;
    sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  }
}

std::string FakeNameServer::AnswerTo(const std::string& query) const {
  const auto [name, end] = NameIn(query);
  if (end + 4 > query.size()) return {};
  const auto type = static_cast<uint16_t>(static_cast<unsigned char>(query[end]) << 8 |
                                          static_cast<unsigned char>(query[end + 1]));
  const auto found = names_.find(name);
  std::vector<std::string> addresses;
  if (found != names_.end()) {
    const Name& known = found->second;
    if (type == kIpv4 ? known.silent_about_ipv4 : known.silent_about_ipv6) return {};
    addresses = type == kIpv4 ? known.ipv4 : known.ipv6;
  }
  const char code = found == names_.end() ? 3 : 0;  // NXDOMAIN
  std::string answer = query.substr(0, 2) + std::string{'\x81', static_cast<char>(0x80 | code)} +
                       Number16(1) + Number16(addresses.size()) + Number16(0) + Number16(0) +
                       query.substr(kHeaderSize, end + 4 - kHeaderSize);
  for (const std::string& address : addresses) {
    const std::string packed = Packed(address, type);
    answer += Number16(0xc000 | kHeaderSize) + Number16(type) + Number16(1) + Number16(0) +
              Number16(60) + Number16(packed.size()) + packed;
  }
  return answer;
}

}  // namespace pigeonhub::net
