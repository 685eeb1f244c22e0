// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "absl/status/status.h"
#include "pigeonhub/namespace_policy.h"
#include "server/core/command.h"
#include "server/core/identity.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/peer_rates.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/policies.h"
#include "server/core/turn.h"

namespace pigeonhub {

// An operator sets policies, and applies them to those inside.
class PolicyCommands {
 public:
  PolicyCommands(const Identity& self, Policies& policies, PeerTable& peers,
                 NamespaceTable& namespaces, PeerRates& rates, ContestedIds& contested)
      : self_(self),
        policies_(policies),
        peers_(peers),
        namespaces_(namespaces),
        rates_(rates),
        contested_(contested) {}

  absl::Status Check(const SetNamespacePolicy& command) const;
  absl::Status Check(const UnsetNamespacePolicy& command) const;
  absl::Status Check(const ConfigureNamespaces& command) const;
  void Apply(Turn& turn, const SetNamespacePolicy& command);
  void Apply(Turn& turn, const UnsetNamespacePolicy& command);
  void Apply(Turn& turn, const ConfigureNamespaces& command);

  // The members here that the rules do not admit once the command is done; nobody without `evict`.
  // Those without a token, or with one of another issuer, where these are asked for; of the others
  // those that came last, until no more are left than may be there. By namespace in the order of
  // names, and in each in the order in which they came.
  std::vector<EvictedPeer> WouldEvict(const SetNamespacePolicy& command) const;

 private:
  const Identity& self_;
  Policies& policies_;
  PeerTable& peers_;
  NamespaceTable& namespaces_;
  PeerRates& rates_;
  ContestedIds& contested_;
};

}  // namespace pigeonhub
