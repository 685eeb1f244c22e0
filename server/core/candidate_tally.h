// SPDX-License-Identifier: Apache-2.0

#pragma once

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

  void Add(const CandidateTally& more) {
    static constexpr uint8_t CandidateTally::*kCounts[] = {
        &CandidateTally::host,  &CandidateTally::mdns, &CandidateTally::srflx,
        &CandidateTally::relay, &CandidateTally::v4,   &CandidateTally::v6,
        &CandidateTally::udp,   &CandidateTally::tcp};
    for (const auto count : kCounts) {
      this->*count =
          static_cast<uint8_t>(this->*count > 255 - more.*count ? 255 : this->*count + more.*count);
    }
  }

  friend bool operator==(const CandidateTally&, const CandidateTally&) = default;
};

}  // namespace pigeonhub
