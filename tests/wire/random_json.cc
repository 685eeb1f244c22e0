// SPDX-License-Identifier: Apache-2.0

#include "tests/wire/random_json.h"

#include <cstdio>
#include <string_view>

namespace pigeonhub::wire {

std::string RandomJson::Space() {
  static constexpr const char* kSpaces[] = {"", "", "", "", " ", "\n", "\t ", "\r\n"};
  return kSpaces[Pick(std::size(kSpaces))];
}

std::string RandomJson::Characters() {
  static constexpr const char* kCharacters[] = {"a",      "Z", "0",  " ",      "\"",
                                                "\\",     "/", "\n", "\x01",   "\u00e9",
                                                "\u2028", "{", "}",  "\uFFFD", "\U0001F600"};
  std::string text;
  for (unsigned left = Pick(12); left > 0; --left)
    text += kCharacters[Pick(std::size(kCharacters))];
  return text;
}

std::string RandomJson::String() {
  static constexpr const char* kPieces[] = {"a",
                                            "b",
                                            "}",
                                            "]",
                                            ",",
                                            ":",
                                            " ",
                                            "\u00e9",
                                            "\U0001F600",
                                            R"(\")",
                                            R"(\\)",
                                            R"(\/)",
                                            R"(\b)",
                                            R"(\f)",
                                            R"(\n)",
                                            R"(\r)",
                                            R"(\t)",
                                            R"(\u0041)",
                                            R"(\uD83D\uDE00)"};
  std::string text = "\"";
  for (unsigned left = Pick(30); left > 0; --left) text += kPieces[Pick(std::size(kPieces))];
  return text + '"';
}

std::string RandomJson::Spelt(const std::string& text) {
  std::string spelt = "\"";
  for (const char c : text) {
    if (Pick(5) == 0) {
      char escape[8];
      std::snprintf(escape, sizeof escape, Pick(2) == 0 ? "\\u%04x" : "\\u%04X", c);
      spelt += escape;
    } else {
      spelt += c;
    }
  }
  return spelt + '"';
}

std::string RandomJson::Number() {
  static constexpr const char* kNumbers[] = {"0",
                                             "-0",
                                             "1",
                                             "-17",
                                             "1.50",
                                             "1e5",
                                             "1E-7",
                                             "2.5e+3",
                                             "0.1",
                                             "1e308",
                                             "123456789012345678901234567890"};
  return kNumbers[Pick(std::size(kNumbers))];
}

std::string RandomJson::Value(int levels) {
  static constexpr const char* kWords[] = {"true", "false", "null"};
  switch (Pick(levels > 0 ? 5 : 3)) {
    case 0:
      return kWords[Pick(3)];
    case 1:
      return Number();
    case 2:
      return String();
    case 3: {
      std::string array = "[" + Space();
      for (unsigned left = Pick(4); left > 0; --left) {
        array += Value(levels - 1) + Space() + (left > 1 ? "," + Space() : "");
      }
      return array + "]";
    }
    default: {
      std::string object = "{" + Space();
      for (unsigned left = Pick(4); left > 0; --left) {
        object += String() + Space() + ":" + Space() + Value(levels - 1) + Space();
        if (left > 1) object += "," + Space();
      }
      return object + "}";
    }
  }
}

}  // namespace pigeonhub::wire
