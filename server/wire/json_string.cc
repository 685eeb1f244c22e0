// SPDX-License-Identifier: Apache-2.0
#include "server/wire/json_string.h"

#include <simdjson.h>

#include <algorithm>
#include <cstddef>

namespace pigeonhub::wire {
namespace {

bool IsPlain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

void AppendEscaped(char c, std::string& out) {
  static constexpr std::string_view kShort = "\"\"\\\\\bb\ff\nn\rr\tt";
  for (size_t i = 0; i < kShort.size(); i += 2) {
    if (kShort[i] == c) {
      out += '\\';
      out += kShort[i + 1];
      return;
    }
  }
  static constexpr char kHex[] = "0123456789abcdef";
  out += "\\u00";
  out += kHex[static_cast<unsigned char>(c) >> 4];
  out += kHex[c & 0xf];
}

void AppendValid(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const size_t plain = std::find_if_not(text.begin(), text.end(), IsPlain) - text.begin();
    out += text.substr(0, plain);
    if (plain == text.size()) return;
    AppendEscaped(text[plain], out);
    text.remove_prefix(plain + 1);
  }
}

size_t SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

}  // namespace

void AppendJsonString(std::string_view text, std::string& out) {
  out += '"';
  if (simdjson::validate_utf8(text.data(), text.size())) {
    AppendValid(text, out);
  } else {
    while (!text.empty()) {
      const std::string_view character =
          text.substr(0, SequenceLength(static_cast<unsigned char>(text.front())));
      const bool valid = simdjson::validate_utf8(character.data(), character.size());
      AppendValid(valid ? character : "\uFFFD", out);
      text.remove_prefix(valid ? character.size() : 1);
    }
  }
  out += '"';
}

}  // namespace pigeonhub::wire
