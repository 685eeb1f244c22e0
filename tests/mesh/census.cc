// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/census.h"

#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "server/core/hub.h"

namespace pigeonhub::sim {
namespace {

using Members = std::map<PeerId, uint64_t>;  // with the version of their last announce

std::string ToText(const Members& members) {
  std::ostringstream out;
  for (const auto& [peer, version] : members) out << ' ' << Short(peer) << '/' << version;
  return out.str();
}

// What the peers say of themselves, left out.
std::set<PeerId> Ids(const Members& members) {
  std::set<PeerId> ids;
  for (const auto& [peer, version] : members) ids.insert(peer);
  return ids;
}

void CheckHub(World& world, const HubProcess& process,
              const std::map<std::string, Members>& networks, size_t everybody) {
  Verdict& verdict = world.services().verdict;
  const Hub& hub = process.hub();
  size_t local = 0;
  for (const auto& [name, client] : world.clients()) {
    for (const auto& [number, session] : client->sessions()) {
      if (session.hub != process.name()) continue;
      ++local;
      const auto record = hub.FindPeer(client->id());
      if (!record.has_value() || record->network == nullptr ||
          *record->network != session.network) {
        verdict.Fail(5, "hub " + process.name() + " does not have " + name + " where it is");
      }
    }
  }
  const HubStats stats = hub.Stats();
  if (stats.connections < local || stats.connections > local + process.links()) {
    verdict.Fail(7, "hub " + process.name() + " has " + std::to_string(stats.connections) +
                        " connections, of which " + std::to_string(local) + " are clients'");
  }
  // Hubs are peers too, in the hub mesh namespace.
  const size_t all = everybody + world.hubs().size() + world.references().size();
  if (stats.remote_peers > all) {
    verdict.Fail(7, "hub " + process.name() + " keeps " + std::to_string(stats.remote_peers) +
                        " remote peers of " + std::to_string(all) + " that there are");
  }
  for (const NamespaceRecord& record : hub.ListNamespaces("", "", 100)) {
    if (record.is_hub_mesh) continue;
    // A reference hub cannot say what it wants, so it is told everything.
    if (record.local_peers == 0 && process.reference_links() == 0) {
      verdict.Fail(7, "hub " + process.name() + " keeps " + std::to_string(record.remote_peers) +
                          " members of " + record.name + ", where it has none of its own");
    }
    auto it = networks.find(record.name);
    const size_t members = it == networks.end() ? 0 : it->second.size();
    if (record.local_peers + record.remote_peers > members) {
      verdict.Fail(5, "hub " + process.name() + " counts " +
                          std::to_string(record.local_peers + record.remote_peers) +
                          " members of " + record.name + ", not " + std::to_string(members));
    }
  }
}

}  // namespace

void CheckCensus(World& world) {
  Verdict& verdict = world.services().verdict;
  std::map<std::string, Members> networks;
  size_t everybody = 0;
  for (const auto& [name, client] : world.clients()) {
    if (client->sessions().size() > 1) {
      return verdict.Fail(
          5, name + " is connected " + std::to_string(client->sessions().size()) + " times");
    }
    for (const auto& [number, session] : client->sessions()) {
      if (!session.greeted || session.network != session.wanted) {
        return verdict.Fail(5, name + " is connected to " + session.hub + ", but still waits");
      }
      networks[session.network][client->id()] = session.version;
      ++everybody;
    }
  }
  for (const auto& [name, reference] : world.references()) {
    for (const auto& [peer, member] : reference->peers()) {
      networks[member.network][peer] = member.version;
      ++everybody;
    }
  }

  for (const auto& [name, client] : world.clients()) {
    for (const auto& [number, session] : client->sessions()) {
      Members mates = networks[session.network];
      mates.erase(client->id());
      if (session.known == mates) continue;
      const bool right_peers = Ids(session.known) == Ids(mates);
      return verdict.Fail(5, name + " at " + session.hub + " in " + session.network +
                                 (right_peers ? " has old news:" : " knows") +
                                 ToText(session.known) + ", but there are" + ToText(mates));
    }
  }
  for (const auto& [name, reference] : world.references()) {
    if (reference->links().empty()) verdict.Fail(5, "reference hub " + name + " has no link");
    for (const auto& [end, link] : reference->links()) {
      ReferenceHub::Told expected;
      for (const auto& [network, members] : networks) {
        for (const auto& [peer, version] : members) {
          if (!reference->peers().contains(peer)) expected[peer] = {network, version};
        }
      }
      if (link.told == expected) continue;
      std::string difference;
      for (const auto& [peer, said] : link.told) {
        auto it = expected.find(peer);
        if (it == expected.end() || it->second != said) difference += " told " + Short(peer);
      }
      for (const auto& [peer, said] : expected) {
        auto it = link.told.find(peer);
        if (it == link.told.end() || it->second != said) difference += " is " + Short(peer);
      }
      return verdict.Fail(5,
                          "reference hub " + name + " was not told how things are:" + difference);
    }
  }
  for (const auto& [name, process] : world.hubs()) CheckHub(world, *process, networks, everybody);
}

void CheckBans(World& world) {
  Verdict& verdict = world.services().verdict;
  // By target: when it was ordered, and where.
  using Bans = std::map<std::string, std::pair<UnixMillis, PeerId>>;
  std::optional<Bans> first;
  std::string first_name;
  for (const auto& [name, process] : world.hubs()) {
    if (process->of_version_before()) continue;
    Bans bans;
    for (const BanRecord& ban : process->hub().bans().ListAfter(0, 1000)) {
      bans[ban.target.value] = {ban.made_at, ban.hub};
    }
    for (const auto& [peer, ordered_at] : world.surely_banned()) {
      if (bans.contains(std::string(peer.text()))) continue;
      verdict.Fail(9, "hub " + name + " does not know that " + Short(peer) + " is banned");
    }
    for (const auto& [client_name, client] : world.clients()) {
      if (!bans.contains(std::string(client->id().text()))) continue;
      for (const auto& [number, session] : client->sessions()) {
        if (session.hub == name) verdict.Fail(9, client_name + " is banned, and at hub " + name);
      }
    }
    if (first.has_value() && *first != bans) {
      verdict.Fail(9, "hubs " + first_name + " and " + name + " have other bans");
    }
    first = std::move(bans);
    first_name = name;
  }
}

void CheckEmpty(World& world) {
  Verdict& verdict = world.services().verdict;
  for (const auto& [name, process] : world.hubs()) {
    const HubStats stats = process->hub().Stats();
    const size_t hubs = world.hubs().size() + world.references().size();
    if (stats.connections > process->links() || stats.remote_peers > hubs) {
      verdict.Fail(7, "everybody left, but hub " + name + " has " +
                          std::to_string(stats.connections) + " connections and knows " +
                          std::to_string(stats.remote_peers) + " remote peers");
    }
    for (const NamespaceRecord& record : process->hub().ListNamespaces("", "", 100)) {
      if (!record.is_hub_mesh) {
        verdict.Fail(7,
                     "everybody left, but hub " + name + " still has the namespace " + record.name);
      }
    }
    for (const LinkRecord& link : process->hub().Links()) {
      if (link.remote_peers > hubs) {
        verdict.Fail(7, "everybody left, but a link of hub " + name + " leads to " +
                            std::to_string(link.remote_peers) + " peers");
      }
    }
  }
}

}  // namespace pigeonhub::sim
