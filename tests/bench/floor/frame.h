// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pigeonhub::bench {

// A WebSocket frame from a client, in the bytes that it was read from.
struct Frame {
  enum : uint8_t { kText = 0x1, kClose = 0x8, kPing = 0x9 };

  uint8_t opcode = 0;
  char* payload = nullptr;
  size_t size = 0;   // of the payload
  size_t whole = 0;  // header and payload

  std::string_view text() const { return {payload, size}; }
};

inline uint64_t ReadBigEndian(const char* bytes, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

// Unmasks eight bytes at a time.
inline void Unmask(char* payload, size_t size, const char* key) {
  uint32_t four = 0;
  std::memcpy(&four, key, sizeof(four));
  const uint64_t eight = uint64_t{four} << 32 | four;
  size_t at = 0;
  for (; at + sizeof(eight) <= size; at += sizeof(eight)) {
    uint64_t word = 0;
    std::memcpy(&word, payload + at, sizeof(word));
    word ^= eight;
    std::memcpy(payload + at, &word, sizeof(word));
  }
  for (; at < size; ++at) payload[at] = static_cast<char>(payload[at] ^ key[at & 3]);
}

// Takes the first frame of `bytes` and unmasks it there; false while it is not whole.
inline bool TakeFrame(char* bytes, size_t size, Frame& frame) {
  constexpr size_t kKey = 4;
  if (size < 2 + kKey) return false;
  uint64_t length = static_cast<uint8_t>(bytes[1]) & 0x7F;
  size_t header = 2;
  if (length >= 126) {
    const size_t digits = length == 126 ? 2 : 8;
    length = ReadBigEndian(bytes + header, digits);
    header += digits;
  }
  if (size < header + kKey || size - header - kKey < length) return false;
  frame.opcode = static_cast<uint8_t>(bytes[0]) & 0x0F;
  frame.payload = bytes + header + kKey;
  frame.size = length;
  frame.whole = header + kKey + length;
  Unmask(frame.payload, frame.size, bytes + header);
  return true;
}

// The header of a frame to a client.
inline void AppendHeader(uint8_t opcode, size_t size, std::string& out) {
  out.push_back(static_cast<char>(0x80 | opcode));
  size_t digits = 0;
  if (size > 0xFFFF) {
    out.push_back(127);
    digits = 8;
  } else if (size >= 126) {
    out.push_back(126);
    digits = 2;
  } else {
    out.push_back(static_cast<char>(size));
  }
  while (digits-- > 0) out.push_back(static_cast<char>(uint64_t{size} >> 8 * digits));
}

}  // namespace pigeonhub::bench
