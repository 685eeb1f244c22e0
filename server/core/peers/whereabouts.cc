// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/whereabouts.h"

#include <charconv>
#include <utility>

namespace pigeonhub {
namespace {

// "path:id:namespace".
std::string TextOf(const RemotePeerTable::Place& place) {
  return std::to_string(place.path.value()) + ':' + std::string(place.id.text()) + ':' +
         place.network;
}

// The beginning of the list for what is no place.
RemotePeerTable::Place ParsePlace(std::string_view text) {
  uint64_t path = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, path);
  const std::string_view rest(stop, static_cast<size_t>(end - stop));
  if (error != std::errc() || rest.size() < PeerId::kLength + 2 || rest[0] != ':') return {};
  const std::optional<PeerId> id = PeerId::Parse(rest.substr(1, PeerId::kLength));
  if (!id.has_value()) return {};
  return {PathId(path), std::string(rest.substr(PeerId::kLength + 2)), *id};
}

bool Passes(const PeerRecord& peer, const PeerFilter& filter) {
  // What a token says is known to the hub alone that it was shown to.
  return filter.attributes.empty() && (!filter.hubs_only || peer.is_hub) &&
         peer.peer.text().starts_with(filter.id_prefix);
}

}  // namespace

RemotePeerPage Whereabouts::List(const PeerFilter& filter, std::string_view after,
                                 size_t most) const {
  RemotePeerPage page;
  const auto places = remote_.After(ParsePlace(after), filter.network, most);
  page.more = places.size() == most;
  if (!places.empty()) page.next = TextOf(places.back());
  for (const RemotePeerTable::Place& place : places) {
    const RemotePeer& peer = *remote_.Find(place.id);
    // Several hubs may say that they have it: it is shown once, at its owner.
    if (peer.entries.front().path != place.path || peers_.Find(place.id) != nullptr) continue;
    PeerRecord record = RecordOf(peer);
    if (Passes(record, filter)) page.rows.push_back({std::move(record), TextOf(place)});
  }
  return page;
}

std::optional<PeerRecord> Whereabouts::Find(const PeerId& peer) const {
  const RemotePeer* found = remote_.Find(peer);
  if (found == nullptr) return std::nullopt;
  return RecordOf(*found);
}

std::vector<HubRecord> Whereabouts::HubsHeardOf() const {
  std::vector<HubRecord> hubs;
  const Namespace* mesh = namespaces_.Find(self_.mesh_namespace());
  if (mesh == nullptr) return hubs;
  mesh->remote.ForEach([&](const Namespace::RemoteSlot& slot) {
    HubRecord& record = hubs.emplace_back();
    record.peer = slot.member->id;
    record.network = mesh->name;
    record.profile = slot.member->profile;
  });
  return hubs;
}

std::optional<PeerDeparture> Whereabouts::FindDeparted(const Now& now, const PeerId& peer) const {
  const Departed* departed = departures_.Find(now.steady, peer);
  if (departed == nullptr) return std::nullopt;
  return PeerDeparture{.peer = peer,
                       .network = departed->network,
                       .left_at = WallTime(now, departed->at),
                       .reason = departed->reason,
                       .code = departed->code,
                       .event = departed->event,
                       .lost_hub = departed->lost_hub};
}

std::vector<PeerId> Whereabouts::FindDepartedBeginning(const Now& now, std::string_view prefix,
                                                       size_t most) const {
  return departures_.FindBeginning(now.steady, prefix, most);
}

PeerRecord Whereabouts::RecordOf(const RemotePeer& peer) const {
  PeerRecord record;
  record.peer = peer.id;
  record.network = peer.entries.front().network;
  record.profile = peer.profile;
  record.is_hub = peer.profile.is_hub;
  record.remote = PlaceOf(peer.entries.front());
  return record;
}

RemotePlace Whereabouts::PlaceOf(const RemotePeer::Entry& entry) const {
  RemotePlace place{.since = entry.since};
  if (const MeshHub* hub = mesh_hubs_.On(entry.path)) {
    place.hub = hub->id;
    place.is_reachable = hub->CanBeReached();
    const HubMap::Route* route = map_.RouteTo(hub->id);
    place.over_bus = route != nullptr && route->begins_on_bus;
  } else if (const Link* link = paths_.LinkTowards(entry.path)) {
    place.hub = link->hub;
  }
  if (place.is_reachable && !place.over_bus) place.link = paths_.NameOf(entry.path);
  return place;
}

}  // namespace pigeonhub
