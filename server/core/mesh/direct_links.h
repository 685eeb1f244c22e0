// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>

#include "server/core/hubs/hub_registry.h"
#include "server/core/hubs/quarantine_list.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/dialing.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/options.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Direct links to the nearest of the hubs that this hub heard of.
class DirectLinks {
 public:
  DirectLinks(const HubOptions& options, const Identity& self, HubRegistry& registry,
              DialTargets& dial_targets, HubMap& map, LinkTable& links, QuarantineList& quarantined,
              Dialing& dialing)
      : options_(options),
        self_(self),
        registry_(registry),
        dial_targets_(dial_targets),
        map_(map),
        links_(links),
        quarantined_(quarantined),
        dialing_(dialing) {}

  // Dials the nearest ones, and gives up links to those that are no longer near.
  void Dial(Turn& turn);
  // Whether this hub has reason to trust the hub at the other end: it chose to dial it, or the hub
  // has a credential.
  bool Vouches(const Link& link) const;
  // The key of the hub at the other end, if that hub has the key of the mesh: it brought a token,
  // this hub was told its address by an operator, or made a token out to it.
  std::optional<PublicKey> KeyOfMeshKeyHolder(const Link& link) const;

 private:
  // Where tokens admit, only hubs that may be shown one are of use.
  bool IsBelieved(const PeerId& hub) const;
  bool MayDial(const std::string& advertised) const;

  const HubOptions& options_;
  const Identity& self_;
  HubRegistry& registry_;
  DialTargets& dial_targets_;
  HubMap& map_;
  LinkTable& links_;
  QuarantineList& quarantined_;
  Dialing& dialing_;
};

}  // namespace pigeonhub
