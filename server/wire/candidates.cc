// SPDX-License-Identifier: Apache-2.0

#include "server/wire/candidates.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "server/wire/byte_marks.h"

namespace pigeonhub::wire {
namespace {

constexpr std::string_view kBegin = "candidate:";
constexpr int kMostLines = 64;
constexpr size_t kLongestLine = 256;

// Every signal passes here, so 64 bytes are compared in a step.
constexpr ptrdiff_t kStep = 64;

// The marks of a step, or of what the text has of one. `kFind` marks 16 bytes.
template <Bytes (*kFind)(const char*)>
[[gnu::always_inline]] inline uint64_t MarksOfStep(const char* text, const char* end) {
  char padded[kStep];
  if (end - text < kStep) [[unlikely]] {
    std::memset(padded, 0, sizeof(padded));
    std::memcpy(padded, text, static_cast<size_t>(end - text));
    text = padded;
  }
  return MarksOf(kFind(text)) | MarksOf(kFind(text + 16)) << 16 | MarksOf(kFind(text + 32)) << 32 |
         MarksOf(kFind(text + 48)) << 48;
}

Bytes Spaces(const char* text) { return Bytes(Load(text) == ' '); }

// A kBegin that begins at an even place has "ca" at an even place, any other has "da" at one. The
// pairs of one of the letters ` to g and an `a` are these two and few others.
Bytes PairsOfBegin(const char* text) {
  constexpr Bytes kMask = {0xF8, 0xFF, 0xF8, 0xFF, 0xF8, 0xFF, 0xF8, 0xFF,
                           0xF8, 0xFF, 0xF8, 0xFF, 0xF8, 0xFF, 0xF8, 0xFF};
  constexpr Bytes kPair = {'`', 'a', '`', 'a', '`', 'a', '`', 'a',
                           '`', 'a', '`', 'a', '`', 'a', '`', 'a'};
  return Bytes(Pairs(Load(text) & kMask) == Pairs(kPair));
}

bool HasPairsOfBegin(const char* step) {
  return MarksOf(PairsOfBegin(step) | PairsOfBegin(step + 16) | PairsOfBegin(step + 32) |
                 PairsOfBegin(step + 48)) != 0;
}

// What stands behind the next kBegin, and nothing if there is none.
std::string_view BehindNext(std::string_view text) {
  constexpr uint64_t kFirstOfPair = 0x5555555555555555;
  constexpr ptrdiff_t kBeforeDa = kBegin.find("da");
  constexpr ptrdiff_t kSize = kBegin.size();
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* const last_step = text.size() < kStep ? begin : end - kStep;
  for (const char* step = begin; step < end; step += kStep) {
    while (step < last_step && !HasPairsOfBegin(step)) step += kStep;
    uint64_t marks = MarksOfStep<PairsOfBegin>(step, end) & kFirstOfPair;
    for (; marks != 0; marks &= marks - 1) {
      const char* const pair = step + std::countr_zero(marks);
      const ptrdiff_t before = *pair == kBegin[0] ? 0 : kBeforeDa;
      if (pair - begin < before || end - pair < kSize - before) continue;
      if (std::memcmp(pair - before, kBegin.data(), kSize) == 0) {
        return {pair - before + kSize, end};
      }
    }
  }
  return {};
}

// The words of a line, one after the other.
class Words {
 public:
  Words(const char* line, const char* end)
      : step_(line), end_(end), spaces_(MarksOfStep<Spaces>(line, end)) {}

  // Where the next word begins: behind the next space. The end if there is none.
  const char* Next() {
    if (spaces_ == 0) [[unlikely]] {
      if (!ReadOn()) return end_;
    }
    const char* const space = step_ + std::countr_zero(spaces_);
    spaces_ &= spaces_ - 1;
    return space + 1;
  }

 private:
  // Few lines are longer than a step.
  [[gnu::noinline]] bool ReadOn() {
    while (spaces_ == 0) {
      if (end_ - step_ <= kStep) return false;
      step_ += kStep;
      spaces_ = MarksOfStep<Spaces>(step_, end_);
    }
    return true;
  }

  const char* step_;
  const char* end_;
  uint64_t spaces_;  // of the step, those behind the words so far
};

uint32_t FourBytes(const char* text) {
  uint32_t four;
  std::memcpy(&four, text, sizeof(four));
  return four;
}

// Whether a word ends with ".local". "candidate:" and other words stand before it.
bool EndsWithLocal(const char* end) { return std::memcmp(end - 6, ".local", 6) == 0; }

// An address is followed by other words; the first number of one of IPv6 has four digits at most.
bool IsV6(const char* address) {
  return address[0] == ':' || address[1] == ':' || address[2] == ':' || address[3] == ':' ||
         address[4] == ':';
}

// Whether the last word of a line, which begins here, is this one. In JSON text the line ends where
// the string does, or at an escaped line end.
template <size_t kSize>
bool IsLastWord(const char* at, const char* end, const char (&word)[kSize]) {
  constexpr ptrdiff_t kLetters = kSize - 1;
  if (end - at < kLetters || std::memcmp(at, word, kLetters) != 0) return false;
  if (end - at == kLetters) return true;
  const char next = at[kLetters];
  return next == ' ' || next == '"' || next == '\\';
}

// Counts one line, unless it is none. Says what stands behind it.
std::string_view CountLine(std::string_view text, CandidateTally& tally) {
  const char* const end = text.data() + std::min(text.size(), kLongestLine);
  Words words(text.data(), end);  // the foundation is the first
  words.Next();                   // the component
  const char* const transport = words.Next();
  words.Next();  // the priority
  const char* const address = words.Next();
  const char* const port = words.Next();
  const char* const typ = words.Next();
  if (end - typ < 4 || FourBytes(typ) != FourBytes("typ ")) return text;
  const char* const type = typ + 4;
  const bool is_name = EndsWithLocal(port - 1);
  if (IsLastWord(type, end, "host")) {
    ++(is_name ? tally.mdns : tally.host);
  } else if (IsLastWord(type, end, "srflx")) {
    ++tally.srflx;
  } else if (IsLastWord(type, end, "relay")) {
    ++tally.relay;
  } else {
    return text;
  }
  if (IsV6(address)) {
    ++tally.v6;
  } else if (!is_name) {
    ++tally.v4;
  }
  // Letters in lower case, and a space as it is.
  const uint32_t lower = FourBytes(transport) | 0x20202020;
  if (lower == FourBytes("udp ")) {
    ++tally.udp;
  } else if (lower == FourBytes("tcp ")) {
    ++tally.tcp;
  }
  return {type, text.data() + text.size()};
}

}  // namespace

CandidateTally CountCandidates(SignalType type, std::string_view data) {
  const int most = type == SignalType::kIceCandidate ? 1 : kMostLines;
  CandidateTally all;
  for (int line = 0; line < most; ++line) {
    data = BehindNext(data);
    if (data.empty()) break;
    data = CountLine(data, all);
  }
  return all;
}

}  // namespace pigeonhub::wire
