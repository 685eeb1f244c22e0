// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/recent_pairs.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/mesh/remote_presence.h"
#include "server/core/options.h"
#include "server/core/peers/namespaces.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Which namespaces mesh hubs ask each other for, and the lists of members that answer.
//
// A hub wants a namespace when its first member comes, and says so to every hub. Those with members
// there keep that, and answer with a list. The others forget it: when a first member comes to them,
// they ask in their turn. A list or a join shows that its sender has members, and so wants to hear
// of ours. That one has nobody is said only where the other hub may keep somebody who is gone.
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
  // The hub asked for the namespace, or does no longer.
  void Subscribe(Turn& turn, MeshHub& hub, const SharedText& network);
  void SubscribeAll(Turn& turn, MeshHub& hub, bool all);
  void Unsubscribe(const Turn& turn, const MeshHub& hub, const std::string& network);
  // The hub has members there, and so wants to hear of others; it is told if this hub does not.
  void NoteMembers(Turn& turn, MeshHub& hub, const SharedText& network);
  // It begins from nothing: what it asked for is void, and whom it does not name again is gone.
  void BeginAnew(const MeshHub& hub);
  // The members that this hub speaks for: of one namespace, or of all that the hub wants.
  void ListNamespace(MeshHub& hub, const SharedText& name);
  void ListAllWanted(MeshHub& hub);

  // The hub begins or ends a list of its members in a namespace; in all, if it has no name. Whoever
  // is not on the list is gone.
  void MarkUnconfirmed(const MeshHub& hub, const std::string& name);
  void DropUnconfirmed(Turn& turn, const MeshHub& hub, const std::string& name);
  // With a list of the hub mesh namespace a hub that begins from nothing has said what it wants.
  void NoteList(const MeshHub& hub, const std::string& name);

  // The first member here came, or the last one went.
  void NamespaceGained(const SharedText& network);
  void NamespaceLost(Turn& turn, const SharedText& network);
  // Brings what this hub asks for in line with what reference hubs are to be told.
  void UpdateWantAll(Turn& turn);

  // False, and counted, if the hub has used up its share: the answer to whatever it asks for would
  // wait for it, too.
  bool MayAsk(Turn& turn, MeshHub& hub) const;

 private:
  // Whether what hubs want of this namespace is kept.
  bool KeepsWantsOf(const std::string& network) const;
  // Keeps that the hub wants it. False, and counted, if that would be too much.
  bool Keep(Turn& turn, MeshHub& hub, const SharedText& network);
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
  // Hubs that wanted a namespace no longer while this hub had somebody there. One that wants it
  // again may have heard of somebody in between, and may keep whom it heard of.
  RecentPairs unwanted_;
  // Hubs that were told that this one does not want what they tell.
  RecentPairs refused_;
};

}  // namespace pigeonhub
