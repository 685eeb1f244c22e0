// SPDX-License-Identifier: Apache-2.0

#include "server/wire/json_scanner.h"

#include <simdjson.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace pigeonhub::wire {
namespace {

// Bytes of a string that are looked at in one step.
constexpr ptrdiff_t kStride = 32;

// A step may begin at the zero behind the text, and looks at one byte more than it has.
static_assert(kStride < static_cast<ptrdiff_t>(JsonScanner::kSpare));

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The value of "uXXXX" at `from`, or -1.
int CodeUnit(const char* from) {
  if (*from != 'u') return -1;
  int unit = 0;
  for (int i = 1; i <= 4; ++i) {
    const int digit = HexDigit(from[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

bool IsHighSurrogate(int unit) { return unit >= 0xd800 && unit <= 0xdbff; }
bool IsLowSurrogate(int unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

// What an escape of two bytes means, by the second one. A zero: it begins no such escape.
constexpr std::array<char, 256> kShortEscapes = [] {
  std::array<char, 256> meant{};
  constexpr std::string_view kSecond = "\"\\/bfnrt";
  constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
  for (size_t i = 0; i < kSecond.size(); ++i) meant[static_cast<uint8_t>(kSecond[i])] = kMeant[i];
  return meant;
}();

char ShortEscape(char second) { return kShortEscapes[static_cast<uint8_t>(second)]; }

// The first byte behind the escape whose backslash stands before `from`; null if that is not an
// escape. A surrogate is valid only as one of a pair. What is no escape ends at the zero behind the
// text at the latest.
const char* PastEscape(const char* from) {
  if (ShortEscape(*from) != 0) return from + 1;
  const int unit = CodeUnit(from);
  if (unit < 0 || IsLowSurrogate(unit)) return nullptr;
  from += 5;
  if (!IsHighSurrogate(unit)) return from;
  return *from == '\\' && IsLowSurrogate(CodeUnit(from + 1)) ? from + 6 : nullptr;
}

// Marks what needs a look: quotation marks, control characters, and backslashes. Those before an n
// or an r need none, and the lines of an SDP all end with them.
Bytes Special(const char* text, Bytes& all) {
  const Bytes bytes = Load(text);
  const Bytes next = Load(text + 1);
  all |= bytes;
  // The bit that is turned puts the quotation mark beside the control characters.
  const Bytes ends = Bytes((bytes ^ 2) <= 0x20);
  const Bytes line_end = Bytes(next == 'n') | Bytes(next == 'r');
  return ends | (Bytes(bytes == '\\') & ~line_end);
}

void AppendUtf8(uint32_t code_point, std::string& out) {
  const auto append_tail = [&](int shift) {
    out += static_cast<char>(0x80 | ((code_point >> shift) & 0x3f));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xc0 | code_point >> 6);
    append_tail(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xe0 | code_point >> 12);
    append_tail(6);
    append_tail(0);
  } else {
    out += static_cast<char>(0xf0 | code_point >> 18);
    append_tail(12);
    append_tail(6);
    append_tail(0);
  }
}

}  // namespace

char JsonScanner::Peek() {
  while (IsSpace(*at_)) ++at_;
  return *at_;
}

bool JsonScanner::Take(char c) {
  if (Peek() != c) return false;
  ++at_;
  return true;
}

bool JsonScanner::TakeWord(std::string_view word) {
  if (std::memcmp(at_, word.data(), word.size()) != 0) return false;
  at_ += word.size();
  return true;
}

bool JsonScanner::TakeDigits() {
  const char* const first = at_;
  while (IsDigit(*at_)) ++at_;
  return at_ != first;
}

// Only the grammar is checked (RFC 8259, section 6): converting a number can take hundreds of times
// as long as reading its text.
bool JsonScanner::PassNumber() {
  if (*at_ == '-') ++at_;
  if (*at_ == '0') {
    ++at_;
  } else if (!TakeDigits()) {
    return false;
  }
  if (*at_ == '.') {
    ++at_;
    if (!TakeDigits()) return false;
  }
  if (*at_ == 'e' || *at_ == 'E') {
    ++at_;
    if (*at_ == '+' || *at_ == '-') ++at_;
    return TakeDigits();
  }
  return true;
}

std::optional<std::string_view> JsonScanner::String() {
  if (!Take('"')) return std::nullopt;
  const char* const begin = at_;
  const char* step = at_;
  while (true) {
    uint64_t marks = MarksOf(Special(step, all_)) | MarksOf(Special(step + 16, all_)) << 16;
    const char* next_step = step + kStride;
    while (marks != 0) {
      const char* const mark = step + std::countr_zero(marks);
      if (*mark == '"') {
        at_ = mark + 1;
        return std::string_view(begin, mark);
      }
      if (*mark != '\\') return std::nullopt;  // a control character, or the end of the text
      const char* const past = PastEscape(mark + 1);
      if (past == nullptr) return std::nullopt;
      if (past - step >= kStride) {
        next_step = past;
        break;
      }
      marks &= ~uint64_t{0} << (past - step);
    }
    step = next_step;
  }
}

bool JsonScanner::Pass(int levels) {
  switch (Peek()) {
    case '"':
      return String().has_value();
    case '{':
      return PassObject(levels);
    case '[':
      return PassArray(levels);
    case 't':
      return TakeWord("true");
    case 'f':
      return TakeWord("false");
    case 'n':
      return TakeWord("null");
    default:
      return PassNumber();
  }
}

bool JsonScanner::PassObject(int levels) {
  return levels > 0 && Object([&](std::string_view) { return Pass(levels - 1); });
}

bool JsonScanner::PassArray(int levels) {
  if (levels == 0 || !Take('[')) return false;
  if (Take(']')) return true;
  do {
    if (!Pass(levels - 1)) return false;
  } while (Take(','));
  return Take(']');
}

std::optional<std::string_view> JsonScanner::Raw(int levels) {
  Peek();
  const char* const begin = at_;
  if (!Pass(levels)) return std::nullopt;
  return std::string_view(begin, at_);
}

// Outside its strings a valid text is ASCII.
bool JsonScanner::Ends() {
  Peek();
  if (at_ != end_) return false;
  return MarksOf(Bytes(all_ >= 0x80)) == 0 || simdjson::validate_utf8(text_);
}

void AppendUnescaped(std::string_view body, std::string& out) {
  while (true) {
    const size_t backslash = body.find('\\');
    out += body.substr(0, backslash);
    if (backslash == std::string_view::npos) return;
    const char* const escape = body.data() + backslash + 1;
    const char* const past = PastEscape(escape);
    if (const char meant = ShortEscape(*escape); meant != 0) {
      out += meant;
    } else {
      const int unit = CodeUnit(escape);
      const int code_point = IsHighSurrogate(unit) ? 0x10000 + ((unit - 0xd800) << 10) +
                                                         (CodeUnit(escape + 6) - 0xdc00)
                                                   : unit;
      AppendUtf8(static_cast<uint32_t>(code_point), out);
    }
    body.remove_prefix(static_cast<size_t>(past - body.data()));
  }
}

}  // namespace pigeonhub::wire
