// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/core/hubs/quarantine_list.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/links/bootstrap_hubs.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/dialing.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// The commands by which an operator makes and ends links.
class DialCommands {
 public:
  DialCommands(const Identity& self, PeerTable& peers, const QuarantineList& quarantined,
               DialTargets& dial_targets, Dialing& dialing, ContestedIds& contested,
               BootstrapHubs& bootstrap_hubs)
      : self_(self),
        peers_(peers),
        quarantined_(quarantined),
        dial_targets_(dial_targets),
        dialing_(dialing),
        contested_(contested),
        bootstrap_hubs_(bootstrap_hubs) {}

  absl::Status Check(const ConnectHub& command) const;
  absl::Status Check(const ConnectBootstrapHubs& command) const;
  absl::Status Check(const DisconnectBootstrapHubs& command) const;
  absl::Status Check(const SetBootstrapHubs& command) const;
  absl::Status Check(const DisconnectLink& command) const;
  absl::Status Check(const DisconnectUrl& command) const;
  void Apply(Turn& turn, const ConnectHub& command);
  void Apply(Turn& turn, const ConnectBootstrapHubs& command);
  void Apply(Turn& turn, const DisconnectBootstrapHubs& command);
  void Apply(Turn& turn, const SetBootstrapHubs& command);
  void Apply(Turn& turn, const DisconnectLink& command);
  void Apply(Turn& turn, const DisconnectUrl& command);

 private:
  // Those that lists show under this address, as it was given or with its secrets masked.
  std::vector<DialTargetId> Named(const std::string& url) const;

  const Identity& self_;
  PeerTable& peers_;
  const QuarantineList& quarantined_;
  DialTargets& dial_targets_;
  Dialing& dialing_;
  ContestedIds& contested_;
  BootstrapHubs& bootstrap_hubs_;
};

}  // namespace pigeonhub
