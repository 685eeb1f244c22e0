// SPDX-License-Identifier: Apache-2.0

#include "server/wire/candidates.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <system_error>

namespace pigeonhub::wire {
namespace {

constexpr std::string_view kBegin = "candidate:";
constexpr int kMostLines = 64;
constexpr size_t kLongestLine = 256;

// What stands behind the next "candidate:", and nothing if there is none. memmem skips what cannot
// match; most of a session description is no candidate.
std::string_view BehindNext(std::string_view text) {
  const void* found =
      text.empty() ? nullptr : memmem(text.data(), text.size(), kBegin.data(), kBegin.size());
  if (found == nullptr) return {};
  const size_t at = static_cast<size_t>(static_cast<const char*>(found) - text.data());
  return text.substr(at + kBegin.size());
}

// The line that begins here, without its end: in JSON text it ends where the string does, or at an
// escaped line end. Longer ones are cut.
std::string_view LineAt(std::string_view text) {
  text = text.substr(0, kLongestLine);
  for (const char end : {'"', '\\'}) text = text.substr(0, text.find(end));
  return text;
}

class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  // Empty at the end of the line.
  std::string_view Next() {
    const size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return word;
  }

 private:
  std::string_view rest_;
};

uint16_t PortOf(std::string_view word) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), port);
  return error == std::errc() && end == word.data() + word.size() ? port : uint16_t{0};
}

bool IsWord(std::string_view word, std::string_view lower) {
  return word.size() == lower.size() && std::equal(word.begin(), word.end(), lower.begin(),
                                                   [](char a, char b) { return (a | 0x20) == b; });
}

void CountFamily(std::string_view address, CandidateTally& tally) {
  if (address.find(':') != std::string_view::npos) {
    tally.v6 = 1;
  } else if (!address.ends_with(".local")) {
    tally.v4 = 1;
  }
}

// Of one line; empty if it is none.
CandidateTally CountLine(Words words) {
  CandidateTally tally;
  words.Next();  // the foundation
  words.Next();  // the component
  const std::string_view transport = words.Next();
  words.Next();  // the priority
  const std::string_view address = words.Next();
  const std::string_view port = words.Next();
  if (words.Next() != "typ") return {};
  const std::string_view type = words.Next();
  if (type == "host") {
    (address.ends_with(".local") ? tally.mdns : tally.host) = 1;
  } else if (type == "srflx") {
    tally.srflx = 1;
  } else if (type == "relay") {
    tally.relay = 1;
  } else {
    return {};
  }
  CountFamily(address, tally);
  tally.udp = IsWord(transport, "udp");
  tally.tcp = IsWord(transport, "tcp");
  if (tally.srflx == 0) return tally;
  for (std::string_view name = words.Next(); !name.empty(); name = words.Next()) {
    const std::string_view value = words.Next();
    if (name != "rport") continue;
    tally.base_port = PortOf(value);
    tally.mapped_port = tally.base_port == 0 ? uint16_t{0} : PortOf(port);
    break;
  }
  return tally;
}

}  // namespace

CandidateTally CountCandidates(SignalType type, std::string_view data) {
  const int most = type == SignalType::kIceCandidate ? 1 : kMostLines;
  CandidateTally all;
  for (int line = 0; line < most; ++line) {
    data = BehindNext(data);
    if (data.empty()) break;
    all.Add(CountLine(Words(LineAt(data))));
  }
  return all;
}

}  // namespace pigeonhub::wire
