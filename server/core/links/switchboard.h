// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

#include "server/core/hubs/quarantine.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/dialing.h"
#include "server/core/links/link_setup.h"
#include "server/core/links/refused_links.h"
#include "server/core/mesh/frames.h"
#include "server/core/mesh/map_news.h"
#include "server/core/mesh/remote_presence.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/signaling.h"
#include "server/core/turn.h"

namespace pigeonhub {

// What the other end of a link says, whoever dialed.
class Switchboard {
 public:
  Switchboard(const HubOptions& options, const Identity& self, DialTargets& dial_targets,
              RemotePresence& remote_presence, LinkSetup& link_setup, Dialing& dialing,
              ContestedIds& contested, Signaling& signaling, Quarantine& quarantine,
              RefusedLinks& refused_links, MapNews& map_news, Frames& frames)
      : options_(options),
        self_(self),
        dial_targets_(dial_targets),
        remote_presence_(remote_presence),
        link_setup_(link_setup),
        dialing_(dialing),
        contested_(contested),
        signaling_(signaling),
        quarantine_(quarantine),
        refused_links_(refused_links),
        map_news_(map_news),
        frames_(frames) {}

  // A hub is also a peer. False if it sent this message as a peer, and not as a hub on this link.
  bool Hear(Turn& turn, Link& link, const inbound::Message& message);
  // Whether the other hub passes on a message of `from`. Otherwise `from` is the other hub itself,
  // which speaks as a peer.
  static bool IsRelayed(const Link& link, std::string_view from);

 private:
  void OnPeerReport(Turn& turn, Link& link, const inbound::PeerReport& report);
  void OnPeerWithdrawal(Turn& turn, Link& link, const inbound::PeerWithdrawal& withdrawal);
  void OnRelayedGoodbye(Turn& turn, Link& link, const inbound::Goodbye& goodbye);
  // The answers to what this hub said when it dialed: the other hub is a mesh hub and says who it
  // is, is a reference hub, or does not admit this one.
  void OnAnswer(Turn& turn, Link& link, const PeerId& hub, const HubDetails& details);
  void OnPong(Turn& turn, Link& link);
  void OnError(Turn& turn, Link& link, const inbound::Error& error);
  // A hub there says that it has this hub's id.
  void OnOwnIdMet(Turn& turn, const Link& link);

  const HubOptions& options_;
  const Identity& self_;
  DialTargets& dial_targets_;
  RemotePresence& remote_presence_;
  LinkSetup& link_setup_;
  Dialing& dialing_;
  ContestedIds& contested_;
  Signaling& signaling_;
  Quarantine& quarantine_;
  RefusedLinks& refused_links_;
  MapNews& map_news_;
  Frames& frames_;
};

}  // namespace pigeonhub
