// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/connections.h"

#include <memory>
#include <utility>

#include "server/base/address.h"
#include "server/core/mesh_message.h"
#include "server/core/peers/namespaces.h"

namespace pigeonhub {
namespace {

Origin OriginOf(const PeerDisconnected& event) {
  return {event.peer.text(), event.address,
          event.network == nullptr ? std::string_view() : std::string_view(*event.network)};
}

}  // namespace

void Connections::Bind(Turn& turn, ConnectionId connection, const Newcomer& newcomer) {
  const PeerId& id = newcomer.id;
  if (quarantined_.Refuse(turn, id)) {
    turn.Close(connection, Reason::kHubQuarantined);
    return turn.Emit(HubRefused{id, Reason::kHubQuarantined, newcomer.address});
  }
  Peer& peer = peers_.Add(id, connection);
  peer.connected_at = peer.last_activity = turn.now.unix_ms;
  peer.bound_at = turn.now.steady;
  peer.address = newcomer.address;
  peer.at_loopback = IsLoopback(newcomer.address);
  peer.hub_credential = newcomer.hub_credential;
  peer.hub_credential_reason = newcomer.hub_credential_reason;
  peer.has_mesh_key = newcomer.has_mesh_key;
  if (newcomer.hub_key.has_value()) {
    peer.hub_key = std::make_unique<const PublicKey>(*newcomer.hub_key);
  }
  peer.entrance = newcomer.entrance;
  peer.claims = newcomer.claims;
  if (const RemotePeer* known = remote_.Find(id)) {
    peer.generation = mesh::GenerationAbove(known->HighestGeneration());
  }
  time_limits_.ExpectAnnounce(turn, connection);
  time_limits_.ExpectTokenEnd(turn, peer);
  turn.counters.connections_opened.Add();
  turn.Send(connection, outbound::Connected{id});
  turn.Emit(PeerConnected{id, peer.address, peers_.size()});
  if (registry_.FindGrant(id) != nullptr && peer.entrance != Entrance::kPeers) {
    standing_.Register(turn, peer);
  }
}

void Connections::Remove(Turn& turn, Peer& peer, const Departure& departure) {
  PeerDisconnected event = Describe(turn, peer, departure.reason, departure.code);
  if (Link* link = links_.Of(peer)) {
    link->end = EndOf(departure.reason, departure.code, departure.text);
  }

  std::string text(departure.text);
  if (text.empty()) {
    const bool unexplained =
        departure.reason == Reason::kPeerClosed || departure.reason == Reason::kTransportLost;
    text = unexplained ? "disconnected" : std::string(ReasonName(departure.reason));
  }
  if (peer.network != nullptr) membership_.Leave(turn, peer, text, departure.goodbye);
  turn.EmitRest(peer.connection);
  const bool was_hub = peer.is_hub;
  if (was_hub) standing_.Unregister(turn, peer);
  time_limits_.Forget(peer);
  peers_.Remove(peer);
  event.total_connections = peers_.size();
  turn.CountEnd(departure.reason, OriginOf(event));
  TellDeparture(turn, event);
  if (was_hub) departures_.NoteHub(event.peer);
  cleanup_.Ask(turn.now.steady);
}

void Connections::RemoveAll(Turn& turn, Reason reason) {
  const uint16_t code = CloseFrameFor(reason).code;
  // n closes instead of n * n messages.
  while (!peers_.in_order().empty()) {
    Peer* peer = peers_.in_order().begin()->second;
    turn.Close(peer->connection, reason);
    turn.CountEnd(reason);
    if (peer->is_hub) {
      registry_.Unregister(peer->id);
      turn.Emit(HubUnregistered{peer->id, registry_.records().size()});
    }
    if (Link* link = links_.Of(*peer)) {
      const size_t withdrawn = remote_.HasPath(link->path) ? remote_.CountOn(link->path) : 0;
      link->end = EndOf(reason, code);
      turn.Emit(DescribeEnd(turn.now, *link, withdrawn));
    }
    turn.EmitRest(peer->connection);
    PeerDisconnected event = Describe(turn, *peer, reason, code);
    if (peer->network != nullptr) {
      peer->network->local.Remove(*peer);
      if (peer->network->local.empty()) turn.Emit(NamespaceRemoved{event.network});
    }
    peers_.Remove(*peer);
    event.total_connections = peers_.size();
    TellDeparture(turn, event);
  }
  time_limits_.Clear();
}

PeerDisconnected Connections::Describe(const Turn& turn, const Peer& peer, Reason reason,
                                       uint16_t code) {
  return {.peer = peer.id,
          .reason = reason,
          .code = code,
          .network = peer.network == nullptr ? nullptr : peer.network->name,
          .address = peer.address,
          .connected_for = turn.now.steady - peer.bound_at,
          .messages = peer.messages,
          .bytes = peer.bytes};
}

void Connections::TellDeparture(Turn& turn, const PeerDisconnected& event) {
  departures_.Note(turn.now.steady, event, turn.next_event());
  turn.Emit(event);
  auto news =
      mass_departures_.OnLeft(turn.now.steady, event.reason, OriginOf(event), peers_.size() + 1);
  if (news.has_value()) turn.Emit(std::move(*news));
}

void Connections::EmitMassDepartures(Turn& turn) {
  if (auto news = mass_departures_.OnTime(turn.now.steady)) turn.Emit(std::move(*news));
}

}  // namespace pigeonhub
