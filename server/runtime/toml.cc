// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/toml.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "server/runtime/text.h"

namespace pigeonhub {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsBareKeyCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

void AppendUtf8(std::string& out, uint32_t c) {
  const auto continuation = [&](int shift) {
    out += static_cast<char>(0x80 | ((c >> shift) & 0x3F));
  };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    continuation(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    continuation(6);
    continuation(0);
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

// A cursor over the text. Every Read... leaves it behind what it read, or sets the error and
// returns false; the first error stays.
class Reader {
 public:
  Reader(std::string_view text, std::string_view name) : rest_(text), name_(name) {}

  absl::StatusOr<std::vector<TomlEntry>> ReadAll() {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
    std::vector<TomlEntry> entries;
    for (SkipBlankLines(); !rest_.empty(); SkipBlankLines()) {
      TomlEntry entry;
      entry.line = line_;
      if (!ReadEntry(entry)) return absl::InvalidArgumentError(error_);
      const auto same = std::find_if(entries.begin(), entries.end(),
                                     [&](const TomlEntry& e) { return e.key == entry.key; });
      if (same != entries.end()) {
        line_ = entry.line;
        Fail(Shown(entry.key) + " was already set in line " + std::to_string(same->line));
        return absl::InvalidArgumentError(error_);
      }
      entries.push_back(std::move(entry));
    }
    return entries;
  }

 private:
  bool Fail(std::string_view what) {
    error_ = std::string(name_) + ":" + std::to_string(line_) + ": " + std::string(what);
    return false;
  }

  char Peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool At(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool AtLineEnd() const { return rest_.empty() || At('\n') || rest_.starts_with("\r\n"); }

  void SkipSpaces() {
    while (At(' ') || At('\t')) rest_.remove_prefix(1);
  }
  // Spaces and a comment.
  void SkipToContent() {
    SkipSpaces();
    if (At('#')) rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
  }
  // Also over ends of lines.
  void SkipBlankLines() {
    for (SkipToContent(); !rest_.empty() && AtLineEnd(); SkipToContent()) {
      rest_.remove_prefix(At('\n') ? 1 : 2);
      ++line_;
    }
  }

  bool ReadEntry(TomlEntry& entry) {
    if (At('[')) return Fail("there are no [tables] here; keys are the flags' names");
    if (!ReadKey(entry.key)) return false;
    SkipSpaces();
    if (!At('=')) return Fail("expected \"=\" after " + Shown(entry.key));
    rest_.remove_prefix(1);
    SkipSpaces();
    entry.is_list = At('[');
    if (!(entry.is_list ? ReadList(entry.values) : ReadValue(entry.values))) return false;
    SkipToContent();
    return AtLineEnd() || Fail("unexpected text after the value of " + Shown(entry.key));
  }

  bool ReadKey(std::string& key) {
    if (At('"') || At('\'')) return ReadString(key);
    size_t length = 0;
    while (length < rest_.size() && IsBareKeyCharacter(rest_[length])) ++length;
    if (length == 0) return Fail("expected a line like  port = 3000");
    key = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return true;
  }

  bool ReadList(std::vector<std::string>& values) {
    rest_.remove_prefix(1);
    for (;;) {
      SkipBlankLines();
      if (At(']')) break;
      if (rest_.empty()) return Fail("the list has no end, \"]\" is missing");
      if (!ReadValue(values)) return false;
      SkipBlankLines();
      if (At(',')) {
        rest_.remove_prefix(1);
      } else if (!At(']') && !rest_.empty()) {
        return Fail("expected \",\" or \"]\" in the list");
      }
    }
    rest_.remove_prefix(1);
    return true;
  }

  // A string, a whole number or a boolean.
  bool ReadValue(std::vector<std::string>& values) {
    std::string& value = values.emplace_back();
    if (At('"') || At('\'')) return ReadString(value);
    const size_t length = std::min(rest_.find_first_of(" \t\r\n,]#"), rest_.size());
    const std::string_view word = rest_.substr(0, length);
    if (word.empty()) return Fail("a value is missing");
    if (word != "true" && word != "false" && !IsNumber(word)) {
      return Fail(Shown(word) + " is no whole number, true or false; if it is a text, quote it");
    }
    for (char c : word) {
      if (c != '_') value += c;
    }
    rest_.remove_prefix(length);
    return true;
  }

  // Digits, with single underscores between them.
  static bool IsNumber(std::string_view word) {
    if (word.starts_with('-') || word.starts_with('+')) word.remove_prefix(1);
    for (size_t i = 0; i < word.size(); ++i) {
      const bool between_digits =
          i > 0 && i + 1 < word.size() && IsDigit(word[i - 1]) && IsDigit(word[i + 1]);
      if (!IsDigit(word[i]) && !(word[i] == '_' && between_digits)) return false;
    }
    return !word.empty();
  }

  bool ReadString(std::string& value) {
    const char quote = Peek();
    if (rest_.starts_with(R"(""")") || rest_.starts_with("'''")) {
      return Fail("strings of several lines are not read here");
    }
    rest_.remove_prefix(1);
    while (!At(quote)) {
      if (AtLineEnd()) return Fail("the string has no end, its closing quote is missing");
      if (quote == '"' && At('\\')) {
        if (!ReadEscape(value)) return false;
      } else {
        value += Peek();
        rest_.remove_prefix(1);
      }
    }
    rest_.remove_prefix(1);
    return true;
  }

  bool ReadEscape(std::string& value) {
    constexpr std::pair<char, char> kEscapes[] = {
        {'"', '"'}, {'\\', '\\'}, {'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'b', '\b'}, {'f', '\f'}};
    const char kind = rest_.size() > 1 ? rest_[1] : '\0';
    if (kind == 'u' || kind == 'U') return ReadUnicodeEscape(value, kind == 'u' ? 4 : 8);
    for (const auto& [name, meaning] : kEscapes) {
      if (kind != name) continue;
      value += meaning;
      rest_.remove_prefix(2);
      return true;
    }
    return Fail("unknown escape in a string; 'single quotes' take a backslash as it is");
  }

  bool ReadUnicodeEscape(std::string& value, size_t digits) {
    const std::string_view hex = rest_.substr(2, digits);
    uint32_t c = 0;
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), c, 16);
    const bool whole = error == std::errc() && hex.size() == digits && end == hex.data() + digits;
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    if (!whole || surrogate || c > 0x10FFFF) {
      return Fail("an escape in a string is no Unicode character");
    }
    AppendUtf8(value, c);
    rest_.remove_prefix(2 + digits);
    return true;
  }

  std::string_view rest_;
  const std::string_view name_;
  int line_ = 1;
  std::string error_;
};

}  // namespace

absl::StatusOr<std::vector<TomlEntry>> ParseToml(std::string_view text, std::string_view name) {
  return Reader(text, name).ReadAll();
}

}  // namespace pigeonhub
