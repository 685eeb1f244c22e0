// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "server/core/mesh_message.h"
#include "server/core/time.h"

namespace pigeonhub::wire {

// One outbound message as JSON text. The order and the spelling of the fields are those of the
// reference server.
//
// With `receiver` empty (a broadcast) an addressed message is a template: `hole` is where the 40
// digits of targetPeerId have to be written for each receiver.
struct Encoded {
  static constexpr size_t kNoHole = static_cast<size_t>(-1);
  std::string text;
  size_t hole = kNoHole;
};

// The digits of a time. Many messages are sent in one millisecond, and share them.
class TimestampText {
 public:
  explicit TimestampText(UnixMillis time);

  UnixMillis time() const { return time_; }
  std::string_view text() const { return {digits_.data(), size_}; }

 private:
  UnixMillis time_;
  std::array<char, 20> digits_;  // of the least number
  size_t size_;
};

Encoded Encode(const outbound::Message& message, UnixMillis timestamp);

// Appends the message as JSON text to `out`, addressed to `receiver`.
void EncodeTo(const outbound::Message& message, const TimestampText& timestamp,
              const PeerId& receiver, std::string& out);
void EncodeTo(const outbound::Message& message, UnixMillis timestamp, const PeerId& receiver,
              std::string& out);

}  // namespace pigeonhub::wire
