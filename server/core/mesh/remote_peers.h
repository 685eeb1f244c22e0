// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "server/core/give_back.h"
#include "server/core/ids.h"
#include "server/core/message.h"
#include "server/core/peers/arrival.h"
#include "server/core/time.h"

namespace pigeonhub {

struct Namespace;

// A peer that is connected to another hub, as that hub tells.
struct RemotePeer {
  // What one hub says of it.
  struct Entry {
    PathId path;
    uint64_t generation = 0;
    SharedText network;
    Profile profile;
    // False while the hub there tells its members anew and has not told of this one yet.
    bool confirmed = true;
    UnixMillis since = 0;  // when that hub told that the peer is in this namespace there
  };

  PeerId id;
  // What members here are told of it. It comes from the first entry.
  Namespace* network = nullptr;
  uint32_t roster_position = 0;
  Arrival arrival;
  SteadyTime since;  // when this hub heard of its connection there, or of the latest one
  Profile profile;
  // What reference hubs said of it stands last. Else in the order in which the hubs announced it,
  // whatever generation they gave it: a hub that says it has a peer of another one may lie. So the
  // first one is the owner until it withdraws the peer, and is asked when somebody else has it, too
  // (RemotePresence). Signals follow the path of the first one.
  absl::InlinedVector<Entry, 1> entries;

  uint64_t HighestGeneration() const;
};

// Who is behind which path. Knows nothing of links or connections. Pointers stay valid until
// Remove.
class RemotePeerTable {
 public:
  void AddPath(PathId path);
  // No peer may have an entry there any more.
  void RemovePath(PathId path) { paths_.erase(path); }
  bool HasPath(PathId path) const { return paths_.contains(path); }
  size_t paths() const { return paths_.size(); }
  // The peers that the hub at the other end of an existing path told of, in the order of
  // namespaces, then ids; those it told of in one namespace.
  std::vector<PeerId> PeersOn(PathId path) const;
  std::vector<PeerId> PeersOn(PathId path, std::string_view network) const;
  // A place in the list of all that hubs told of: by path, namespace and id.
  struct Place {
    PathId path;
    std::string network;
    PeerId id;
  };
  // At most `most` places behind that one; of one namespace, unless `only` is empty.
  std::vector<Place> After(const Place& place, std::string_view only, size_t most) const;
  size_t CountOn(PathId path) const { return paths_.at(path).peers.size(); }
  // Memory that these take; 0 for a path that does not exist.
  size_t BytesOn(PathId path) const;

  RemotePeer* Find(const PeerId& id) const;
  RemotePeer& Add(const PeerId& id);
  void Remove(RemotePeer& peer);

  // The entry's path must exist; the entry is new, or in the place of an older one of that path.
  void Connect(RemotePeer& peer, RemotePeer::Entry entry);
  void Disconnect(RemotePeer& peer, PathId path);
  static bool Connects(const RemotePeer& peer, PathId path) {
    return FindEntry(peer, path) != nullptr;
  }
  static const RemotePeer::Entry* FindEntry(const RemotePeer& peer, PathId path);
  static RemotePeer::Entry* FindEntry(RemotePeer& peer, PathId path);

  size_t size() const { return peers_.size(); }
  // Memory that all entries take.
  size_t bytes() const { return bytes_; }
  // Gives back what a crowd that left no longer needs.
  void Compact() { GiveBack(peers_); }

 private:
  struct Member {
    SharedText network;
    PeerId id;
  };
  struct ByNetwork {
    using is_transparent = void;
    using Key = std::pair<std::string_view, PeerId>;
    static Key Of(const Member& member) {
      return {member.network == nullptr ? std::string_view() : *member.network, member.id};
    }
    static const Key& Of(const Key& key) { return key; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return Of(a) < Of(b);
    }
  };
  struct Path {
    absl::btree_set<Member, ByNetwork> peers;
    size_t bytes = 0;
  };
  void Enlist(const RemotePeer& peer, const RemotePeer::Entry& entry);
  void Delist(const RemotePeer& peer, const RemotePeer::Entry& entry);

  absl::flat_hash_map<PeerId, std::unique_ptr<RemotePeer>> peers_;
  absl::flat_hash_map<PathId, Path> paths_;
  size_t bytes_ = 0;
};

}  // namespace pigeonhub
