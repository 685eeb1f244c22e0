// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "pigeonhub/records.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/link_setup.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/random.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Dials other hubs: bootstrap hubs, hubs that an operator names, and hubs that this hub heard of.
class Dialing {
 public:
  Dialing(Random& random, const Identity& self, DialTargets& dial_targets, const HubMap& map,
          LinkTable& links, LinkSetup& link_setup)
      : random_(random),
        self_(self),
        dial_targets_(dial_targets),
        map_(map),
        links_(links),
        link_setup_(link_setup) {}

  // Signaling stops, and all links with it.
  void StopAll(Turn& turn);

  // A hub token is shown to bootstrap hubs that are none of the reference, which would have no use
  // for it, and where the map has a hub with the key of the mesh. Nobody else gets one: what he
  // does not have he cannot show to others.
  void Dial(Turn& turn, DialTarget& dial_target);
  void DialDue(Turn& turn);
  // The hub dialed in by itself, so whatever kept this hub from it is over.
  void DialAgain(Turn& turn, const PeerId& hub);
  // Closes the link or calls the dial off. The address is dialed again when somebody asks for it.
  void Stop(Turn& turn, DialTarget& dial_target, Reason reason, std::string why);
  // Stops because an operator said so. Forgets the address unless it is a bootstrap hub's.
  void TakeBack(Turn& turn, DialTargetId id);

  void OnDialOpened(Turn& turn, const DialOpened& input);
  void OnDialFailed(Turn& turn, const DialFailed& input);
  void OnClosed(Turn& turn, DialTarget& dial_target, const Closed& input);
  // A hub spoke at the other end.
  void OnUp(Turn& turn, DialTarget& dial_target);
  // The hub at the other end is not taken for one. Closes the link; the address is dialed again
  // after a while.
  void Refuse(Turn& turn, DialTarget& dial_target, Reason reason);
  // The hub at the other end does not take this one for a hub.
  void OnNotAdmitted(Turn& turn, DialTarget& dial_target, std::string_view reason);

 private:
  // Dials again later, not before `at_least` is over.
  void Lose(Turn& turn, DialTarget& dial_target, LinkEnd end, Duration at_least = {});
  // The two hubs do not take each other for hubs, which changes when an operator does something.
  void LoseForLong(Turn& turn, DialTarget& dial_target, LinkEnd end);
  void DropSilent(Turn& turn);
  void RemoveLink(Turn& turn, const DialTarget& dial_target, const LinkEnd& end);

  Random& random_;
  const Identity& self_;
  DialTargets& dial_targets_;
  const HubMap& map_;
  LinkTable& links_;
  LinkSetup& link_setup_;
};

}  // namespace pigeonhub
