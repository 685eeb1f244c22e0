// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/status.h"
#include "server/core/cleanup_timer.h"
#include "server/core/command.h"
#include "server/core/drain_plan.h"
#include "server/core/identity.h"
#include "server/core/links/bootstrap_hubs.h"
#include "server/core/links/dialing.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/frames.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/peers/connections.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/contested/newcomers.h"
#include "server/core/peers/namespaces.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Signaling starts and stops.
class Lifecycle {
 public:
  Lifecycle(Identity& self, NamespaceTable& namespaces, RemotePeerTable& remote, LinkTable& links,
            CleanupTimer& cleanup, Dialing& dialing, Connections& connections, Newcomers& newcomers,
            ContestedIds& contested, Frames& frames, DrainPlan& drain,
            BootstrapHubs& bootstrap_hubs)
      : self_(self),
        namespaces_(namespaces),
        remote_(remote),
        links_(links),
        cleanup_(cleanup),
        dialing_(dialing),
        connections_(connections),
        newcomers_(newcomers),
        contested_(contested),
        frames_(frames),
        drain_(drain),
        bootstrap_hubs_(bootstrap_hubs) {}

  absl::Status Check(const StartSignaling& command) const;
  absl::Status Check(const StopSignaling& command) const;
  void Apply(Turn& turn, const StartSignaling& command);
  void Apply(Turn& turn, const StopSignaling& command);

 private:
  Identity& self_;
  NamespaceTable& namespaces_;
  RemotePeerTable& remote_;
  LinkTable& links_;
  CleanupTimer& cleanup_;
  Dialing& dialing_;
  Connections& connections_;
  Newcomers& newcomers_;
  ContestedIds& contested_;
  Frames& frames_;
  DrainPlan& drain_;
  BootstrapHubs& bootstrap_hubs_;
};

}  // namespace pigeonhub
