// SPDX-License-Identifier: Apache-2.0
//
// Messages of STUN (RFC 8489) and TURN (RFC 8656): as much of them as a client needs that allocates
// and gives back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub::cli {

// Bytes that a request has, and the answer to it.
inline constexpr size_t kTransaction = 12;

// Method and class in one, as they stand on the wire.
enum class StunType : uint16_t {
  kBindingRequest = 0x0001,
  kBindingSuccess = 0x0101,
  kAllocateRequest = 0x0003,
  kAllocateSuccess = 0x0103,
  kAllocateError = 0x0113,
  kRefreshRequest = 0x0004,
  kRefreshSuccess = 0x0104,
  kRefreshError = 0x0114,
};

enum class StunAttribute : uint16_t {
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kLifetime = 0x000D,
  kRealm = 0x0014,
  kNonce = 0x0015,
  kXorRelayedAddress = 0x0016,
  kRequestedTransport = 0x0019,
  kXorMappedAddress = 0x0020,
  kSoftware = 0x8022,
};

// Writes one message.
class StunWriter {
 public:
  // `transaction` has 12 bytes.
  StunWriter(StunType type, std::string_view transaction);

  StunWriter& Add(StunAttribute attribute, std::string_view value);
  StunWriter& Add(StunAttribute attribute, uint32_t value);
  // Signs what was written (MESSAGE-INTEGRITY). Nothing comes behind it.
  StunWriter& Sign(std::string_view key);

  const std::string& bytes() const { return bytes_; }

 private:
  void SetLength(size_t body);

  std::string bytes_;
};

// A message that came.
struct StunMessage {
  uint16_t type = 0;
  std::string transaction;
  // The first of each kind, by its number; those behind the signature are left out.
  std::map<uint16_t, std::string> attributes;

  // Reads one whole message. Empty for anything else, also for one with bytes behind it.
  static std::optional<StunMessage> Parse(std::string_view bytes);
  // How long the message is that `bytes` begins with; empty if the header is not there yet. 0 if it
  // is no STUN.
  static std::optional<size_t> SizeOf(std::string_view bytes);

  bool Is(StunType wanted) const { return type == static_cast<uint16_t>(wanted); }
  std::string text(StunAttribute attribute) const;
  // "192.0.2.1:3478" or "[2001:db8::1]:3478"; empty if it is not there or no address.
  std::string address(StunAttribute attribute) const;
  // 401 and so on; 0 if there is none. `reason` is what stands behind it.
  int error(std::string& reason) const;
};

// The key of long-term credentials (RFC 8489, section 9.2.2).
std::string StunKey(std::string_view username, std::string_view realm, std::string_view password);

// The password that belongs to a name, where both know a secret: base64 of the HMAC with SHA-1, as
// coturn's use-auth-secret has it. The name begins with the time until which it holds.
std::string TurnPassword(std::string_view secret, std::string_view username);

}  // namespace pigeonhub::cli
