// SPDX-License-Identifier: Apache-2.0

#include "server/net/listen/listening_sockets.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>

namespace pigeonhub::net {
namespace {

sockaddr_storage V4(const char* text) {
  sockaddr_storage storage{};
  storage.ss_family = AF_INET;
  inet_pton(AF_INET, text, &reinterpret_cast<sockaddr_in&>(storage).sin_addr);
  return storage;
}

sockaddr_storage V6(const char* text) {
  sockaddr_storage storage{};
  storage.ss_family = AF_INET6;
  inet_pton(AF_INET6, text, &reinterpret_cast<sockaddr_in6&>(storage).sin6_addr);
  return storage;
}

TEST(NumericAddress, IsSpeltAsUsual) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "192.0.2.10", "255.255.255.255"}) {
    EXPECT_EQ(NumericAddress(V4(text)), text);
    EXPECT_EQ(NumericAddress(V6(("::ffff:" + std::string(text)).c_str())), text);
  }
  for (const char* text : {"::", "::1", "2001:db8::a"}) EXPECT_EQ(NumericAddress(V6(text)), text);
}

}  // namespace
}  // namespace pigeonhub::net
