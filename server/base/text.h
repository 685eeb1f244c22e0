// SPDX-License-Identifier: Apache-2.0
//
// Text from outside, made fit to show: in a log, on a terminal, in a file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pigeonhub {

// Appends `text` as it may stand between double quotes in JSON and in TOML alike. Deceptive
// characters (server/base/characters.h) are escaped, so that nobody paints on the reader's screen;
// bytes that are not UTF-8 become U+FFFD. What is longer than `limit` bytes is cut at a character
// and ends in an ellipsis.
void AppendEscaped(std::string& out, std::string_view text, size_t limit = std::string_view::npos);

// Appends `text` as JSON.stringify writes it between the quotes: only what has to be escaped is.
// Bytes that are not UTF-8 become U+FFFD.
void AppendJsonEscaped(std::string& out, std::string_view text);

// AppendEscaped, with the quotes.
std::string Quoted(std::string_view text);

// Whether it needs no quotes to be told from the text around it: ids, addresses, numbers.
bool IsWord(std::string_view text);

// A value as a sentence shows it: a word as it is, anything else in quotes.
std::string Shown(std::string_view value);

// Whether it is UTF-8 that AppendEscaped would leave alone but for quotes and backslashes.
bool IsPlainText(std::string_view text);

// Whether it is plain text of 1 to `most` bytes.
bool IsPlainName(std::string_view text, size_t most);

// Whether they differ in nothing but the case of ASCII letters.
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

// `text` without white space at its ends; absl::StripAsciiWhitespace for std::string_view.
std::string_view Trimmed(std::string_view text);

}  // namespace pigeonhub
