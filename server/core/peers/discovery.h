// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <vector>

#include "server/core/mesh/handshake_trace.h"
#include "server/core/message.h"
#include "server/core/peers/arrival.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/pending_list.h"
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

// Gathers members of a namespace, connected here, that have met a peer, and tells them of it.
class Telling {
 public:
  // All outlive it.
  Telling(Turn& turn, HandshakeTrace& trace, const Namespace& network,
          const outbound::Discovered& discovered, WordsFor words_for, size_t at_most)
      : turn_(turn),
        trace_(trace),
        network_(network),
        discovered_(discovered),
        words_for_(words_for) {
    hearers_.reserve(at_most);
  }

  // Those whose list will show the peer hear of it there. `connection` is the member's: who has it
  // at hand spares the look.
  void Add(const Peer& member, ConnectionId connection) {
    if (network_.lists_pending > 0 && member.list != nullptr &&
        member.list->Waits(discovered_.peer)) {
      return;
    }
    (HearsWords(member, words_for_) ? hearers_ : no_hubs_).push_back(connection);
    if (is_watched_) trace_.Discovered(turn_, discovered_.peer, member.id, network_.name);
  }

  // Returns how many are told. Once.
  size_t Tell() &&;

 private:
  Turn& turn_;
  HandshakeTrace& trace_;
  const Namespace& network_;
  const outbound::Discovered& discovered_;
  const WordsFor words_for_;
  const bool is_watched_ = trace_.Covers(discovered_.peer, network_.name);
  std::vector<ConnectionId> hearers_;
  std::vector<ConnectionId> no_hubs_;  // where the words are for hubs
};

// Tells the members of the namespace that are connected here and have met the peer, whose arrival
// this is. Those whose list will show the peer hear of it there. Returns how many were told.
size_t TellMembers(Turn& turn, HandshakeTrace& trace, const Namespace& network,
                   const Arrival& arrival, const outbound::Discovered& discovered,
                   WordsFor words_for);

}  // namespace pigeonhub
