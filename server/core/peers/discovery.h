// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <vector>

#include "server/core/mesh/handshake_trace.h"
#include "server/core/message.h"
#include "server/core/peers/arrival.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Where a hub listens, and what else it says of itself, is for hubs: everybody else learns that it
// is there, and is a hub. The same goes for all that is said on the hub mesh namespace, where hubs
// that are not admitted say it, too.
enum class WordsFor { kAll, kHubs };

// Whether `receiver` is told what a peer says of itself.
inline bool HearsWords(const Peer& receiver, WordsFor words_for) {
  return words_for == WordsFor::kAll || receiver.is_hub;
}

// What `receiver` is told of a peer.
outbound::Discovered ShownTo(const Peer& receiver, outbound::Discovered discovered,
                             WordsFor words_for);

// Tells the members of the namespace that are connected here and have met the peer, whose arrival
// this is. Those whose list will show the peer hear of it there. Returns how many were told.
size_t TellMembers(Turn& turn, HandshakeTrace& trace, const Namespace& network,
                   const Arrival& arrival, const outbound::Discovered& discovered,
                   WordsFor words_for);
// The same, where those that have met the peer are known: a newcomer to a large namespace meets few
// of its members, and the others are not looked at.
size_t TellMembers(Turn& turn, HandshakeTrace& trace, const Namespace& network,
                   const std::vector<const Peer*>& members, const outbound::Discovered& discovered,
                   WordsFor words_for);

}  // namespace pigeonhub
