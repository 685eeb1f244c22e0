// SPDX-License-Identifier: Apache-2.0
#include "server/core/remote_peers.h"

#include <algorithm>

namespace pigeonhub {

void RemotePeerTable::AddPath(PathId path, const PeerId& hub) { paths_[path].hub = hub; }

std::vector<RemotePeer*> RemotePeerTable::RemovePath(PathId path) {
  std::vector<RemotePeer*> lost;
  auto it = paths_.find(path);
  if (it == paths_.end()) return lost;
  lost.reserve(it->second.peers.size());
  for (const PeerId& id : it->second.peers) {
    RemotePeer* peer = Find(id);
    auto way = std::find(peer->paths.begin(), peer->paths.end(), path);
    peer->paths.erase(way);
    lost.push_back(peer);
  }
  paths_.erase(it);
  return lost;
}

RemotePeer* RemotePeerTable::Find(const PeerId& id) const {
  auto it = peers_.find(id);
  return it == peers_.end() ? nullptr : it->second.get();
}

RemotePeer& RemotePeerTable::Add(const PeerId& id) {
  auto peer = std::make_unique<RemotePeer>();
  peer->id = id;
  RemotePeer& added = *peer;
  peers_[id] = std::move(peer);
  return added;
}

void RemotePeerTable::Remove(RemotePeer& peer) {
  for (PathId path : peer.paths) paths_[path].peers.erase(peer.id);
  const PeerId id = peer.id;  // goes with the peer
  peers_.erase(id);
}

void RemotePeerTable::Connect(RemotePeer& peer, PathId path) {
  if (Connects(peer, path)) return;
  peer.paths.push_back(path);
  paths_[path].peers.insert(peer.id);
}

void RemotePeerTable::Disconnect(RemotePeer& peer, PathId path) {
  auto way = std::find(peer.paths.begin(), peer.paths.end(), path);
  if (way == peer.paths.end()) return;
  peer.paths.erase(way);
  paths_[path].peers.erase(peer.id);
}

bool RemotePeerTable::Connects(const RemotePeer& peer, PathId path) {
  return std::find(peer.paths.begin(), peer.paths.end(), path) != peer.paths.end();
}

}  // namespace pigeonhub
