// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "server/core/identity.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/dialing.h"
#include "server/core/options.h"
#include "server/core/turn.h"

namespace pigeonhub {

// The hubs that this hub dials from the start, as it was configured.
class BootstrapHubs {
 public:
  BootstrapHubs(const HubOptions& options, const Identity& self, DialTargets& dial_targets,
                Dialing& dialing)
      : options_(options),
        self_(self),
        dial_targets_(dial_targets),
        dialing_(dialing),
        urls_(options.bootstrap_hubs) {}

  // Signaling starts.
  void Start(Turn& turn);
  // Dials those to which there is no link.
  void Dial(Turn& turn);
  // Ends the links to all of them.
  void Stop(Turn& turn);
  // The bootstrap hubs from now on; links to those no longer named are closed.
  void Set(Turn& turn, const std::vector<std::string>& urls);

 private:
  const HubOptions& options_;
  const Identity& self_;
  DialTargets& dial_targets_;
  Dialing& dialing_;
  std::vector<std::string> urls_;
};

}  // namespace pigeonhub
