// SPDX-License-Identifier: Apache-2.0
//
// A connection to another hub is a link, whoever dialed: it speaks the PeerPigeon protocol of the
// reference's hubs (docs/protocol.md, "Links"). What it reports becomes remote presence; what
// happens here, and on other links, is told to it.
#include <algorithm>
#include <utility>

#include "server/base/masked_url.h"
#include "server/core/hub_state.h"

namespace pigeonhub {
namespace {

constexpr unsigned kMeshVersion = 1;

}  // namespace

Hub::State::Link& Hub::State::AddLink(const Turn& turn, ConnectionId connection) {
  Link& link = *links.emplace_back(std::make_unique<Link>());
  link.path = PathId(next_path++);
  link.connection = connection;
  link.since = turn.now.unix_ms;
  link.began = turn.now.steady;
  return link;
}

void Hub::State::RemoveLink(Turn& turn, PathId path) {
  const auto found = std::find_if(links.begin(), links.end(),
                                  [&](const auto& link) { return link->path == path; });
  const std::unique_ptr<Link> link = std::move(*found);
  links.erase(found);
  if (link->speaks_mesh) topology_changed = true;
  const size_t withdrawn = OnPathDown(turn, {path});
  if (link->hub.has_value()) Emit(turn, DescribeEnd(turn, *link, withdrawn));
}

LinkEnd Hub::State::EndOf(Reason reason, uint16_t code, std::string_view text) {
  LinkEnd end{LinkEnd::Side::kThisHub, reason, code, std::string(text)};
  if (reason == Reason::kPeerClosed || reason == Reason::kGoodbye) {
    end.side = LinkEnd::Side::kOtherHub;
  } else if (reason == Reason::kTransportLost) {
    end.side = LinkEnd::Side::kNeither;
  }
  if (end.text.empty()) end.text = std::string(ReasonName(reason));
  return end;
}

LinkDown Hub::State::DescribeEnd(const Turn& turn, const Link& link, size_t withdrawn_peers) {
  return {.peer = *link.hub,
          .withdrawn_peers = withdrawn_peers,
          .end = link.end,
          .since = link.since,
          .up_for = turn.now.steady - link.began};
}

void Hub::State::UpdateLink(Turn& turn, Peer& peer) {
  const bool should_link = peer.is_hub && peer.network != nullptr && IsHubMesh(*peer.network);
  if (should_link == peer.link.has_value()) return;
  if (!should_link) {
    const PathId path = *peer.link;
    peer.link.reset();
    return RemoveLink(turn, path);
  }

  Link& link = AddLink(turn, peer.connection);
  link.peer = &peer;
  link.hub = peer.id;
  peer.link = link.path;
  turn.effects.push_back(WatchLink{peer.connection});
  if (SpeaksMesh(peer.profile)) {
    SendTo(turn, link.connection, AnswerTo(peer.id));
    SettleAsMesh(turn, link, peer.id);
  } else {
    SettleAsReference(turn, link);
    OnPathUp({link.path, peer.id});
    Emit(turn, LinkUp{peer.id});
  }
  DialAgain(turn, peer.id);
}

void Hub::State::OpenUplink(Turn& turn, Uplink& uplink) {
  Link& link = AddLink(turn, *uplink.connection);
  link.uplink = uplink.id;
  turn.effects.push_back(WatchLink{link.connection});
  OnPathUp({link.path, uplink.hub.value_or(PeerId())});

  SendTo(turn, link.connection,
         outbound::HubAnnounce{std::make_shared<const std::string>(mesh_namespace),
                               std::make_shared<const HubDetails>(DescribeSelf())});
  // A reference hub answers the announce with nothing that is always there; but it keeps the order,
  // so when the answer to this is there, it was a reference hub.
  SendTo(turn, link.connection, outbound::Ping{});
}

HubDetails Hub::State::DescribeSelf() const {
  HubDetails self;
  self.host = own_host;
  self.port = own_port;
  self.region = options.region;
  self.capabilities = options.capabilities;
  self.url = own_url;
  self.mesh_version = kMeshVersion;
  return self;
}

outbound::HubAnswer Hub::State::AnswerTo(const PeerId& hub) const {
  HubDetails self = DescribeSelf();
  self.answers = hub;
  return {std::make_shared<const std::string>(mesh_namespace), options.hub_peer_id,
          std::make_shared<const HubDetails>(std::move(self))};
}

void Hub::State::SettleAsReference(Turn& turn, Link& link) {
  link.settled = true;
  if (!Tells(link, Whose::kOwn)) return;
  // Everything it should know so far; what happens from now on is published as it happens. It
  // goes as a list, because it may be long.
  auto list = std::make_unique<PendingList>();
  for (const auto& [order, local] : peers.in_order()) {
    if (local->published) list->Append({local->id, /*for_link=*/true});
  }
  if (Tells(link, Whose::kRemote)) {
    const auto tell = [&](PathId path) {
      if (!remote.HasPath(path)) return;
      for (const PeerId& far : remote.PeersOn(path)) {
        if (!IsHubMesh(*remote.Find(far)->network)) list->Append({far, /*for_link=*/true});
      }
    };
    for (const auto& other : links) {
      if (other.get() != &link) tell(other->path);
    }
    for (const auto& [id, hub] : mesh_hubs) tell(hub->path);
  }
  if (link.peer == nullptr) {
    if (list->empty()) return;
    TellPiece(turn, link.connection, *list, nullptr);
    if (!list->empty()) link.uplink_list = std::move(list);
    return;
  }
  if (link.peer->list != nullptr) {
    while (const auto entry = link.peer->list->Next()) list->Append(*entry);
  } else {
    ++link.peer->network->lists_pending;
  }
  link.peer->list = std::move(list);
  TellList(turn, *link.peer);
}

Hub::State::Link* Hub::State::FindLink(PathId path) const {
  auto it = std::find_if(links.begin(), links.end(),
                         [&](const auto& link) { return link->path == path; });
  return it == links.end() ? nullptr : it->get();
}

Hub::State::Link* Hub::State::LinkOf(const Peer& peer) const {
  return peer.link.has_value() ? FindLink(*peer.link) : nullptr;
}

Hub::State::Link* Hub::State::FindUplinkLink(ConnectionId connection) const {
  auto it = std::find_if(links.begin(), links.end(), [&](const auto& link) {
    return link->uplink.has_value() && link->connection == connection;
  });
  return it == links.end() ? nullptr : it->get();
}

std::string Hub::State::UrlOf(const Link& link) {
  return link.uplink.has_value() ? MaskedUrl(uplinks.Find(*link.uplink)->url) : std::string();
}

void Hub::State::Describe(const Link& link, LinkRecord& record) const {
  record.hub = link.hub;
  record.speaks_mesh = link.speaks_mesh;
  record.counts = link.counts;
  PathId path = link.path;
  if (link.speaks_mesh) {
    auto it = mesh_hubs.find(*link.hub);
    if (it == mesh_hubs.end()) return;
    path = it->second->path;
    record.counts.announced += it->second->counts.announced;
    record.counts.relayed += it->second->counts.relayed;
    record.counts.refused += it->second->counts.refused;
    record.counts.forged += it->second->counts.forged;
  }
  if (remote.HasPath(path)) record.remote_peers = PeersBehind(path);
}

size_t Hub::State::PeersBehind(PathId path) const {
  return remote.CountOn(path) - remote.PeersOn(path, mesh_namespace).size();
}

std::string Hub::State::ViaOf(PathId path) {
  const Link* link = FindLink(path);
  if (const MeshHub* hub = FindMeshHub(path)) link = FindMeshLink(hub->next_hop);
  if (link == nullptr) return {};
  return link->uplink.has_value() ? UrlOf(*link) : std::string(link->hub->text());
}

// ---- What a link says

void Hub::State::OnUplinkMessage(Turn& turn, Link& link, const inbound::Message& message) {
  if (!link.greeted) {
    // A hub greets first, the reference's too. Whoever does not is none, as a server that echoes.
    link.greeted = std::holds_alternative<inbound::Connected>(message);
    return;
  }
  if (const auto* signal = std::get_if<inbound::Signal>(&message)) {
    OnRelayedSignal(turn, link, *signal);
  } else if (const auto* report = std::get_if<inbound::PeerReport>(&message)) {
    OnPeerReport(turn, link, *report);
  } else if (const auto* withdrawal = std::get_if<inbound::PeerWithdrawal>(&message)) {
    OnPeerWithdrawal(turn, link, *withdrawal);
  } else if (const auto* goodbye = std::get_if<inbound::Goodbye>(&message)) {
    OnRelayedGoodbye(turn, link, *goodbye);
  } else if (std::holds_alternative<inbound::Pong>(message)) {
    if (link.settled || link.speaks_mesh) return;
    NoteUplinkUp(turn, *uplinks.Find(*link.uplink));
    SettleAsReference(turn, link);
  } else if (const auto* error = std::get_if<inbound::Error>(&message)) {
    if (link.settled || link.speaks_mesh || error->reason.empty()) return;
    OnNotAdmitted(turn, *uplinks.Find(*link.uplink), error->reason);
  } else if (const auto* news = std::get_if<inbound::HubNews>(&message)) {
    if (link.speaks_mesh) OnHubNews(turn, link, *news);
  } else if (const auto* frame = std::get_if<inbound::HubFrame>(&message)) {
    if (link.speaks_mesh) OnHubFrame(turn, link, *frame);
  }
  // The rest is for clients: a reference hub answers with an error what it does not know.
}

void Hub::State::OnPeerReport(Turn& turn, Link& link, const inbound::PeerReport& report) {
  const std::optional<PeerId> peer = PeerId::Parse(report.peer);
  if (!peer.has_value()) {
    ++link.counts.refused;
    return Count(turn, Reason::kInvalidMessage);
  }
  if (report.network == mesh_namespace && link.uplink.has_value()) {
    if (*peer == options.hub_peer_id) return OnOwnIdMet(turn, link);
    const HubDetails* hub = report.profile.hub.get();
    if (hub != nullptr && hub->mesh_version > 0 && hub->answers == options.hub_peer_id) {
      return OnAnswer(turn, link, *peer);
    }
  }
  // The rest a hub of our kind says in frames; and a hub's word about itself is its own announce.
  if (link.speaks_mesh || *peer == link.hub) return;
  ++link.counts.announced;
  OnRemoteJoin(turn, {link.path, *peer, report.network, report.profile});
}

void Hub::State::OnPeerWithdrawal(Turn& turn, Link& link,
                                  const inbound::PeerWithdrawal& withdrawal) {
  const std::optional<PeerId> peer = PeerId::Parse(withdrawal.peer);
  if (!peer.has_value()) {
    ++link.counts.refused;
    return Count(turn, Reason::kInvalidMessage);
  }
  if (link.speaks_mesh) return;
  OnRemoteLeave(turn, {link.path, *peer, withdrawal.network, withdrawal.reason, std::nullopt});
}

void Hub::State::OnRelayedGoodbye(Turn& turn, Link& link, const inbound::Goodbye& goodbye) {
  const std::optional<PeerId> from = PeerId::Parse(goodbye.from);
  if (!from.has_value()) return Count(turn, Reason::kInvalidMessage);
  RawJson payload = goodbye.payload;
  if (payload.text.size() > options.limits.announce_data) {
    // It is repeated to every member, so it is held to the same size as an announce.
    Count(turn, Reason::kGoodbyeTooLarge);
    payload = {};
  }
  OnRemoteLeave(turn, {link.path, *from, goodbye.network, "goodbye", payload});
}

void Hub::State::OnRelayedSignal(Turn& turn, Link& link, const inbound::Signal& signal) {
  const std::optional<PeerId> from = PeerId::Parse(signal.from);
  if (!from.has_value()) {
    ++link.counts.forged;
    return DropSignal(turn, link.hub.value_or(PeerId()), signal, nullptr,
                      Reason::kSignalForgedSender);
  }
  OnRemoteSignal(turn, {link.path, *from, signal});
}

void Hub::State::OnAnswer(Turn& turn, Link& link, const PeerId& hub) {
  if (link.settled || link.speaks_mesh) return;
  Uplink& uplink = *uplinks.Find(*link.uplink);
  uplink.hub = hub;
  if (RefuseQuarantined(turn, hub)) return StopQuarantined(turn, uplink);
  (void)OnPathDown(turn, {link.path});
  NoteUplinkUp(turn, uplink);
  SettleAsMesh(turn, link, hub);
}

void Hub::State::OnOwnIdMet(Turn& turn, const Link& link) {
  Count(turn, Reason::kSelfConnected);
  StopUplink(turn, *uplinks.Find(*link.uplink), Reason::kSelfConnected,
             "the hub there has this hub's own id");
}

// ---- What a link is told

void Hub::State::UpdatePublished(Turn& turn, Peer& peer) {
  // Hubs of the mesh find each other in its namespace; only ordinary peers are told of, as the
  // reference does.
  const bool publish = !peer.is_hub && !IsHubMesh(*peer.network);
  if (publish) {
    PublishJoin(turn,
                {peer.network->name, peer.id, false, peer.profile.members, /*addressed=*/false},
                Whose::kOwn, AllLinks);
  } else if (peer.published) {
    PublishLeave(turn, {peer.network->name, peer.id, peer.is_hub, "hub", /*addressed=*/false},
                 Whose::kOwn, AllLinks);
  }
  peer.published = publish;
}

void Hub::State::PublishJoin(Turn& turn, const outbound::Discovered& discovered, Whose whose,
                             Audience audience) {
  std::vector<ConnectionId> to;
  for (const auto& link : links) {
    if (!audience(link->path) || !Tells(*link, whose)) continue;
    if (link->list() != nullptr && link->list()->Waits(discovered.peer)) continue;
    to.push_back(link->connection);
  }
  Broadcast(turn, std::move(to), discovered);
}

void Hub::State::PublishLeave(Turn& turn, const outbound::Disconnected& left, Whose whose,
                              Audience audience) {
  std::vector<ConnectionId> to;
  for (const auto& link : links) {
    if (!audience(link->path) || !Tells(*link, whose)) continue;
    if (link->list() != nullptr && link->list()->Forget(left.peer)) continue;
    to.push_back(link->connection);
  }
  Broadcast(turn, std::move(to), left);
}

void Hub::State::RelaySignal(Turn& turn, const Link& link, const PeerId& from, const PeerId& target,
                             const Namespace& network, const inbound::Signal& signal) {
  counters.signals_relayed[static_cast<size_t>(signal.type)].Add();
  NoteSignal(turn, signal, from, target, network, /*to_link=*/true);
  SendTo(turn, link.connection,
         outbound::Signal{signal.type, network.name, from, target, signal.payload});
}

}  // namespace pigeonhub
