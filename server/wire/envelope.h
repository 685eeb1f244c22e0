// SPDX-License-Identifier: Apache-2.0
//
// The outer object of a client's message. Internal to server/wire.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub::wire {

// The fields that a hub reads, each with the last value that it had. All other fields were
// validated and dropped. Views point into the text and into the buffer for what had escapes.
struct Envelope {
  // The type as the reference server prints it. It names a message only if `type_is_string`.
  std::string_view type = "undefined";
  bool type_is_string = false;
  // A falsy networkName (in the sense of JavaScript) is "global". Empty if it is truthy and not a
  // string.
  std::optional<std::string_view> network = "global";
  bool network_given = false;  // it is there and not falsy
  std::string_view target;     // targetPeerId and fromPeerId are empty unless strings
  std::string_view from;
  std::string_view via;   // of a frame from hub to hub
  std::string_view data;  // raw; empty where absent
};

// Reads the whole text, which has JsonScanner::kSpare bytes of spare capacity. Empty if it is not
// valid JSON, or is `null`. JSON that is not an object has no fields. What had escapes stands
// without them in `unescaped`, which is overwritten.
std::optional<Envelope> ReadEnvelope(const std::string& text, std::string& unescaped);

}  // namespace pigeonhub::wire
