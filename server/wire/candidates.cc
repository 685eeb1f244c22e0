// SPDX-License-Identifier: Apache-2.0

#include "server/wire/candidates.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <system_error>

// Every signal passes here, and most of a session description is no candidate. So text is looked
// through in blocks without branches, of which the compiler makes vectors.
namespace pigeonhub::wire {
namespace {

constexpr std::string_view kBegin = "candidate:";
constexpr int kMostLines = 64;
constexpr size_t kLongestLine = 256;
constexpr size_t kBlock = 128;

// Whether a kBegin may begin in this block: its first and its last letter stand there, as far from
// each other as they must.
bool MayBeginIn(const char* block) {
  uint8_t found = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    found |= static_cast<uint8_t>((block[i] == kBegin.front()) &
                                  (block[i + kBegin.size() - 1] == kBegin.back()));
  }
  return found != 0;
}

// What stands behind the next kBegin, and nothing if there is none.
std::string_view BehindNext(std::string_view text) {
  while (text.size() >= kBlock + kBegin.size()) {
    if (MayBeginIn(text.data())) {
      const size_t at = text.substr(0, kBlock + kBegin.size() - 1).find(kBegin);
      if (at != std::string_view::npos) return text.substr(at + kBegin.size());
    }
    text.remove_prefix(kBlock);
  }
  const size_t at = text.find(kBegin);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + kBegin.size());
}

// The words of a line, which a space ends. The line ends there where the text does; it may have
// the beginning of the next line in it.
class Words {
 public:
  explicit Words(std::string_view line) : line_(line.substr(0, kLongestLine)) {}

  // Empty at the end of the line.
  std::string_view Next() {
    while (spaces_ == 0 && seen_ < line_.size()) LookOn();
    size_t end = line_.size();
    if (spaces_ != 0) end = seen_ - kWindow + static_cast<size_t>(std::countr_zero(spaces_));
    spaces_ &= spaces_ - 1;
    const std::string_view word = line_.substr(begin_, end - begin_);
    begin_ = std::min(end + 1, line_.size());
    return word;
  }

 private:
  static constexpr size_t kWindow = 64;

  void LookOn() {
    const char* window = line_.data() + seen_;
    char end_of_line[kWindow] = {};
    if (line_.size() - seen_ < kWindow) {
      std::memcpy(end_of_line, window, line_.size() - seen_);
      window = end_of_line;
    }
    uint8_t is_space[kWindow];
    for (size_t i = 0; i < kWindow; ++i) is_space[i] = window[i] == ' ';
    for (size_t i = 0; i < kWindow; i += 8) {
      uint64_t eight;
      std::memcpy(&eight, is_space + i, sizeof(eight));
      if constexpr (std::endian::native == std::endian::big) eight = __builtin_bswap64(eight);
      // The lowest bit of each byte, side by side: that of the first byte is the lowest.
      spaces_ |= ((eight * 0x0102040810204080) >> 56) << i;
    }
    seen_ += kWindow;
  }

  const std::string_view line_;
  size_t begin_ = 0;     // of the next word
  size_t seen_ = 0;      // up to here the spaces were looked for
  uint64_t spaces_ = 0;  // in the last kWindow bytes of that, and not yet gone by
};

// In JSON text the line ends where the string does, or at an escaped line end.
std::string_view UpToLineEnd(std::string_view word) {
  const auto end =
      std::find_if(word.begin(), word.end(), [](char c) { return c == '"' || c == '\\'; });
  return word.substr(0, static_cast<size_t>(end - word.begin()));
}

uint16_t PortOf(std::string_view word) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), port);
  return error == std::errc() && end == word.data() + word.size() ? port : uint16_t{0};
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

// Of a server-reflexive candidate: the port of its socket, and the one outside.
void CountPorts(Words& words, std::string_view port, CandidateTally& tally) {
  for (std::string_view name = words.Next(); !name.empty(); name = words.Next()) {
    const std::string_view value = words.Next();
    const std::string_view base = UpToLineEnd(value);
    if (name == "rport") {
      const uint16_t base_port = PortOf(base);
      if (base_port == 0) return;
      return tally.Add({.base_port = base_port, .mapped_port = PortOf(port)});
    }
    if (UpToLineEnd(name).size() < name.size() || base.size() < value.size()) return;
  }
}

// Counts one line, unless it is none.
void CountLine(Words words, CandidateTally& tally) {
  words.Next();  // the foundation
  words.Next();  // the component
  const std::string_view transport = words.Next();
  words.Next();  // the priority
  const std::string_view address = words.Next();
  const std::string_view port = words.Next();
  if (words.Next() != "typ") return;
  const std::string_view word = words.Next();
  const std::string_view type = UpToLineEnd(word);
  const bool is_name = address.ends_with(".local");
  if (type == "host") {
    ++(is_name ? tally.mdns : tally.host);
  } else if (type == "srflx") {
    ++tally.srflx;
    if (type.size() == word.size()) CountPorts(words, port, tally);
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
