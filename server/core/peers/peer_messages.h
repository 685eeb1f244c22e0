// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/membership.h"
#include "server/core/peers/peer_rates.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/signal_record.h"
#include "server/core/peers/signaling.h"
#include "server/core/turn.h"

namespace pigeonhub {

// What a connected peer says, once the switchboard has taken what it says as a hub.
class PeerMessages {
 public:
  PeerMessages(const HubOptions& options, SignalRecord& record, Membership& membership,
               ContestedIds& contested, Signaling& signaling, PeerRates& rates)
      : options_(options),
        record_(record),
        membership_(membership),
        contested_(contested),
        signaling_(signaling),
        rates_(rates) {}

  void Hear(Turn& turn, Peer& peer, const inbound::Message& message);
  // Reads on from peers that asked too much, or closes them.
  void EndPauses(Turn& turn);

 private:
  void OnAnnounce(Turn& turn, Peer& peer, const inbound::Announce& announce);
  void OnGoodbye(Turn& turn, Peer& peer, const inbound::Goodbye& goodbye);
  void OnPing(Turn& turn, Peer& peer);
  void OnCleanup(Turn& turn, Peer& peer, const inbound::Cleanup& cleanup);
  void OnUnroutable(Turn& turn, Peer& peer, std::string_view type);

  const HubOptions& options_;
  SignalRecord& record_;
  Membership& membership_;
  ContestedIds& contested_;
  Signaling& signaling_;
  PeerRates& rates_;
};

}  // namespace pigeonhub
