// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/findings.h"
#include "server/core/links/inspect_links.h"
#include "server/core/links/paths.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/peers/departures.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/pair_history.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/policies.h"
#include "server/core/time.h"

namespace pigeonhub {

// Why two peers do not meet. Looks at what is so now, and at what is remembered of the pair, in the
// order in which a handshake goes. Changes nothing.
class Explain {
 public:
  Explain(const Policies& policies, const PeerTable& peers, const NamespaceTable& namespaces,
          const RemotePeerTable& remote, const Departures& departures, const PairHistory& history,
          const MeshHubTable& mesh_hubs, const Paths& paths, const InspectLinks& links)
      : policies_(policies),
        peers_(peers),
        namespaces_(namespaces),
        remote_(remote),
        departures_(departures),
        history_(history),
        mesh_hubs_(mesh_hubs),
        paths_(paths),
        links_(links) {}

  // See Hub. The two are different.
  Explanation Pair(const Now& now, const PairQuestion& question) const;

 private:
  // Where a peer is; all null if nowhere.
  struct Place {
    PeerId id;
    const Peer* here = nullptr;
    const RemotePeer* far = nullptr;

    // Null while it has not announced.
    const Namespace* network() const;
    const Arrival& arrival() const { return here != nullptr ? here->arrival : far->arrival; }
  };
  Place Find(const PeerId& id) const;

  // Whether a peer is connected somewhere and can be reached; says why not.
  bool IsThere(const Now& now, const Place& place, Explanation& said) const;
  void SayAbsent(const Now& now, const PeerId& id, Explanation& said) const;
  // Adds how the way to a hub was lost.
  void DescribeLoss(const Now& now, const PeerId& hub, Finding& finding) const;
  // Whether one that is not known here may be at a hub all the same.
  bool MayBeElsewhere(const Now& now) const;
  // The links that are down, over one of which the absent ones may be.
  void SayLinksDown(const Now& now, Explanation& said) const;
  // Hubs that were linked here, and are not reached any more.
  std::vector<PeerId> LostHubs(const Now& now) const;
  // Whether a peer that is there is in a namespace, and in `wanted` unless that is empty; says why
  // not.
  bool IsInNamespace(const Now& now, const Place& place, const std::string& wanted,
                     Explanation& said) const;
  void SayNotAnnounced(const Now& now, const Peer& peer, const std::string& wanted,
                       Explanation& said) const;
  // Why the hub would not let the peer into a namespace; kCount if it would.
  Reason RefusalOf(const Peer& peer, const std::string& name) const;
  void SayOtherNamespace(const Place& place, std::string_view other, Explanation& said) const;
  void SayHandshake(const Now& now, const Place& a, const Place& b, Explanation& said) const;

  const Policies& policies_;
  const PeerTable& peers_;
  const NamespaceTable& namespaces_;
  const RemotePeerTable& remote_;
  const Departures& departures_;
  const PairHistory& history_;
  const MeshHubTable& mesh_hubs_;
  const Paths& paths_;
  const InspectLinks& links_;
};

}  // namespace pigeonhub
