// SPDX-License-Identifier: Apache-2.0
//
// Reads a JSON text (RFC 8259) once, from its beginning to its end, and checks every byte that it
// passes. It keeps nothing: what a message carries is only checked, and passed on as it stood.
// Internal to server/wire.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/wire/byte_marks.h"

namespace pigeonhub::wire {

// How deep values may be nested, the outermost counted. It bounds the recursion of the scanner.
inline constexpr int kMaxLevels = 1000;

// Where a function says that the text is not valid, it must not be read any further.
class JsonScanner {
 public:
  // The bytes behind the text, beyond its terminating zero, that may be read. They mean nothing.
  static constexpr size_t kSpare = 64;

  // `text` stays as it is, and has kSpare bytes of capacity behind its end.
  explicit JsonScanner(const std::string& text)
      : text_(text), at_(text.data()), end_(text.data() + text.size()) {}

  // The first character of the next token, behind the white space before it. A zero at the end.
  char Peek();

  // Passes a value, which may be `levels` deep. False if it is not valid.
  bool Pass(int levels);
  // The same. Returns the text of the value as it stood.
  std::optional<std::string_view> Raw(int levels);
  // Passes a string. Returns what stands between its quotation marks, with its escapes, which are
  // valid. Empty if no valid string stands there.
  std::optional<std::string_view> String();
  // Passes an object. Calls member(key) behind each key, which has its escapes; that passes the
  // value, and returns false if it is not valid.
  template <typename Member>
  bool Object(Member member);

  // Whether nothing but white space is left, and what was passed is UTF-8.
  bool Ends();

 private:
  bool Take(char c);
  bool TakeWord(std::string_view word);
  bool TakeDigits();
  bool PassNumber();
  bool PassObject(int levels);
  bool PassArray(int levels);

  const std::string& text_;
  const char* at_;
  const char* const end_;
  Bytes all_{};  // that strings have, joined by "or": the highest bits tell whether all is ASCII
};

// Appends what a string means whose escapes are valid.
void AppendUnescaped(std::string_view body, std::string& out);

template <typename Member>
bool JsonScanner::Object(Member member) {
  if (!Take('{')) return false;
  if (Take('}')) return true;
  do {
    const std::optional<std::string_view> key = String();
    if (!key.has_value() || !Take(':') || !member(*key)) return false;
  } while (Take(','));
  return Take('}');
}

}  // namespace pigeonhub::wire
