// SPDX-License-Identifier: Apache-2.0
#include "server/core/remote_peers.h"

#include <algorithm>
#include <utility>

namespace pigeonhub {

void RemotePeerTable::AddPath(PathId path, const PeerId& hub) { paths_[path].hub = hub; }

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
  for (const RemotePeer::Way& way : peer.ways) paths_[way.path].peers.erase(peer.id);
  const PeerId id = peer.id;  // goes with the peer
  peers_.erase(id);
}

void RemotePeerTable::Connect(RemotePeer& peer, RemotePeer::Way way) {
  RemotePeer::Way* known = FindWay(peer, way.path);
  if (known != nullptr && known->generation == way.generation) {
    *known = std::move(way);
    return;
  }
  if (known != nullptr) peer.ways.erase(peer.ways.begin() + (known - peer.ways.data()));
  auto place = std::find_if(peer.ways.begin(), peer.ways.end(), [&](const RemotePeer::Way& one) {
    return one.generation < way.generation;
  });
  paths_[way.path].peers.insert(peer.id);
  peer.ways.insert(place, std::move(way));
}

void RemotePeerTable::Disconnect(RemotePeer& peer, PathId path) {
  const RemotePeer::Way* way = FindWay(peer, path);
  if (way == nullptr) return;
  peer.ways.erase(peer.ways.begin() + (way - peer.ways.data()));
  paths_[path].peers.erase(peer.id);
}

const RemotePeer::Way* RemotePeerTable::FindWay(const RemotePeer& peer, PathId path) {
  auto way = std::find_if(peer.ways.begin(), peer.ways.end(),
                          [&](const auto& one) { return one.path == path; });
  return way == peer.ways.end() ? nullptr : &*way;
}

RemotePeer::Way* RemotePeerTable::FindWay(RemotePeer& peer, PathId path) {
  auto way = std::find_if(peer.ways.begin(), peer.ways.end(),
                          [&](const auto& one) { return one.path == path; });
  return way == peer.ways.end() ? nullptr : &*way;
}

}  // namespace pigeonhub
