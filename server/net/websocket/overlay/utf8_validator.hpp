// SPDX-License-Identifier: Apache-2.0
//
// Takes the place of <websocketpp/utf8_validator.hpp>, whose interface it keeps. websocketpp checks
// every text frame that comes in (RFC 6455 section 8.1) and every close reason; its own automaton
// took one table look-up a byte, most of the price of a 1 kB frame. Signaling is nearly all ASCII,
// so this one looks at 32 bytes at a time and falls back to single bytes where a byte is not ASCII.
// What it accepts is exactly RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.

#ifndef UTF8_VALIDATOR_HPP
#define UTF8_VALIDATOR_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <string>

namespace websocketpp {
namespace utf8_validator {

// Checks one message that arrives in pieces; a piece may end within a character. Lives with its
// message, on one thread.
class validator {
 public:
  // False if `byte` cannot follow what came before; from then on every answer is false until
  // reset().
  bool consume(uint8_t byte) { return decode(&byte, &byte + 1); }

  template <typename iterator>
  bool decode(iterator begin, iterator end) {
    if constexpr (std::contiguous_iterator<iterator>) {
      auto const* first = reinterpret_cast<uint8_t const*>(std::to_address(begin));
      return scan(first, first + (end - begin));
    } else {
      for (; begin != end; ++begin) {
        if (!consume(static_cast<uint8_t>(*begin))) {
          return false;
        }
      }
      return !m_rejected;
    }
  }

  // Whether what came so far ends between two characters.
  bool complete() const { return !m_rejected && m_missing == 0; }

  void reset() { *this = validator(); }

 private:
  bool scan(uint8_t const* p, uint8_t const* end) {
    while (p != end && !m_rejected) {
      if (m_missing > 0) {
        continuation(*p++);
        continue;
      }
      p = skip_ascii(p, end);
      if (p != end) {
        lead(*p++);
      }
    }
    return !m_rejected;
  }

  static uint8_t const* skip_ascii(uint8_t const* p, uint8_t const* end) {
    while (end - p >= 32 &&
           ((word(p) | word(p + 8) | word(p + 16) | word(p + 24)) & high_bits) == 0) {
      p += 32;
    }
    while (end - p >= 8 && (word(p) & high_bits) == 0) {
      p += 8;
    }
    while (p != end && *p < 0x80) {
      ++p;
    }
    return p;
  }

  // The first byte of a character of two to four bytes. RFC 3629 section 4 narrows the second byte
  // after E0, ED, F0 and F4; that alone rules out overlong forms, surrogates and code points beyond
  // the last.
  void lead(uint8_t byte) {
    if (byte >= 0xC2 && byte <= 0xDF) {
      expect(1, 0x80, 0xBF);
    } else if (byte >= 0xE0 && byte <= 0xEF) {
      expect(2, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF);
    } else if (byte >= 0xF0 && byte <= 0xF4) {
      expect(3, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF);
    } else {
      m_rejected = true;
    }
  }

  void continuation(uint8_t byte) {
    if (byte < m_lowest || byte > m_highest) {
      m_rejected = true;
    } else {
      expect(m_missing - 1, 0x80, 0xBF);
    }
  }

  void expect(int missing, uint8_t lowest, uint8_t highest) {
    m_missing = static_cast<uint8_t>(missing);
    m_lowest = lowest;
    m_highest = highest;
  }

  static uint64_t word(uint8_t const* p) {
    uint64_t value;
    std::memcpy(&value, p, sizeof(value));
    return value;
  }

  static constexpr uint64_t high_bits = 0x8080808080808080;

  bool m_rejected = false;
  uint8_t m_missing = 0;  // continuation bytes the current character still lacks
  uint8_t m_lowest = 0;   // what the next of them may be
  uint8_t m_highest = 0;
};

inline bool validate(std::string const& text) {
  validator v;
  return v.decode(text.begin(), text.end()) && v.complete();
}

}  // namespace utf8_validator
}  // namespace websocketpp

#endif  // UTF8_VALIDATOR_HPP
