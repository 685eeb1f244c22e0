// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/frame.h"

#include <cstring>

namespace pigeonhub::net {
namespace {

constexpr unsigned char kFinalText = 0x81;
constexpr size_t kLongestShortSize = 125;
constexpr unsigned char kSizeIn16Bits = 126;
constexpr unsigned char kSizeIn64Bits = 127;

}  // namespace

void AppendTextFrameHeader(size_t payload_size, std::string& out) {
  unsigned char header[2 + sizeof(uint64_t)] = {kFinalText};
  size_t size = 2;
  int size_bits = 0;
  if (payload_size <= kLongestShortSize) {
    header[1] = static_cast<unsigned char>(payload_size);
  } else if (payload_size <= 0xffff) {
    header[1] = kSizeIn16Bits;
    size_bits = 16;
  } else {
    header[1] = kSizeIn64Bits;
    size_bits = 64;
  }
  while (size_bits > 0) {
    size_bits -= 8;
    header[size++] = static_cast<unsigned char>(uint64_t{payload_size} >> size_bits);
  }
  out.append(reinterpret_cast<const char*>(header), size);
}

void AppendMaskedFrame(std::string_view header, std::string_view payload, uint32_t mask,
                       std::string& out) {
  constexpr char kMaskBit = static_cast<char>(0x80);
  out += header;
  out[out.size() - header.size() + 1] |= kMaskBit;
  char key[sizeof mask];
  std::memcpy(key, &mask, sizeof mask);
  out.append(key, sizeof key);

  const size_t begin = out.size();
  out += payload;
  char* at = out.data() + begin;
  size_t left = payload.size();
  const uint64_t both = uint64_t{mask} << 32 | mask;
  for (; left >= sizeof both; left -= sizeof both, at += sizeof both) {
    uint64_t eight;
    std::memcpy(&eight, at, sizeof eight);
    eight ^= both;
    std::memcpy(at, &eight, sizeof eight);
  }
  for (size_t i = 0; i < left; ++i) at[i] ^= key[i % sizeof key];
}

}  // namespace pigeonhub::net
