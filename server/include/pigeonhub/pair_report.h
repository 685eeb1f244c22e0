// SPDX-License-Identifier: Apache-2.0
//
// What a client tells the hub of its attempt to connect to another peer. Words and one number, no
// addresses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pigeonhub {

struct PairReport {
  enum class Kind : uint8_t { kEstablished, kFailed, kLost };
  // Of the candidates in use, as WebRTC has them.
  enum class Candidate : uint8_t { kUnknown, kHost, kSrflx, kPrflx, kRelay };
  enum class Protocol : uint8_t { kUnknown, kUdp, kTcp };

  uint32_t ms = 0;  // since the attempt began; 0: not told
  Kind kind = Kind::kEstablished;
  Candidate local = Candidate::kUnknown;   // of who reports
  Candidate remote = Candidate::kUnknown;  // of the other peer
  Protocol protocol = Protocol::kUnknown;

  friend bool operator==(const PairReport&, const PairReport&) = default;
};
inline constexpr size_t kPairReportKindCount = 3;

// The words that clients, events and metrics have for these, by their numbers. What is unknown has
// none.
inline constexpr std::array<std::string_view, kPairReportKindCount> kPairReportKinds = {
    "established", "failed", "lost"};
inline constexpr std::array<std::string_view, 5> kCandidateWords = {"", "host", "srflx", "prflx",
                                                                    "relay"};
inline constexpr std::array<std::string_view, 3> kProtocolWords = {"", "udp", "tcp"};

constexpr std::string_view WordOf(PairReport::Candidate candidate) {
  return kCandidateWords[static_cast<size_t>(candidate)];
}
constexpr std::string_view WordOf(PairReport::Protocol protocol) {
  return kProtocolWords[static_cast<size_t>(protocol)];
}

}  // namespace pigeonhub
