// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/records.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/link_setup.h"
#include "server/core/links/link_table.h"
#include "server/core/options.h"
#include "server/core/random.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Dials other hubs: bootstrap hubs, hubs that an operator names, and hubs that this hub heard of.
class Dialing {
 public:
  Dialing(const HubOptions& options, Random& random, const Identity& self,
          DialTargets& dial_targets, LinkTable& links, LinkSetup& link_setup)
      : options_(options),
        random_(random),
        self_(self),
        dial_targets_(dial_targets),
        links_(links),
        link_setup_(link_setup),
        bootstrap_hubs_(options.bootstrap_hubs) {}

  // Signaling starts or stops, and the links to bootstrap hubs with it.
  void Start(Turn& turn);
  void StopAll(Turn& turn);

  void Dial(Turn& turn, DialTarget& dial_target);
  void DialDue(Turn& turn);
  // The hub dialed in by itself, so whatever kept this hub from it is over.
  void DialAgain(Turn& turn, const PeerId& hub);
  // Those bootstrap hubs to which there is no link.
  void DialBootstrapHubs(Turn& turn);
  // The bootstrap hubs from now on; links to those no longer named are closed.
  void SetBootstrapHubs(Turn& turn, const std::vector<std::string>& urls);
  // Closes the link or calls the dial off. The address is dialed again when somebody asks for it.
  void Stop(Turn& turn, DialTarget& dial_target, Reason reason, std::string why);
  // The same because an operator said so; what is no bootstrap hub is forgotten.
  void TakeBack(Turn& turn, DialTargetId id);
  void StopBootstrapHubs(Turn& turn);

  void OnDialOpened(Turn& turn, const DialOpened& input);
  void OnDialFailed(Turn& turn, const DialFailed& input);
  void OnClosed(Turn& turn, DialTarget& dial_target, const Closed& input);
  // A hub spoke at the other end.
  void OnUp(Turn& turn, DialTarget& dial_target);
  // The hub at the other end does not take this one for a hub.
  void OnNotAdmitted(Turn& turn, DialTarget& dial_target, std::string_view reason);

 private:
  // Dials again later, not before `at_least` is over.
  void Lose(Turn& turn, DialTarget& dial_target, LinkEnd end, Duration at_least = {});
  void DropSilent(Turn& turn);
  void RemoveLink(Turn& turn, const DialTarget& dial_target, const LinkEnd& end);

  const HubOptions& options_;
  Random& random_;
  const Identity& self_;
  DialTargets& dial_targets_;
  LinkTable& links_;
  LinkSetup& link_setup_;
  std::vector<std::string> bootstrap_hubs_;
};

}  // namespace pigeonhub
