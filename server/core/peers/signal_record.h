// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "pigeonhub/event.h"
#include "server/core/counters.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/mesh/handshake_trace.h"
#include "server/core/message.h"
#include "server/core/peers/departures.h"
#include "server/core/peers/handshake_funnel.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/pair_history.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/signal_watch.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Counts signals as they pass or are dropped, notes for each pair of peers how far it got, and
// shows signals to those who watch.
class SignalRecord {
 public:
  SignalRecord(PeerTable& peers, const Departures& departures, PairHistory& history,
               Counters& counters, HandshakeTrace& trace)
      : peers_(peers),
        departures_(departures),
        history_(history),
        funnel_(counters.funnel),
        trace_(trace) {}

  // A signal is on its way: `to_link`: to another hub.
  void Pass(Turn& turn, const inbound::Signal& signal, const PeerId& from, const PeerId& target,
            Namespace& network, bool to_link);
  // Whether anybody watches signals or handshakes of this peer.
  bool IsWatched(const PeerId& peer, const SharedText& network) const {
    return watch_.Covers(peer, *network) || trace_.Covers(peer, network);
  }
  // One that is quiet (QuietSignals) goes to a peer that is connected here.
  void PassQuietly(const Now& now, const inbound::Signal& signal, const PeerId& from, Peer& target,
                   PairRecord& pair);
  // A signal goes nowhere. `network` is the sender's, null if it has none.
  void Drop(Turn& turn, const PeerId& from, const inbound::Signal& signal, const Namespace* network,
            Reason reason);
  void Drop(Turn& turn, const SignalDropped& dropped);
  // The same for one that is too large, or for which there is no room on its way. Its sender is
  // told, if it is connected here.
  void DropAndTell(Turn& turn, const PeerId& from, const inbound::Signal& signal,
                   const Namespace* network, Reason reason);
  void DropAndTell(Turn& turn, const SignalDropped& dropped);

  // A peer said how its attempt to connect to the other one ended. What both say counts once.
  void Report(Turn& turn, const Peer& peer, const PeerId& other, const PairReport& report);

  void Watch(const std::vector<SignalFilter>& filters) { watch_.Watch(filters); }

 private:
  // True if with this signal the pair is retried.
  bool Note(const Now& now, const inbound::Signal& signal, bool side, Namespace& network,
            PairRecord& pair, bool to_link);
  // The record of a pair; null if it has none and the other one was never here, so that nobody
  // fills the history with ids that he makes up.
  PairRecord* RecordOf(const Now& now, const PeerId& peer, const PeerId& other);

  PeerTable& peers_;
  const Departures& departures_;
  PairHistory& history_;
  HandshakeFunnel funnel_;
  SignalWatch watch_;
  HandshakeTrace& trace_;
};

}  // namespace pigeonhub
