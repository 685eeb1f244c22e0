// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/paths.h"

#include "server/base/masked_url.h"

namespace pigeonhub {

LinkCounts* Paths::CountsOf(PathId path) const {
  if (MeshHub* hub = mesh_hubs_.On(path)) return &hub->counts;
  Link* link = links_.Find(path);
  return link == nullptr ? nullptr : &link->counts;
}

const Link* Paths::LinkTowards(PathId path) const {
  if (const MeshHub* hub = mesh_hubs_.On(path)) return links_.FindMesh(hub->next_hop);
  return links_.Find(path);
}

std::string Paths::UrlOf(const Link& link) const {
  if (!link.dial_target.has_value()) return {};
  const DialTarget* target = dial_targets_.Find(*link.dial_target);
  return target == nullptr ? std::string() : MaskedUrl(target->url);
}

std::string Paths::NameOf(PathId path) const {
  const Link* link = LinkTowards(path);
  if (link == nullptr) {
    const MeshHub* hub = mesh_hubs_.On(path);
    return hub == nullptr ? std::string() : std::string(hub->next_hop.text());
  }
  return link->dial_target.has_value() ? UrlOf(*link) : std::string(link->hub->text());
}

void Paths::Describe(const Link& link, LinkRecord& record) const {
  record.hub = link.hub;
  record.speaks_mesh = link.is_mesh();
  record.plain_server = link.plain_server;
  record.counts = link.counts;
  record.messages = link.messages;
  record.bytes = link.bytes;
  record.queued = link.waiting.bytes();
  record.connection.id = link.connection.value();
  PathId path = link.path;
  if (link.is_mesh()) {
    const MeshHub* hub = mesh_hubs_.Find(*link.hub);
    if (hub == nullptr) return;
    path = hub->path;
    record.queued += hub->talk.memory().signals;
    record.counts.announced += hub->counts.announced;
    record.counts.relayed += hub->counts.relayed;
    record.counts.refused += hub->counts.refused;
    record.counts.forged += hub->counts.forged;
  }
  record.remote_peers = PeersBehind(path);
}

size_t Paths::PeersBehind(PathId path) const {
  if (!remote_.HasPath(path)) return 0;
  return remote_.CountOn(path) - remote_.PeersOn(path, self_.mesh_namespace()).size();
}

}  // namespace pigeonhub
