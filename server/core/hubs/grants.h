// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/status.h"
#include "server/core/hubs/hub_registry.h"
#include "server/core/hubs/quarantine_list.h"
#include "server/core/hubs/standing.h"
#include "server/core/input.h"
#include "server/core/options.h"
#include "server/core/peers/connections.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/membership.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// An operator's word that a peer is a hub whenever it is connected.
class Grants {
 public:
  Grants(const HubOptions& options, PeerTable& peers, HubRegistry& registry,
         const QuarantineList& quarantined, Standing& standing, Membership& membership,
         Connections& connections, ContestedIds& contested)
      : options_(options),
        peers_(peers),
        registry_(registry),
        quarantined_(quarantined),
        standing_(standing),
        membership_(membership),
        connections_(connections),
        contested_(contested) {}

  absl::Status Check(const RegisterHub& command) const;
  absl::Status Check(const UnregisterHub& command) const;
  void Apply(Turn& turn, const RegisterHub& command);
  void Apply(Turn& turn, const UnregisterHub& command);

 private:
  const HubOptions& options_;
  PeerTable& peers_;
  HubRegistry& registry_;
  const QuarantineList& quarantined_;
  Standing& standing_;
  Membership& membership_;
  Connections& connections_;
  ContestedIds& contested_;
};

}  // namespace pigeonhub
