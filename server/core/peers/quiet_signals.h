// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "server/core/effect.h"
#include "server/core/input.h"
#include "server/core/peers/pair_history.h"
#include "server/core/peers/peer_rates.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/signal_record.h"
#include "server/core/peers/signaling.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Between whom a quiet signal passes.
struct QuietSignal {
  Peer& sender;
  Peer& target;
  PairHistory::Key pair_key;
  PairRecord& pair;
};

// Nearly every signal is quiet: it is for another peer here, the two signaled before, and nobody
// watches them. Then it changes nothing but what is known of the two, and what is counted.
//
// While nobody calls anything else of the hub several threads may be in here at once: no two with
// the same connection, and in Pass no two with the same pair. What Find has found is good as long.
class QuietSignals {
 public:
  QuietSignals(const PeerTable& peers, PairHistory& history, const PeerRates& rates,
               SignalRecord& record, const Signaling& signaling, Journal& journal)
      : peers_(peers),
        history_(history),
        rates_(rates),
        record_(record),
        signaling_(signaling),
        journal_(journal) {}

  // Empty: it is no quiet signal, and for Hub::Handle.
  std::optional<QuietSignal> Find(const Received& input) const;
  // Appends one Send to `effects`, and does all else that Hub::Handle would. False: it is not quiet
  // after all, as a rate or an event came into it; nothing has changed, and it is for Hub::Handle.
  bool Pass(const Now& now, const Received& input, const QuietSignal& quiet, Effects& effects);

 private:
  const PeerTable& peers_;
  PairHistory& history_;
  const PeerRates& rates_;
  SignalRecord& record_;
  const Signaling& signaling_;
  Journal& journal_;
};

}  // namespace pigeonhub
