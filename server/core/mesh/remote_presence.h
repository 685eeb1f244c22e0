// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "server/core/cleanup_timer.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/links/paths.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/options.h"
#include "server/core/peers/audience.h"
#include "server/core/peers/contested/dropped_words.h"
#include "server/core/peers/departures.h"
#include "server/core/peers/introductions.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Another hub, at the other end of a path, announces a peer that it has.
struct RemoteJoin {
  PathId path;
  PeerId peer;
  std::string_view network;
  Profile profile;
  // See ContestedIds; hubs that know nothing of generations say 0.
  uint64_t generation = 0;
  bool alive = false;
};
// It withdraws one.
struct RemoteLeave {
  PathId path;
  PeerId peer;
  std::string_view network;
  std::string_view reason;
  // Set when the peer itself said goodbye. Clients close live data channels on a goodbye, so
  // nothing else may cause one.
  std::optional<RawJson> goodbye;
};

// Peers of other hubs, as those hubs announce them. Members of a namespace see no difference
// between them and the peers that are connected here: they are told of each once, whatever number
// of paths leads there.
class RemotePresence {
 public:
  RemotePresence(const HubOptions& options, const Identity& self, NamespaceTable& namespaces,
                 RemotePeerTable& remote, Departures& departures, MeshHubTable& mesh_hubs,
                 const Interest& interest, const Paths& paths, Audience& audience,
                 Introductions& introductions, DroppedWords& dropped, CleanupTimer& cleanup)
      : options_(options),
        self_(self),
        namespaces_(namespaces),
        remote_(remote),
        departures_(departures),
        mesh_hubs_(mesh_hubs),
        interest_(interest),
        paths_(paths),
        audience_(audience),
        introductions_(introductions),
        dropped_(dropped),
        cleanup_(cleanup) {}

  void AddPath(PathId path) { remote_.AddPath(path); }
  // Withdraws every peer that no other path leads to, and remembers that it left with its hub.
  // Returns how many those are, without hubs. `link`: which the path was, if it was one.
  size_t RemovePath(Turn& turn, PathId path, const Link* link = nullptr);

  // Whether the announce is to be listened to. One that breaks a limit is counted.
  bool Accepts(Turn& turn, const RemoteJoin& input);
  // An accepted announce of a peer that is not connected here.
  void Join(Turn& turn, const RemoteJoin& input);
  void Leave(Turn& turn, const RemoteLeave& input);
  // One path less leads to the peer. It is gone with the last one.
  void LosePath(Turn& turn, RemotePeer& peer, PathId path, const std::string& reason);
  // The id is connected here now: what other hubs said of it no longer counts.
  void Supersede(Turn& turn, Peer& peer);

 private:
  std::optional<Reason> RefusalOf(const RemoteJoin& input) const;
  // Whether it takes more memory than what its hub said of the peer before.
  bool TakesMore(const RemoteJoin& input) const;
  bool MayAnnounceHubs(const RemoteJoin& input) const;
  // Another hub says that it has a peer whose owner we know: the owner is asked whether its
  // connection still lives. Until it gives the peer up, the other hub's word waits behind.
  void AskOwner(const RemotePeer& peer, const RemoteJoin& rival);
  // Takes the peer out of everything, whatever paths lead to it.
  void Remove(Turn& turn, RemotePeer& peer, const std::string& reason);
  // The peer said goodbye on the connection that `ended` describes.
  void EndConnection(Turn& turn, RemotePeer& peer, const RemotePeer::Entry& ended,
                     const std::string& reason, const RawJson& goodbye);
  // The hub there, for people.
  std::string HubOn(PathId path, const Link* link) const;
  RemoteState StateOf(const RemotePeer& peer) const;
  // The paths to the peer have changed: brings the tables in line, and tells whoever has to know.
  // `peer` is gone afterwards if no path is left.
  void Apply(Turn& turn, RemotePeer& peer, const RemoteState& before, const std::string& reason,
             const RawJson* goodbye = nullptr);

  const HubOptions& options_;
  const Identity& self_;
  NamespaceTable& namespaces_;
  RemotePeerTable& remote_;
  Departures& departures_;
  MeshHubTable& mesh_hubs_;
  const Interest& interest_;
  const Paths& paths_;
  Audience& audience_;
  Introductions& introductions_;
  DroppedWords& dropped_;
  CleanupTimer& cleanup_;
};

}  // namespace pigeonhub
