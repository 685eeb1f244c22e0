// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/link_setup.h"

#include <memory>
#include <utility>

#include "server/core/message.h"
#include "server/core/peers/pending_list.h"

namespace pigeonhub {

Link& LinkSetup::Add(Turn& turn, ConnectionId connection) {
  turn.effects.push_back(WatchLink{connection});
  return links_.Add(connection, turn.now);
}

void LinkSetup::OpenFrom(Turn& turn, Peer& peer) {
  Link& link = Add(turn, peer.connection);
  link.peer = &peer;
  link.hub = peer.id;
  if (peer.hub_key != nullptr) link.hub_key = *peer.hub_key;
  peer.link = link.path;
  if (SpeaksMesh(peer.profile)) {
    turn.Send(link.connection, self_.AnswerTo(peer.id));
    return BecomeMesh(turn, link, peer.id);
  }
  BecomeReference(turn, link);
  remote_presence_.AddPath(link.path);
  turn.Emit(LinkUp{peer.id});
}

void LinkSetup::OpenTo(Turn& turn, const DialTarget& dial_target) {
  Link& link = Add(turn, *dial_target.connection);
  link.dial_target = dial_target.id;
  remote_presence_.AddPath(link.path);

  turn.Send(link.connection,
            outbound::HubAnnounce{std::make_shared<const std::string>(self_.mesh_namespace()),
                                  std::make_shared<const HubDetails>(self_.Describe())});
  // A reference hub answers the announce with nothing that is always there; but it keeps the order,
  // so when the answer to this is there, it was a reference hub.
  turn.Send(link.connection, outbound::Ping{});
}

void LinkSetup::BecomeReference(Turn& turn, Link& link) {
  link.BecomeReference();
  if (!links_.Hears(link, Whose::kOwn)) return;
  // Everything it should know so far; what happens from now on is announced as it happens. It
  // goes as a list, because it may be long.
  PendingList list;
  for (const auto& [order, local] : peers_.in_order()) {
    if (local->published) list.Append({local->id, /*for_link=*/true});
  }
  if (links_.Hears(link, Whose::kRemote)) {
    const auto append_behind = [&](PathId path) {
      if (!remote_.HasPath(path)) return;
      for (const PeerId& far : remote_.PeersOn(path)) {
        if (!self_.IsHubMesh(*remote_.Find(far)->network)) list.Append({far, /*for_link=*/true});
      }
    };
    for (const auto& other : links_.all()) {
      if (other.get() != &link) append_behind(other->path);
    }
    for (const auto& [id, hub] : mesh_hubs_.all()) append_behind(hub->path);
  }
  introductions_.SendToLink(turn, link, std::move(list));
}

void LinkSetup::BecomeMesh(Turn& turn, Link& link, const PeerId& hub, bool plain_server) {
  link.BecomeMesh(hub);
  link.plain_server = plain_server;
  map_.MarkChanged();
  turn.Emit(LinkUp{hub, plain_server});
}

void LinkSetup::Remove(Turn& turn, PathId path) {
  const std::unique_ptr<Link> link = links_.Remove(path);
  link_sender_.Forget(turn, *link);
  if (link->is_mesh()) map_.MarkChanged();
  const size_t withdrawn = remote_presence_.RemovePath(turn, path, link.get());
  if (link->hub.has_value()) turn.Emit(DescribeEnd(turn.now, *link, withdrawn));
}

}  // namespace pigeonhub
