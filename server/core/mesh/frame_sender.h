// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/link_sender.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/bus_way.h"
#include "server/core/mesh/handshake_trace.h"
#include "server/core/mesh/known_keys.h"
#include "server/core/mesh/mesh_hub.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/subscriptions.h"
#include "server/core/mesh_message.h"
#include "server/core/peers/signal_record.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Sends what this hub says to a mesh hub, in frames over the next hop.
class FrameSender {
 public:
  FrameSender(const Identity& self, LinkTable& links, MeshHubTable& mesh_hubs, SignalRecord& record,
              Subscriptions& subscriptions, const KnownKeys& known_keys, BusWay& bus_way,
              HandshakeTrace& trace)
      : self_(self),
        links_(links),
        mesh_hubs_(mesh_hubs),
        record_(record),
        subscriptions_(subscriptions),
        known_keys_(known_keys),
        bus_way_(bus_way),
        trace_(trace) {}

  void Send(Turn& turn, const MeshHub& hub, std::shared_ptr<const mesh::Body> body);
  // Says again what the hub did not acknowledge in time; all of it, if `at_once`.
  void Resend(Turn& turn, MeshHub& hub, bool at_once);
  // Another way leads there now. What went over the old one may be lost; for the new one it may be
  // too large.
  void OnNewRoute(Turn& turn, MeshHub& hub, bool is_too_large);
  // Signals that the hub is not known to have are lost, and counted so; their senders are told,
  // unless the hub is lost with them, and so the peers.
  void DropUnheard(Turn& turn, MeshHub& hub, Reason reason);
  // The hub at the other end closed the link, because a message was larger than it takes.
  void OnTooLargeForLink(Turn& turn, const Link& link);
  // The link ended because the hub at the other end reads too slowly. What ends it again and again
  // is said no more.
  void OnSlowLink(Turn& turn, const Link& link);

 private:
  // Says anew, in smaller pieces, what cannot be said as it was.
  void BeginSmaller(Turn& turn, MeshHub& hub);
  // The conversation began anew, without these signals.
  void TellAnew(Turn& turn, MeshHub& hub, const std::vector<mesh::Signal>& lost, Reason reason);

  const Identity& self_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  SignalRecord& record_;
  Subscriptions& subscriptions_;
  const KnownKeys& known_keys_;
  BusWay& bus_way_;
  HandshakeTrace& trace_;
};

}  // namespace pigeonhub
