// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/discovery.h"

#include <utility>
#include <vector>

#include "server/core/peers/pending_list.h"

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

size_t TellMembers(Turn& turn, HandshakeTrace& trace, const Namespace& network,
                   const Arrival& arrival, const outbound::Discovered& discovered,
                   WordsFor words_for) {
  std::vector<const Peer*> members;
  members.reserve(network.local.size());
  const uint64_t prefix = discovered.peer.Prefix();
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (!HaveMet(arrival, slot.member->arrival)) return;
    if (slot.prefix == prefix && slot.member->id == discovered.peer) return;
    members.push_back(slot.member);
  });
  return TellMembers(turn, trace, network, members, discovered, words_for);
}

size_t TellMembers(Turn& turn, HandshakeTrace& trace, const Namespace& network,
                   const std::vector<const Peer*>& members, const outbound::Discovered& discovered,
                   WordsFor words_for) {
  std::vector<ConnectionId> audience;
  std::vector<ConnectionId> no_hubs;  // where the words are for hubs
  audience.reserve(members.size());
  const bool is_watched = trace.Covers(discovered.peer, network.name);
  for (const Peer* member : members) {
    if (network.lists_pending > 0 && member->list != nullptr &&
        member->list->Waits(discovered.peer)) {
      continue;  // its list will show the peer as it is now
    }
    (HearsWords(*member, words_for) ? audience : no_hubs).push_back(member->connection);
    if (is_watched) trace.Discovered(turn, discovered.peer, member->id, network.name);
  }
  const size_t told = audience.size() + no_hubs.size();
  turn.counters.discoveries_sent.Add(told);
  turn.Broadcast(std::move(audience), discovered);
  turn.Broadcast(std::move(no_hubs), WithoutWords(discovered));
  return told;
}

}  // namespace pigeonhub
