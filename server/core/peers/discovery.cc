// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/discovery.h"

#include <utility>

namespace pigeonhub {
namespace {

outbound::Discovered WithoutWords(outbound::Discovered discovered) {
  discovered.members = nullptr;
  return discovered;
}

}  // namespace

outbound::Discovered ShownTo(const Peer& receiver, outbound::Discovered discovered,
                             WordsFor words_for) {
  if (HearsWords(receiver, words_for)) return discovered;
  return WithoutWords(std::move(discovered));
}

size_t Telling::Tell() && {
  const size_t told = hearers_.size() + no_hubs_.size();
  turn_.counters.discoveries_sent.Add(told);
  turn_.Broadcast(std::move(hearers_), discovered_);
  turn_.Broadcast(std::move(no_hubs_), WithoutWords(discovered_));
  return told;
}

size_t TellMembers(Turn& turn, HandshakeTrace& trace, const Namespace& network,
                   const Arrival& arrival, const outbound::Discovered& discovered,
                   WordsFor words_for) {
  Telling telling(turn, trace, network, discovered, words_for, network.local.size());
  const uint64_t prefix = discovered.peer.Prefix();
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    const Peer& member = *slot.member;
    if (!HaveMet(arrival, member.arrival)) return;
    if (slot.prefix == prefix && member.id == discovered.peer) return;
    telling.Add(member, slot.connection);
  });
  return std::move(telling).Tell();
}

}  // namespace pigeonhub
