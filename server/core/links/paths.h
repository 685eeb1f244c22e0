// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>

#include "pigeonhub/records.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"

namespace pigeonhub {

// What lies on a path: the link or the mesh hub behind it, what the hub there did, and how to name
// it.
class Paths {
 public:
  Paths(const Identity& self, RemotePeerTable& remote, DialTargets& dial_targets, LinkTable& links,
        MeshHubTable& mesh_hubs)
      : self_(self),
        remote_(remote),
        dial_targets_(dial_targets),
        links_(links),
        mesh_hubs_(mesh_hubs) {}

  // What the hub at the other end of a path did; null for a path that is over.
  LinkCounts* CountsOf(PathId path) const;
  // The link over which what comes on the path arrives; null if there is none.
  const Link* LinkTowards(PathId path) const;
  // The URL that was dialed for the link, with its secrets masked; empty if this hub did not dial.
  std::string UrlOf(const Link& link) const;
  // The URL of the link that leads there, or else the id of the hub next on the path.
  std::string NameOf(PathId path) const;
  void Describe(const Link& link, LinkRecord& record) const;
  // The peers that were announced over the path, without hubs; none where no way has led yet.
  size_t PeersBehind(PathId path) const;

 private:
  const Identity& self_;
  RemotePeerTable& remote_;
  DialTargets& dial_targets_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
};

}  // namespace pigeonhub
