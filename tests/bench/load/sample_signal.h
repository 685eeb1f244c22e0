// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pigeonhub::bench {

enum class SignalKind { kOffer, kIceCandidate };

// The `type` on the wire.
std::string_view TypeOf(SignalKind kind);

// A signal as the JavaScript client sends it, with what a browser puts into it, stretched to an
// exact size. Its data ends in a timestamp of fixed width, which serves as sequence number.
struct SampleSignal {
  std::string message;
  std::string data;  // the value of the member `data` in it
  size_t data_offset = 0;
  size_t sequence_offset = 0;  // of the timestamp's digits, within `data`
};

inline constexpr size_t kSequenceDigits = 13;

// A message of exactly `size` bytes, or the smallest possible one if that is larger.
SampleSignal MakeSignal(SignalKind kind, std::string_view namespace_name, std::string_view target,
                        size_t size);

// The digits for a sequence number: a time in milliseconds, as a client would put there.
std::string SequenceDigits(uint64_t sequence);
// The reverse; a number no signal was given if `digits` are none of ours.
uint64_t SequenceFrom(std::string_view digits);

}  // namespace pigeonhub::bench
