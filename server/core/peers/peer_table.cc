// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/peer_table.h"

#include <utility>

#include "server/core/give_back.h"

namespace pigeonhub {

Peer& PeerTable::Add(const PeerId& id, ConnectionId connection) {
  auto peer = std::make_unique<Peer>();
  peer->id = id;
  peer->connection = connection;
  peer->order = next_order_++;
  Peer& added = *peer;
  by_connection_[connection] = std::move(peer);
  by_id_[id] = &added;
  by_order_[added.order] = &added;
  return added;
}

void PeerTable::Remove(const Peer& peer) {
  by_id_.erase(peer.id);
  by_order_.erase(peer.order);
  by_connection_.erase(peer.connection);
}

Peer* PeerTable::Find(ConnectionId connection) const {
  auto it = by_connection_.find(connection);
  return it == by_connection_.end() ? nullptr : it->second.get();
}

Peer* PeerTable::Find(const PeerId& id) const {
  auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : it->second;
}

void PeerTable::Compact() {
  GiveBack(by_connection_);
  GiveBack(by_id_);
}

}  // namespace pigeonhub
