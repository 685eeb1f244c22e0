// SPDX-License-Identifier: Apache-2.0
//
// Stands in for frame::byte_mask_circ in the overlay's copy of processors/hybi13.hpp: the same
// answer, some words at a time. websocketpp has a word_mask_circ of its own, but it reads words
// through a cast pointer, which is undefined at the odd addresses where payloads begin.

#ifndef WEBSOCKETPP_PAYLOAD_MASK_HPP
#define WEBSOCKETPP_PAYLOAD_MASK_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <websocketpp/frame.hpp>

namespace websocketpp {
namespace frame {

// Masks or unmasks `length` bytes in place. `prepared_key` is the four-byte key repeated to the
// width of a word, turned so that its first byte in memory meets the first byte of `data`; the
// answer is the key so turned for the bytes that follow. `ascii` becomes whether all bytes are
// ASCII afterwards: then a text needs no look at its UTF-8.
inline size_t payload_mask_circ(uint8_t* data, size_t length, size_t prepared_key, bool& ascii) {
  size_t i = 0;
  // Two words at once: compilers take a vector instruction for them.
  typedef size_t two_words __attribute__((vector_size(2 * sizeof(size_t))));
  two_words const keys = {prepared_key, prepared_key};
  two_words seen = {0, 0};
  auto const mask_two = [&](uint8_t* at) {
    two_words words;
    std::memcpy(&words, at, sizeof(words));
    words ^= keys;
    seen |= words;
    std::memcpy(at, &words, sizeof(words));
  };
  for (; length - i >= 4 * sizeof(keys); i += 4 * sizeof(keys)) {
    mask_two(data + i);
    mask_two(data + i + sizeof(keys));
    mask_two(data + i + 2 * sizeof(keys));
    mask_two(data + i + 3 * sizeof(keys));
  }
  for (; length - i >= sizeof(keys); i += sizeof(keys)) {
    mask_two(data + i);
  }
  size_t all = seen[0] | seen[1];
  for (; length - i >= sizeof(prepared_key); i += sizeof(prepared_key)) {
    size_t word;
    std::memcpy(&word, data + i, sizeof(word));
    word ^= prepared_key;
    all |= word;
    std::memcpy(data + i, &word, sizeof(word));
  }
  uint8_t key[sizeof(prepared_key)];
  std::memcpy(key, &prepared_key, sizeof(key));
  for (size_t k = 0; i < length; ++i, ++k) {
    data[i] ^= key[k];
    all |= data[i];
  }
  constexpr size_t high_bits = static_cast<size_t>(-1) / 0xFF * 0x80;
  ascii = (all & high_bits) == 0;
  return circshift_prepared_key(prepared_key, length % 4);
}

}  // namespace frame
}  // namespace websocketpp

#endif  // WEBSOCKETPP_PAYLOAD_MASK_HPP
