// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/remote_peers.h"

#include <algorithm>
#include <utility>

namespace pigeonhub {
namespace {

// What an entry takes in all tables, beside its texts.
constexpr size_t kBareEntry = 600;

size_t SizeOf(const RemotePeer::Entry& entry) {
  const size_t name = entry.network == nullptr ? 0 : entry.network->size();
  return kBareEntry + name + entry.profile.size();
}

}  // namespace

uint64_t RemotePeer::HighestGeneration() const {
  uint64_t highest = 0;
  for (const Entry& entry : entries) highest = std::max(highest, entry.generation);
  return highest;
}

void RemotePeerTable::AddPath(PathId path) { paths_.try_emplace(path); }

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
  for (const RemotePeer::Entry& entry : peer.entries) Delist(peer, entry);
  const PeerId id = peer.id;  // goes with the peer
  peers_.erase(id);
}

void RemotePeerTable::Connect(RemotePeer& peer, RemotePeer::Entry entry) {
  RemotePeer::Entry* known = FindEntry(peer, entry.path);
  if (known != nullptr) Delist(peer, *known);
  Enlist(peer, entry);
  const auto is_last = [](const RemotePeer::Entry& one) { return one.generation == 0; };
  if (known != nullptr && is_last(*known) == is_last(entry)) {
    *known = std::move(entry);
    return;
  }
  if (known != nullptr) peer.entries.erase(peer.entries.begin() + (known - peer.entries.data()));
  const auto place = is_last(entry)
                         ? peer.entries.end()
                         : std::find_if(peer.entries.begin(), peer.entries.end(), is_last);
  peer.entries.insert(place, std::move(entry));
}

void RemotePeerTable::Disconnect(RemotePeer& peer, PathId path) {
  const RemotePeer::Entry* entry = FindEntry(peer, path);
  if (entry == nullptr) return;
  Delist(peer, *entry);
  peer.entries.erase(peer.entries.begin() + (entry - peer.entries.data()));
}

void RemotePeerTable::Enlist(const RemotePeer& peer, const RemotePeer::Entry& entry) {
  Path& path = paths_[entry.path];
  path.peers.insert({entry.network, peer.id});
  path.bytes += SizeOf(entry);
  bytes_ += SizeOf(entry);
}

void RemotePeerTable::Delist(const RemotePeer& peer, const RemotePeer::Entry& entry) {
  Path& path = paths_[entry.path];
  path.peers.erase(ByNetwork::Of(Member{entry.network, peer.id}));
  path.bytes -= SizeOf(entry);
  bytes_ -= SizeOf(entry);
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

std::vector<RemotePeerTable::Place> RemotePeerTable::After(const Place& place,
                                                           std::string_view only,
                                                           size_t most) const {
  std::vector<PathId> paths;
  for (const auto& [path, peers] : paths_) {
    if (path >= place.path) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Place> places;
  for (const PathId path : paths) {
    const auto& all = paths_.at(path).peers;
    auto it = path == place.path ? all.upper_bound(ByNetwork::Key(place.network, place.id))
                                 : all.lower_bound(ByNetwork::Key(only, PeerId()));
    for (; it != all.end(); ++it) {
      const auto [network, id] = ByNetwork::Of(*it);
      if (!only.empty() && network != only) break;
      if (places.size() == most) return places;
      places.push_back({path, std::string(network), id});
    }
  }
  return places;
}

size_t RemotePeerTable::BytesOn(PathId path) const {
  const auto it = paths_.find(path);
  return it == paths_.end() ? 0 : it->second.bytes;
}

const RemotePeer::Entry* RemotePeerTable::FindEntry(const RemotePeer& peer, PathId path) {
  auto entry = std::find_if(peer.entries.begin(), peer.entries.end(),
                            [&](const auto& one) { return one.path == path; });
  return entry == peer.entries.end() ? nullptr : &*entry;
}

RemotePeer::Entry* RemotePeerTable::FindEntry(RemotePeer& peer, PathId path) {
  auto entry = std::find_if(peer.entries.begin(), peer.entries.end(),
                            [&](const auto& one) { return one.path == path; });
  return entry == peer.entries.end() ? nullptr : &*entry;
}

}  // namespace pigeonhub
