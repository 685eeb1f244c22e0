// SPDX-License-Identifier: Apache-2.0

#include "server/base/proxy_header.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/hex.h"

namespace pigeonhub {
namespace {

using namespace std::string_literals;
using Status = ProxyHeader::Status;

// The address of the client, LOCAL, UNKNOWN, or none where it is no header.
std::string ClientIn(const ProxyHeader& header) {
  if (header.status != Status::kComplete) return "none";
  if (header.is_local) return "LOCAL";
  return header.client.empty() ? "UNKNOWN" : header.client;
}

std::string Word(size_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number)};
}

// Version 2: `command` and `family` are the bytes of the same names.
std::string Binary(char command, char family, const std::string& body) {
  return "\r\n\r\n\0\r\nQUIT\n"s + command + family + Word(body.size()) + body;
}

std::string Tlv(char type, const std::string& value) { return type + Word(value.size()) + value; }

const std::string kPorts = Word(56324) + Word(443);
const std::string kTcp4 = "\xC0\x00\x02\x01\xCB\x00\x71\x01"s + kPorts;
const std::string kTcp6 =
    "\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x01" + std::string(16, '\x20') + kPorts;
const std::string kMapped =
    std::string(10, '\0') + "\xFF\xFF\xC0\x00\x02\x01"s + std::string(16, '\x20') + kPorts;
const std::string kUnix =
    "/run/client" + std::string(97, '\0') + "/run/hub" + std::string(100, '\0');

constexpr char kProxy = '\x21';
constexpr char kLocal = '\x20';

struct Case {
  std::string name;
  std::string header;
  std::string client{};
};

const Case kGood[] = {
    {"TCP4", "PROXY TCP4 192.0.2.1 203.0.113.1 56324 443\r\n", "192.0.2.1"},
    {"TCP6", "PROXY TCP6 2001:DB8::1 2001:db8::2 56324 443\r\n", "2001:db8::1"},
    {"mapped", "PROXY TCP6 ::ffff:192.0.2.1 ::ffff:203.0.113.1 0 65535\r\n", "192.0.2.1"},
    {"the longest line",
     "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
     "UNKNOWN"},
    {"unknown", "PROXY UNKNOWN\r\n", "UNKNOWN"},
    {"unknown, and more", "PROXY UNKNOWN what ever\r\n", "UNKNOWN"},
    {"binary TCP4", Binary(kProxy, '\x11', kTcp4), "192.0.2.1"},
    {"binary TCP6", Binary(kProxy, '\x21', kTcp6), "2001:db8::1"},
    {"binary mapped", Binary(kProxy, '\x21', kMapped), "192.0.2.1"},
    {"binary unix", Binary(kProxy, '\x31', kUnix), "UNKNOWN"},
    {"binary unspecified", Binary(kProxy, '\0', ""), "UNKNOWN"},
    {"binary unspecified, and more", Binary(kProxy, '\0', "what ever"), "UNKNOWN"},
    {"local", std::string(kLocalProxyHeader), "LOCAL"},
    {"local with addresses", Binary(kLocal, '\x11', kTcp4), "LOCAL"},
    {"local of another family", Binary(kLocal, '\x77', "?"), "LOCAL"},
    {"a TLV", Binary(kProxy, '\x11', kTcp4 + Tlv('\x02', "hub.example")), "192.0.2.1"},
    {"TLVs", Binary(kProxy, '\x21', kTcp6 + Tlv('\x04', "") + Tlv('\xEA', std::string(300, 'x'))),
     "2001:db8::1"},
    {"the longest TLV",
     Binary(kProxy, '\x11', kTcp4 + Tlv('\x04', std::string(kLongestProxyHeader - 31, '\0'))),
     "192.0.2.1"},
};

TEST(ProxyHeader, SaysWhoseConnectionItIs) {
  for (const auto& [name, header, client] : kGood) {
    for (const std::string& behind : {""s, "GET / HTTP/1.1\r\n"s, "\x16\x03\x01"s, header}) {
      const ProxyHeader read = ReadProxyHeader(header + behind);
      EXPECT_EQ(ClientIn(read), client) << name;
      EXPECT_EQ(read.size, header.size()) << name;
    }
  }
}

TEST(ProxyHeader, IsAwaitedUntilItIsWhole) {
  for (const auto& [name, header, client] : kGood) {
    for (size_t size = 0; size < header.size(); ++size) {
      EXPECT_EQ(ReadProxyHeader(header.substr(0, size)).status, Status::kIncomplete)
          << name << " " << size;
    }
  }
}

