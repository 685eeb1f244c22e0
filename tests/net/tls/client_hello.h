// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pigeonhub::net {

// A ClientHello byte by byte, for what no library offers any more.
struct ClientHello {
  uint16_t version = 0x0303;  // 0x0300: SSL 3, 0x0301: TLS 1.0, 0x0302: 1.1, 0x0303: 1.2
  std::vector<uint16_t> ciphers;
  std::vector<uint8_t> compressions{0};
  std::vector<uint16_t> groups{0x001d, 0x0017};  // X25519 and P-256
  std::vector<uint16_t> signatures{0x0403, 0x0401, 0x0203,
                                   0x0201};  // ECDSA and RSA, SHA-256 and SHA-1

  // In one record.
  std::string Bytes() const {
    std::string body = Number(version, 2) + std::string(32, 'r') + Number(0, 1);
    body += Number(2 * ciphers.size(), 2);
    for (const uint16_t cipher : ciphers) body += Number(cipher, 2);
    body += Number(compressions.size(), 1);
    for (const uint8_t compression : compressions) body += Number(compression, 1);
    if (version > 0x0300) body += Block(Extensions(), 2);
    const std::string message = Number(1, 1) + Block(body, 3);
    return Number(0x16, 1) + Number(version > 0x0301 ? 0x0301 : version, 2) + Block(message, 2);
  }

 private:
  static std::string Number(uint64_t value, int bytes) {
    std::string text;
    for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
    return text;
  }
  static std::string Block(const std::string& bytes, int size) {
    return Number(bytes.size(), size) + bytes;
  }
  static std::string Numbers(const std::vector<uint16_t>& values) {
    std::string text;
    for (const uint16_t value : values) text += Number(value, 2);
    return text;
  }
  // Groups, points in the usual form, and signatures.
  std::string Extensions() const {
    return Number(10, 2) + Block(Block(Numbers(groups), 2), 2) + Number(11, 2) +
           Block(Block(Number(0, 1), 1), 2) + Number(13, 2) +
           Block(Block(Numbers(signatures), 2), 2);
  }
};

}  // namespace pigeonhub::net
