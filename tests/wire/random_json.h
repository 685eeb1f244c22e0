// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <random>
#include <string>
#include <vector>

namespace pigeonhub::wire {

// Valid JSON text in every spelling that the grammar allows: white space, escapes, numbers.
class RandomJson {
 public:
  explicit RandomJson(unsigned seed) : random_(seed) {}

  // Below `limit`.
  unsigned Pick(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  std::string Space();
  std::string Value(int levels = 4);
  // A string's text with quotes, plain or escaped, of random characters.
  std::string String();
  // The given ASCII text as a string with quotes, some of its characters escaped.
  std::string Spelt(const std::string& text);
  // Random UTF-8, as it is unescaped.
  std::string Characters();

 private:
  std::string Number();

  std::mt19937 random_;
};

}  // namespace pigeonhub::wire
