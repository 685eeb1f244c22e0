// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/remote_peers.h"

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
  for (const RemotePeer::Way& way : peer.ways) Delist(peer, way);
  const PeerId id = peer.id;  // goes with the peer
  peers_.erase(id);
}

void RemotePeerTable::Connect(RemotePeer& peer, RemotePeer::Way way) {
  RemotePeer::Way* known = FindWay(peer, way.path);
  if (known != nullptr) Delist(peer, *known);
  Enlist(peer, way);
  if (known != nullptr && known->generation == way.generation) {
    *known = std::move(way);
    return;
  }
  if (known != nullptr) peer.ways.erase(peer.ways.begin() + (known - peer.ways.data()));
  auto place = std::find_if(peer.ways.begin(), peer.ways.end(), [&](const RemotePeer::Way& one) {
    return one.generation < way.generation;
  });
  peer.ways.insert(place, std::move(way));
}

void RemotePeerTable::Disconnect(RemotePeer& peer, PathId path) {
  const RemotePeer::Way* way = FindWay(peer, path);
  if (way == nullptr) return;
  Delist(peer, *way);
  peer.ways.erase(peer.ways.begin() + (way - peer.ways.data()));
}

void RemotePeerTable::Enlist(const RemotePeer& peer, const RemotePeer::Way& way) {
  paths_[way.path].peers.insert({way.network, peer.id});
}

void RemotePeerTable::Delist(const RemotePeer& peer, const RemotePeer::Way& way) {
  paths_[way.path].peers.erase(ByNetwork::Of(Member{way.network, peer.id}));
}

std::vector<PeerId> RemotePeerTable::PeersOn(PathId path) const {
  std::vector<PeerId> ids;
  for (const Member& member : paths_.at(path).peers) ids.push_back(member.id);
  return ids;
}

std::vector<PeerId> RemotePeerTable::PeersOn(PathId path, std::string_view network) const {
  std::vector<PeerId> ids;
  const auto& all = paths_.at(path).peers;
  for (auto it = all.lower_bound(ByNetwork::Key(network, PeerId())); it != all.end(); ++it) {
    if (ByNetwork::Of(*it).first != network) break;
    ids.push_back(it->id);
  }
  return ids;
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