TEST(ProxyHeader, IsNothingElse) {
  const std::string endless(200, ' ');
  const Case kBad[] = {
      {"HTTP", "G"},
      {"TLS", "\x16\x03\x01"},
      {"lower case", "proxy"},
      {"no family", "PROXY \r\n"},
      {"another family", "PROXY UDP4 192.0.2.1 203.0.113.1 56324 443\r\n"},
      {"IPv6 as IPv4", "PROXY TCP4 ::1 ::1 56324 443\r\n"},
      {"IPv4 as IPv6", "PROXY TCP6 192.0.2.1 203.0.113.1 56324 443\r\n"},
      {"no address", "PROXY TCP4 hub.example 203.0.113.1 56324 443\r\n"},
      {"a short address", "PROXY TCP4 127.1 203.0.113.1 56324 443\r\n"},
      {"leading zeros", "PROXY TCP4 192.000.002.001 203.0.113.1 56324 443\r\n"},
      {"no proxy", "PROXY TCP4 192.0.2.1 56324 443\r\n"},
      {"one port", "PROXY TCP4 192.0.2.1 203.0.113.1 443\r\n"},
      {"a large port", "PROXY TCP4 192.0.2.1 203.0.113.1 65536 443\r\n"},
      {"a word too many", "PROXY TCP4 192.0.2.1 203.0.113.1 56324 443 x\r\n"},
      {"two spaces", "PROXY TCP4  192.0.2.1 203.0.113.1 56324 443\r\n"},
      {"a space at the end", "PROXY TCP4 192.0.2.1 203.0.113.1 56324 443 \r\n"},
      {"a line feed alone", "PROXY UNKNOWN\nGET / HTTP/1.1\r\n"},
      {"a zero", "PROXY TCP4 192.0.2.1\0 203.0.113.1 56324 443\r\n"s},
      {"a line without end", "PROXY UNKNOWN" + endless},
      {"a long line", "PROXY UNKNOWN" + endless + "\r\n"},
      {"another signature", "\r\n\r\n\0\r\nQUIT\r"s},
      {"version 1 in binary", Binary('\x11', '\x11', kTcp4)},
      {"version 3", Binary('\x31', '\x11', kTcp4)},
      {"another command", Binary('\x22', '\x11', kTcp4)},
      {"datagrams", Binary(kProxy, '\x12', kTcp4)},
      {"another family in binary", Binary(kProxy, '\x41', kTcp4)},
      {"too few bytes for IPv4", Binary(kProxy, '\x11', kTcp4.substr(1))},
      {"too few bytes for IPv6", Binary(kProxy, '\x21', kTcp4)},
      {"too few bytes for a path", Binary(kProxy, '\x31', kTcp6)},
      {"a cut TLV", Binary(kProxy, '\x11', kTcp4 + "\x04\x01")},
      {"a TLV longer than the header", Binary(kProxy, '\x11', kTcp4 + "\x04\x01\x01x"s)},
  };
  for (const auto& [name, header, unused] : kBad) {
    EXPECT_EQ(ReadProxyHeader(header).status, Status::kInvalid) << name;
  }
  const std::string large =
      Binary(kProxy, '\x11', kTcp4 + Tlv('\x04', std::string(kLongestProxyHeader - 30, '\0')));
  EXPECT_EQ(ReadProxyHeader(large.substr(0, 16)).status, Status::kInvalid)
      << "its length is refused before the rest has come";
}

TEST(ProxyHeader, IsReadAsRealProxiesWriteIt) {
  // A line for each: the client, the header in hexadecimal digits, who wrote it.
  std::ifstream frozen(PIGEONHUB_FROZEN "/proxy_headers.txt");
  std::string client;
  std::string digits;
  std::string writer;
  int count = 0;
  while (frozen >> client >> digits && std::getline(frozen, writer)) {
    const std::optional<std::string> header = FromHex(digits);
    ASSERT_TRUE(header.has_value()) << writer;
    const ProxyHeader read = ReadProxyHeader(*header);
    EXPECT_EQ(ClientIn(read), client) << writer;
    EXPECT_EQ(read.size, header->size()) << writer;
    ++count;
  }
  EXPECT_EQ(count, 8);
}

}  // namespace
}  // namespace pigeonhub
