// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/mesh/remote_presence.h"
#include "server/core/options.h"
#include "server/core/peers/namespaces.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Which namespaces mesh hubs ask each other for, and the lists of members that answer.
class Subscriptions {
 public:
  Subscriptions(const HubOptions& options, const Identity& self, NamespaceTable& namespaces,
                RemotePeerTable& remote, LinkTable& links, MeshHubTable& mesh_hubs,
                Interest& interest, RemotePresence& remote_presence)
      : options_(options),
        self_(self),
        namespaces_(namespaces),
        remote_(remote),
        links_(links),
        mesh_hubs_(mesh_hubs),
        interest_(interest),
        remote_presence_(remote_presence) {}

  // The first words to a mesh hub: what this hub wants, and which hubs it has.
  void Greet(MeshHub& hub);
  // The hub asked for the namespace.
  void Subscribe(Turn& turn, MeshHub& hub, const SharedText& network);
  void SubscribeAll(Turn& turn, MeshHub& hub, bool all);
  // The members that this hub speaks for: of one namespace, or of all that the hub wants.
  void ListNamespace(MeshHub& hub, const SharedText& name);
  void ListAllWanted(MeshHub& hub);

  // The hub begins or ends a list of its members in a namespace; in all, if it has no name. Whoever
  // is not on the list is gone.
  void MarkUnconfirmed(MeshHub& hub, const std::string& name);
  void DropUnconfirmed(Turn& turn, const MeshHub& hub, const std::string& name);

  // The first member here came, or the last one went.
  void NamespaceGained(const SharedText& network);
  void NamespaceLost(Turn& turn, const SharedText& network);
  // Brings what this hub asks for in line with what reference hubs are to be told.
  void UpdateWantAll(Turn& turn);

 private:
  void AddMembers(const Namespace& network, std::vector<PeerId>& members) const;
  // The peers that the hub announced in the namespace `name`; in any namespace if `name` is empty.
  std::vector<PeerId> AnnouncedBy(const MeshHub& hub, const std::string& name) const;
  void DropUnwanted(Turn& turn, const std::string& name);

  const HubOptions& options_;
  const Identity& self_;
  NamespaceTable& namespaces_;
  RemotePeerTable& remote_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  Interest& interest_;
  RemotePresence& remote_presence_;
};

}  // namespace pigeonhub
