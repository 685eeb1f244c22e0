// SPDX-License-Identifier: Apache-2.0
//
// The outer object of a client's message. Internal to server/wire.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub::wire {

// Each field as it stood last; all others were validated and dropped. Views point into the text and
// into the parser.
struct Envelope {
  // How the reference prints the type. Text that names a message only if `type_is_string`.
  std::string_view type = "undefined";
  bool type_is_string = false;
  // A falsy networkName is "global", whatever its type. Nothing for any other that is no string.
  std::optional<std::string_view> network = "global";
  bool network_given = false;  // and not falsy
  std::string_view target;     // targetPeerId and fromPeerId are empty unless strings
  std::string_view from;
  std::string_view via;   // of a frame from hub to hub
  std::string_view data;  // raw; empty where absent
};

// Reads the whole text, which has simdjson's padding as spare capacity. Nothing if it is not valid
// JSON, or `null`. What is JSON but not an object has no fields.
std::optional<Envelope> ReadEnvelope(const std::string& text, simdjson::ondemand::parser& parser);

}  // namespace pigeonhub::wire
