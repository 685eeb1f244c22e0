// SPDX-License-Identifier: Apache-2.0
//
// Looks at 16 bytes of a text at once, which is one instruction where there are vectors. What is
// found are marks: a bit for each byte, the lowest one for the first. Internal to server/wire.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace pigeonhub::wire {

typedef unsigned char Bytes __attribute__((vector_size(16)));
typedef uint16_t Pairs __attribute__((vector_size(16)));

inline Bytes Load(const char* text) {
  Bytes bytes;
  std::memcpy(&bytes, text, sizeof(bytes));
  return bytes;
}

// The marks of 16 bytes, each of which is 0 or 0xFF.
inline uint64_t MarksOf(Bytes bytes) {
#ifdef __SSE2__
  typedef char Characters __attribute__((vector_size(16)));
  return static_cast<uint32_t>(__builtin_ia32_pmovmskb128(Characters(bytes)));
#else
  const auto gather = [](uint64_t half) {
    if constexpr (std::endian::native == std::endian::big) half = __builtin_bswap64(half);
    return ((half & 0x8080808080808080) * 0x0002040810204081) >> 56;
  };
  const auto halves = std::bit_cast<std::array<uint64_t, 2>>(bytes);
  return gather(halves[0]) | gather(halves[1]) << 8;
#endif
}

}  // namespace pigeonhub::wire
