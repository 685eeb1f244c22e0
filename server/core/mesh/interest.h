// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/mesh_message.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/peer_table.h"

namespace pigeonhub {

// Which hub wants to hear of which namespace, and for whom this hub speaks. A hub speaks for its
// own peers, and for those that reference hubs announced to it and no mesh hub owns. It wants the
// namespaces in which it has members. What other hubs want is kept of namespaces in which it speaks
// for somebody; of all, if it wants all.
class Interest {
 public:
  Interest(const Identity& self, PeerTable& peers, NamespaceTable& namespaces,
           RemotePeerTable& remote, LinkTable& links, MeshHubTable& mesh_hubs)
      : self_(self),
        peers_(peers),
        namespaces_(namespaces),
        remote_(remote),
        links_(links),
        mesh_hubs_(mesh_hubs) {}

  bool IsWantedBy(const MeshHub& hub, const std::string& network) const;
  // Every hub that does. They talk to this one.
  std::vector<MeshHub*> WhoWant(const std::string& network) const;
  bool IsWantedHere(const std::string& network) const;
  // Whether this hub speaks for anybody there.
  bool HasAnybodyIn(const std::string& network) const;
  // Whether this hub wants every namespace, because a reference hub is to be told of all.
  bool wants_all() const { return wants_all_; }
  void set_wants_all(bool all) { wants_all_ = all; }

  bool SpeaksFor(const RemotePeer& peer) const;
  // What this hub says to mesh hubs of a peer that it speaks for; empty for any other.
  std::optional<mesh::Join> JoinOf(const PeerId& id) const;

 private:
  const Identity& self_;
  PeerTable& peers_;
  NamespaceTable& namespaces_;
  RemotePeerTable& remote_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  bool wants_all_ = false;
};

}  // namespace pigeonhub
