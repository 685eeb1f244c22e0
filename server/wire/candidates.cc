// SPDX-License-Identifier: Apache-2.0

#include "server/wire/candidates.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace pigeonhub::wire {
namespace {

constexpr std::string_view kBegin = "candidate:";
constexpr int kMostLines = 64;
constexpr size_t kLongestLine = 256;

// Whether a kBegin may begin in one of these 16 bytes: its first and its last letter stand there,
// as far from each other as they must. Compilers take a vector instruction for each step.
bool MayBeginIn(const char* text) {
  typedef signed char Bytes __attribute__((vector_size(16)));
  Bytes first;
  Bytes last;
  std::memcpy(&first, text, sizeof(first));
  std::memcpy(&last, text + kBegin.size() - 1, sizeof(last));
  const Bytes both = (first == kBegin.front()) & (last == kBegin.back());
  uint64_t halves[2];
  std::memcpy(halves, &both, sizeof(halves));
  return (halves[0] | halves[1]) != 0;
}

// What stands behind the next kBegin, and nothing if there is none. Every signal passes here, and
// most of a session description is no candidate.
std::string_view BehindNext(std::string_view text) {
  constexpr size_t kStep = 16;
  while (text.size() >= kStep + kBegin.size()) {
    if (MayBeginIn(text.data())) {
      const size_t at = text.substr(0, kStep + kBegin.size() - 1).find(kBegin);
      if (at != std::string_view::npos) return text.substr(at + kBegin.size());
    }
    text.remove_prefix(kStep);
  }
  const size_t at = text.find(kBegin);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + kBegin.size());
}

// The words of a line, which a space ends. The line ends there where the text does; it may have
// the beginning of the next line in it.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line.substr(0, kLongestLine)) {}

  // Empty at the end of the line.
  std::string_view Next() {
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(word.size() + 1, rest_.size()));
    return word;
  }

 private:
  std::string_view rest_;
};

// In JSON text the line ends where the string does, or at an escaped line end.
std::string_view UpToLineEnd(std::string_view word) {
  const auto end =
      std::find_if(word.begin(), word.end(), [](char c) { return c == '"' || c == '\\'; });
  return word.substr(0, static_cast<size_t>(end - word.begin()));
}

bool IsWord(std::string_view word, std::string_view lower) {
  return word.size() == lower.size() && std::equal(word.begin(), word.end(), lower.begin(),
                                                   [](char a, char b) { return (a | 0x20) == b; });
}

bool IsV6(std::string_view address) {
  // The first of its numbers has four digits at most.
  const std::string_view begin = address.substr(0, 5);
  return std::find(begin.begin(), begin.end(), ':') != begin.end();
}

// Counts one line, unless it is none.
void CountLine(Words words, CandidateTally& tally) {
  words.Next();  // the foundation
  words.Next();  // the component
  const std::string_view transport = words.Next();
  words.Next();  // the priority
  const std::string_view address = words.Next();
  words.Next();  // the port
  if (words.Next() != "typ") return;
  const std::string_view type = UpToLineEnd(words.Next());
  const bool is_name = address.ends_with(".local");
  if (type == "host") {
    ++(is_name ? tally.mdns : tally.host);
  } else if (type == "srflx") {
    ++tally.srflx;
  } else if (type == "relay") {
    ++tally.relay;
  } else {
    return;
  }
  if (IsV6(address)) {
    ++tally.v6;
  } else if (!is_name) {
    ++tally.v4;
  }
  if (IsWord(transport, "udp")) ++tally.udp;
  if (IsWord(transport, "tcp")) ++tally.tcp;
}

}  // namespace

CandidateTally CountCandidates(SignalType type, std::string_view data) {
  const int most = type == SignalType::kIceCandidate ? 1 : kMostLines;
  CandidateTally all;
  for (int line = 0; line < most; ++line) {
    data = BehindNext(data);
    if (data.empty()) break;
    CountLine(Words(data), all);
  }
  return all;
}

}  // namespace pigeonhub::wire
