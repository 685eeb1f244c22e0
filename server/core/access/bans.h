// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "absl/status/status.h"
#include "pigeonhub/ban.h"
#include "server/core/access/ban_guard.h"
#include "server/core/access/ban_list.h"
#include "server/core/deadlines.h"
#include "server/core/hubs/quarantine_list.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh_message.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Bans come, go and end whom they hit: by an operator's word here, by what other hubs tell, and
// when their time is over.
class Bans {
 public:
  Bans(const Identity& self, PeerTable& peers, const HubMap& map, const QuarantineList& quarantined,
       BanList& list, const BanGuard& guard, ContestedIds& contested)
      : self_(self),
        peers_(peers),
        map_(map),
        quarantined_(quarantined),
        list_(list),
        guard_(guard),
        contested_(contested) {}

  absl::Status Check(const Ban& command) const;
  absl::Status Check(const Unban& command) const;
  static absl::Status Check(const RestoreBans& command);
  void Apply(Turn& turn, const Ban& command);
  void Apply(Turn& turn, const Unban& command);
  void Apply(Turn& turn, const RestoreBans& command);

  // The hub was closed out: lifts the bans that it made.
  void LiftThoseOf(Turn& turn, const PeerId& hub);

  // Another hub told it. Whom it hits is gone within 50 ms: bans may come a thousand at a time, and
  // each peer is looked at once for all of them.
  BanList::Put Learn(Turn& turn, const mesh::BanTold& told, const PeerId& teller);

  // Ends bans whose time is over, and peers whom a ban of another hub hits.
  void OnTick(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const { return Earliest(expire_at_, sweep_at_); }

 private:
  bool IsHub(const PeerId& id) const;
  void Lift(const Turn& turn, const BanRecord& ban);
  void Sweep(Turn& turn);
  void End(Turn& turn, Peer& peer, bool keep_channels);
  void OnChange(Turn& turn);

  const Identity& self_;
  PeerTable& peers_;
  const HubMap& map_;
  const QuarantineList& quarantined_;
  BanList& list_;
  const BanGuard& guard_;
  ContestedIds& contested_;
  std::optional<SteadyTime> sweep_at_;
  std::optional<SteadyTime> expire_at_;
};

}  // namespace pigeonhub
