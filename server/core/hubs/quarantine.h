// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/status.h"
#include "server/core/access/bans.h"
#include "server/core/hubs/hub_registry.h"
#include "server/core/hubs/quarantine_list.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/dialing.h"
#include "server/core/mesh/conversations.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/contested/newcomers.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Hubs that an operator closed out, although their key or a grant would admit them. Quarantine is
// this hub's own: others go on with the hub, and messages between it and them still pass through
// here. Bans that the hub made are lifted, as by an operator, and none of it is taken.
class Quarantine {
 public:
  Quarantine(const Identity& self, PeerTable& peers, RemotePeerTable& remote, HubRegistry& registry,
             DialTargets& dial_targets, HubMap& map, QuarantineList& quarantined, Dialing& dialing,
             Newcomers& newcomers, ContestedIds& contested, Conversations& conversations,
             Bans& bans)
      : self_(self),
        peers_(peers),
        remote_(remote),
        registry_(registry),
        dial_targets_(dial_targets),
        map_(map),
        quarantined_(quarantined),
        dialing_(dialing),
        newcomers_(newcomers),
        contested_(contested),
        conversations_(conversations),
        bans_(bans) {}

  absl::Status Check(const QuarantineHub& command) const;
  absl::Status Check(const ReleaseHub& command) const;
  void Apply(Turn& turn, const QuarantineHub& command);
  void Apply(Turn& turn, const ReleaseHub& command);
  // This hub dialed, and knows which hub answers. True if that is in quarantine; then it is not
  // dialed before it is released.
  bool RefuseDialed(Turn& turn, DialTarget& dial_target);

 private:
  void StopDialing(Turn& turn, DialTarget& dial_target);
  // True for one that is known, here or elsewhere, and never said that it is a hub.
  bool IsOrdinaryPeer(const PeerId& id) const;

  const Identity& self_;
  PeerTable& peers_;
  RemotePeerTable& remote_;
  HubRegistry& registry_;
  DialTargets& dial_targets_;
  HubMap& map_;
  QuarantineList& quarantined_;
  Dialing& dialing_;
  Newcomers& newcomers_;
  ContestedIds& contested_;
  Conversations& conversations_;
  Bans& bans_;
};

}  // namespace pigeonhub
