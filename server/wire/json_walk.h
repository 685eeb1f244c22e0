// SPDX-License-Identifier: Apache-2.0
//
// What simdjson's on-demand reader leaves to its user, for a document that was validated before.
// Internal to server/wire.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace pigeonhub::wire {

// Consumes a string and returns it without its escapes. The result points into the document if
// nothing was escaped, else into the parser's buffer. Empty for a value that is not a valid string.
std::optional<std::string_view> ConsumeString(simdjson::ondemand::value value);

// The text of a value without white space around it.
std::string_view SkipRaw(simdjson::ondemand::value value);

}  // namespace pigeonhub::wire
