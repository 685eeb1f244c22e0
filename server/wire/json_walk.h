// SPDX-License-Identifier: Apache-2.0
//
// What simdjson's on-demand reader leaves to its user. The reader checks only what is read, so a
// text is known to be valid once each of its values was consumed. Its index takes 4 bytes for each
// token; a DOM takes 16 and more. Internal to server/wire.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace pigeonhub::wire {

// How deep values may be nested, the outermost counted. It bounds the recursion of these functions
// and is below simdjson's own limit of 1024.
inline constexpr int kMaxLevels = 1000;

// Consumes a value with everything in it, which may be `levels` deep. False if any of it is not
// valid JSON; then the document must not be read any further.
bool Consume(simdjson::ondemand::value value, int levels);
bool ConsumeArray(simdjson::ondemand::array array, int levels);

// As above. Returns the text of the value as it stood, without white space around it.
std::optional<std::string_view> ConsumeRaw(simdjson::ondemand::value value, int levels);

// Consumes a string and returns it without its escapes. The result points into the document if
// nothing was escaped, else into the parser's buffer. Empty for a value that is not a valid string.
std::optional<std::string_view> ConsumeString(simdjson::ondemand::value value);

// Consumes a number and returns its text. Only the grammar is checked, so a number may have any
// size. Empty for a value that is not a valid number.
std::optional<std::string_view> ConsumeNumber(simdjson::ondemand::value value);

// The text of a value in a document that was validated before, without white space around it.
std::string_view SkipRaw(simdjson::ondemand::value value);

}  // namespace pigeonhub::wire
