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
  // Of the last server-reflexive one: the port of the socket, and that which the NAT gave it. 0:
  // not known, as browsers hide it.
  uint16_t base_port = 0;
  uint16_t mapped_port = 0;
  // One socket had several ports outside: its NAT gives one for each destination.
  bool several_mapped_ports = false;

  bool empty() const { return host == 0 && mdns == 0 && srflx == 0 && relay == 0; }

  void Add(const CandidateTally& more) {
    static constexpr uint8_t CandidateTally::*kCounts[] = {
        &CandidateTally::host,  &CandidateTally::mdns, &CandidateTally::srflx,
        &CandidateTally::relay, &CandidateTally::v4,   &CandidateTally::v6,
        &CandidateTally::udp,   &CandidateTally::tcp};
    for (const auto count : kCounts) {
      this->*count =
          static_cast<uint8_t>(this->*count > 255 - more.*count ? 255 : this->*count + more.*count);
    }
    several_mapped_ports |= more.several_mapped_ports;
    if (more.base_port == 0) return;
    several_mapped_ports |= base_port == more.base_port && mapped_port != more.mapped_port;
    base_port = more.base_port;
    mapped_port = more.mapped_port;
  }

  friend bool operator==(const CandidateTally&, const CandidateTally&) = default;
};

}  // namespace pigeonhub
