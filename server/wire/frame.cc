// SPDX-License-Identifier: Apache-2.0
#include "server/wire/frame.h"

namespace pigeonhub::wire {
namespace {

constexpr unsigned char kFinalText = 0x81;
constexpr size_t kLongestShortSize = 125;
constexpr unsigned char kSizeIn16Bits = 126;
constexpr unsigned char kSizeIn64Bits = 127;

}  // namespace

void AppendTextFrameHeader(size_t payload_size, std::string& out) {
  out += static_cast<char>(kFinalText);
  int size_bits = 0;
  if (payload_size <= kLongestShortSize) {
    out += static_cast<char>(payload_size);
  } else if (payload_size <= 0xffff) {
    out += static_cast<char>(kSizeIn16Bits);
    size_bits = 16;
  } else {
    out += static_cast<char>(kSizeIn64Bits);
    size_bits = 64;
  }
  while (size_bits > 0) {
    size_bits -= 8;
    out += static_cast<char>(uint64_t{payload_size} >> size_bits);
  }
}

}  // namespace pigeonhub::wire
