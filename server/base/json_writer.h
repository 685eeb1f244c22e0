// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>

#include "server/base/text.h"

namespace pigeonhub {

// Appends JSON to a text: knows where a comma belongs, and how a string and a number are written.
// Whoever calls it sees to it that the brackets fit and that in an object a key comes before each
// value. It may begin in the middle: Key without BeginObject writes members that somebody puts
// braces around.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& BeginObject() { return Begin('{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray() { return Begin('['); }
  JsonWriter& EndArray() { return End(']'); }

  // `name` has nothing to be escaped.
  JsonWriter& Key(std::string_view name) {
    Separate();
    out_.append(1, '"').append(name).append("\":");
    comma_ = false;
    return *this;
  }

  // Any bytes, escaped as JSON.stringify does.
  JsonWriter& String(std::string_view text) {
    return Quote([&] { AppendJsonEscaped(out_, text); });
  }
  // For people to read: see AppendEscaped.
  JsonWriter& Shown(std::string_view text, size_t limit = std::string_view::npos) {
    return Quote([&] { AppendEscaped(out_, text, limit); });
  }
  // One that cannot need to be escaped, such as an id or a constant.
  JsonWriter& Word(std::string_view text) {
    return Quote([&] { out_ += text; });
  }

  JsonWriter& Number(std::integral auto number) { return Digits(number); }
  // The shortest digits that are read back as the same number; null for what JSON has no number.
  JsonWriter& Number(double number) { return std::isfinite(number) ? Digits(number) : Null(); }
  JsonWriter& Bool(bool value) { return Raw(value ? "true" : "false"); }
  JsonWriter& Null() { return Raw("null"); }

  // A value that is JSON already.
  JsonWriter& Raw(std::string_view json) {
    Separate();
    out_ += json;
    return *this;
  }
  // Members of an object that are JSON already, without the braces; none if it is empty.
  JsonWriter& Members(std::string_view members) { return members.empty() ? *this : Raw(members); }

 private:
  void Separate() {
    if (comma_) out_ += ',';
    comma_ = true;
  }
  JsonWriter& Begin(char bracket) {
    Separate();
    out_ += bracket;
    comma_ = false;
    return *this;
  }
  JsonWriter& End(char bracket) {
    out_ += bracket;
    comma_ = true;
    return *this;
  }
  JsonWriter& Quote(auto append) {
    Separate();
    out_ += '"';
    append();
    out_ += '"';
    return *this;
  }
  JsonWriter& Digits(auto number) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return Raw({digits, static_cast<size_t>(end - digits)});
  }

  std::string& out_;
  bool comma_ = false;
};

}  // namespace pigeonhub
