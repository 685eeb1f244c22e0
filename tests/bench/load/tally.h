// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pigeonhub::bench {

// What went wrong in a run. Only a complete message from the right sender to the right receiver is
// counted as a delivery; everything else lands here, and a run with any of it is not clean.
class Tally {
 public:
  uint64_t damaged = 0;       // not JSON, or the data is not what was sent
  uint64_t misdirected = 0;   // wrong sender, receiver or namespace
  uint64_t out_of_order = 0;  // overtaken, repeated or skipped
  uint64_t unexpected = 0;    // errors and message types nobody asked for
  uint64_t closed = 0;        // connections refused or lost
  uint64_t lost = 0;          // sent or due, never seen

  // The first of them in words, for a person to start from.
  std::string first;

  // Counts trouble; `evidence` is the message or reason at hand.
  void Note(uint64_t& counter, std::string_view what, std::string_view evidence = {},
            uint64_t count = 1) {
    counter += count;
    if (first.empty())
      first = std::string(what) + (evidence.empty() ? "" : ": ") + Excerpt(evidence);
  }

  bool clean() const {
    return damaged + misdirected + out_of_order + unexpected + closed + lost == 0;
  }

 private:
  // Beginning and end: a signal names its sender and receiver behind its data.
  static std::string Excerpt(std::string_view text) {
    constexpr size_t kBeginning = 80;
    constexpr size_t kEnd = 240;
    if (text.size() <= kBeginning + kEnd) return std::string(text);
    return std::string(text.substr(0, kBeginning)) + " ... " +
           std::string(text.substr(text.size() - kEnd));
  }
};

}  // namespace pigeonhub::bench
