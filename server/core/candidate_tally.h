// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <bit>
#include <cstdint>

namespace pigeonhub {

// How many ICE candidates of which kind somebody told of. Numbers stop at 255. No address is kept.
struct CandidateTally {
  // A host candidate whose address is hidden behind an mDNS name counts as `mdns`, and in no family
  // of addresses.
  uint8_t host = 0;
  uint8_t mdns = 0;
  uint8_t srflx = 0;
  uint8_t relay = 0;
  uint8_t v4 = 0;
  uint8_t v6 = 0;
  uint8_t udp = 0;
  uint8_t tcp = 0;

  bool empty() const { return host == 0 && mdns == 0 && srflx == 0 && relay == 0; }
  // Whether a socket has several addresses outside, because its NAT gives it one for each
  // destination. Clients tell of each socket once, as a host candidate, and once of each address
  // that it has outside. Candidates over TCP are taken for sockets, which have none outside.
  bool several_mappings() const {
    const int sockets = host + mdns - tcp;
    return sockets > 0 && srflx > sockets;
  }

  // All eight at once, as every signal adds to some.
  void Add(const CandidateTally& more) {
    constexpr uint64_t kTops = 0x8080808080808080;
    const auto a = std::bit_cast<uint64_t>(*this);
    const auto b = std::bit_cast<uint64_t>(more);
    // Without the top bits no byte carries into the next one.
    const uint64_t sum = ((a & ~kTops) + (b & ~kTops)) ^ ((a ^ b) & kTops);
    const uint64_t too_large = (((a & b) | ((a | b) & ~sum)) & kTops) >> 7;
    *this = std::bit_cast<CandidateTally>(sum | too_large * 0xff);
  }

  friend bool operator==(const CandidateTally&, const CandidateTally&) = default;
};

}  // namespace pigeonhub
