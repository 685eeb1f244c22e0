// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/stun_message.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "server/base/address.h"

namespace pigeonhub::cli {
namespace {

constexpr uint32_t kCookie = 0x2112A442;
constexpr size_t kHeader = 20;
constexpr size_t kAttributeHeader = 4;
constexpr size_t kSignature = 20;
constexpr uint8_t kIpv4 = 1;
constexpr uint8_t kIpv6 = 2;

uint16_t Read16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[at]) << 8 |
                               static_cast<uint8_t>(bytes[at + 1]));
}

uint32_t Read32(std::string_view bytes, size_t at) {
  return static_cast<uint32_t>(Read16(bytes, at)) << 16 | Read16(bytes, at + 2);
}

void Append16(std::string& out, uint16_t number) {
  out += static_cast<char>(number >> 8);
  out += static_cast<char>(number);
}

void Append32(std::string& out, uint32_t number) {
  Append16(out, static_cast<uint16_t>(number >> 16));
  Append16(out, static_cast<uint16_t>(number));
}

size_t Padded(size_t size) { return (size + 3) / 4 * 4; }

std::string Sha1Mac(std::string_view key, std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return {reinterpret_cast<char*>(digest), size};
}

}  // namespace

StunWriter::StunWriter(StunType type, std::string_view transaction) {
  Append16(bytes_, static_cast<uint16_t>(type));
  Append16(bytes_, 0);
  Append32(bytes_, kCookie);
  bytes_.append(transaction);
}

void StunWriter::SetLength(size_t body) {
  bytes_[2] = static_cast<char>(body >> 8);
  bytes_[3] = static_cast<char>(body);
}

StunWriter& StunWriter::Add(StunAttribute attribute, std::string_view value) {
  Append16(bytes_, static_cast<uint16_t>(attribute));
  Append16(bytes_, static_cast<uint16_t>(value.size()));
  bytes_.append(value);
  bytes_.append(Padded(value.size()) - value.size(), '\0');
  SetLength(bytes_.size() - kHeader);
  return *this;
}

StunWriter& StunWriter::Add(StunAttribute attribute, uint32_t value) {
  std::string bytes;
  Append32(bytes, value);
  return Add(attribute, bytes);
}

StunWriter& StunWriter::Sign(std::string_view key) {
  // The length that is signed is that of the message with its signature.
  SetLength(bytes_.size() - kHeader + kAttributeHeader + kSignature);
  return Add(StunAttribute::kMessageIntegrity, Sha1Mac(key, bytes_));
}

std::optional<size_t> StunMessage::SizeOf(std::string_view bytes) {
  if (bytes.size() < kHeader) return std::nullopt;
  const bool is_stun = (static_cast<uint8_t>(bytes[0]) & 0xC0) == 0 && Read32(bytes, 4) == kCookie;
  return is_stun ? kHeader + Read16(bytes, 2) : 0;
}

std::optional<StunMessage> StunMessage::Parse(std::string_view bytes) {
  const std::optional<size_t> size = SizeOf(bytes);
  if (!size || *size != bytes.size() || *size % 4 != 0) return std::nullopt;
  StunMessage message;
  message.type = Read16(bytes, 0);
  message.transaction = bytes.substr(8, kTransaction);
  for (size_t at = kHeader; at < bytes.size();) {
    if (bytes.size() - at < kAttributeHeader) return std::nullopt;
    const uint16_t kind = Read16(bytes, at);
    const size_t length = Read16(bytes, at + 2);
    at += kAttributeHeader;
    if (bytes.size() - at < Padded(length)) return std::nullopt;
    if (kind == static_cast<uint16_t>(StunAttribute::kMessageIntegrity)) break;
    message.attributes.emplace(kind, bytes.substr(at, length));
    at += Padded(length);
  }
  return message;
}

std::string StunMessage::text(StunAttribute attribute) const {
  const auto found = attributes.find(static_cast<uint16_t>(attribute));
  return found == attributes.end() ? std::string() : found->second;
}

std::string StunMessage::address(StunAttribute attribute) const {
  const std::string value = text(attribute);
  if (value.size() != 8 && value.size() != 20) return {};
  const uint8_t family = static_cast<uint8_t>(value[1]);
  if (family != (value.size() == 8 ? kIpv4 : kIpv6)) return {};
  const auto port = static_cast<uint16_t>(Read16(value, 2) ^ (kCookie >> 16));
  std::string mask;
  Append32(mask, kCookie);
  mask += transaction;
  std::string host = value.substr(4);
  for (size_t i = 0; i < host.size(); ++i) host[i] = static_cast<char>(host[i] ^ mask[i]);
  char shown[INET6_ADDRSTRLEN] = "";
  inet_ntop(family == kIpv4 ? AF_INET : AF_INET6, host.data(), shown, sizeof shown);
  return JoinHostAndPort(shown, port);
}

int StunMessage::error(std::string& reason) const {
  const std::string value = text(StunAttribute::kErrorCode);
  if (value.size() < 4) return 0;
  reason = value.substr(4);
  return (static_cast<uint8_t>(value[2]) & 7) * 100 + static_cast<uint8_t>(value[3]) % 100;
}

std::string StunKey(std::string_view username, std::string_view realm, std::string_view password) {
  std::string text(username);
  text.append(1, ':').append(realm).append(1, ':').append(password);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_md5(), nullptr);
  return {reinterpret_cast<char*>(digest), size};
}

std::string TurnPassword(std::string_view secret, std::string_view username) {
  const std::string mac = Sha1Mac(secret, username);
  unsigned char base64[64];
  const int length = EVP_EncodeBlock(base64, reinterpret_cast<const unsigned char*>(mac.data()),
                                     static_cast<int>(mac.size()));
  return {reinterpret_cast<char*>(base64), static_cast<size_t>(length)};
}

}  // namespace pigeonhub::cli
