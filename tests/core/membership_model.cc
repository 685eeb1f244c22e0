// SPDX-License-Identifier: Apache-2.0

#include "tests/core/membership_model.h"

#include <algorithm>

namespace pigeonhub {

std::optional<ConnectionId> MembershipModel::HolderOf(const PeerId& id) const {
  for (const auto& [connection, peer] : peers_) {
    if (peer.id == id) return connection;
  }
  return std::nullopt;
}

bool MembershipModel::IsLink(ConnectionId connection) const {
  return NetworkOf(connection) == mesh_;
}

std::optional<std::string> MembershipModel::NetworkOf(ConnectionId connection) const {
  auto it = peers_.find(connection);
  return it == peers_.end() ? std::nullopt : it->second.network;
}

void MembershipModel::Open(ConnectionId connection, const PeerId& id) {
  if (!HolderOf(id).has_value()) {
    peers_[connection].id = id;
  } else if (challenges_.contains(id)) {
    closes_.insert(connection);
  } else {
    challenges_[id] = {connection, now_ + kProbeTimeout};
  }
}

void MembershipModel::SignOfLife(ConnectionId connection) {
  auto it = peers_.find(connection);
  if (it == peers_.end()) return;
  if (auto claims = claims_.find(connection); claims != claims_.end()) {
    claims->second.silent_until.reset();
    claims->second.looked_into.reset();
  }
  auto challenge = challenges_.find(it->second.id);
  if (challenge == challenges_.end()) return;
  closes_.insert(challenge->second.newcomer);
  challenges_.erase(challenge);
}

void MembershipModel::Gone(ConnectionId connection) {
  for (const auto& [id, challenge] : challenges_) {
    if (challenge.newcomer != connection) continue;
    challenges_.erase(id);
    return;
  }
  Leave(connection);
}

void MembershipModel::Goodbye(ConnectionId connection) {
  closes_.insert(connection);
  Leave(connection);
}

void MembershipModel::Leave(ConnectionId connection) {
  auto it = peers_.find(connection);
  if (it == peers_.end()) return;
  LoseLink(connection);
  const PeerId id = it->second.id;
  peers_.erase(it);
  const Claims claims = claims_[connection];
  claims_.erase(connection);
  auto challenge = challenges_.find(id);
  if (challenge != challenges_.end()) {
    peers_[challenge->second.newcomer].id = id;
    challenges_.erase(challenge);
  }
  if (claims.looked_into.has_value()) Tell(id, *claims.looked_into);
}

void MembershipModel::LoseLink(ConnectionId connection) {
  for (auto& [id, peer] : remote_) std::erase(peer.hubs, connection);
  std::erase_if(remote_, [](const auto& entry) { return entry.second.hubs.empty(); });
  for (auto& [of, claims] : claims_) {
    for (std::optional<Claim>* claim : {&claims.looked_into, &claims.waiting}) {
      if (claim->has_value() && (*claim)->hub == connection) claim->reset();
    }
  }
}

void MembershipModel::Announce(ConnectionId connection, const std::string& network, int words) {
  SignOfLife(connection);
  Peer& peer = peers_.at(connection);
  if (peer.network == mesh_ && network != mesh_) LoseLink(connection);
  peer.network = network;
  peer.words = words;
  remote_.erase(peer.id);
}

void MembershipModel::Report(ConnectionId hub, const PeerId& peer, const std::string& network,
                             int words) {
  SignOfLife(hub);
  if (IsLink(hub) && network != mesh_) Tell(peer, {hub, network, words});
}

void MembershipModel::Tell(const PeerId& peer, const Claim& claim) {
  const auto& [hub, network, words] = claim;
  if (const std::optional<ConnectionId> holder = HolderOf(peer)) {
    if (IsLink(*holder)) return;
    auto [of, is_first] = claims_.try_emplace(*holder);
    Claims& claims = of->second;
    if (is_first) {
      LookInto(claims, claim);
    } else if (claims.looked_into.has_value() && claims.looked_into->hub == hub) {
      claims.looked_into = claim;
    } else {
      claims.waiting = claim;
    }
    return;
  }
  auto it = remote_.find(peer);
  if (it == remote_.end() || it->second.network != network) {
    remote_[peer] = {network, words, {hub}};
    return;
  }
  Remote& known = it->second;
  if (known.hubs.front() == hub) {
    known.words = words;
  } else if (std::find(known.hubs.begin(), known.hubs.end(), hub) == known.hubs.end()) {
    known.hubs.push_back(hub);
  }
}

void MembershipModel::LookInto(Claims& claims, const Claim& claim) {
  claims.rest_until = now_ + kClaimRest;
  claims.silent_until = now_ + kProbeTimeout;
  claims.looked_into = claim;
}

void MembershipModel::Withdraw(ConnectionId hub, const PeerId& peer, const std::string& network,
                               bool goodbye) {
  SignOfLife(hub);
  if (!IsLink(hub)) return;
  if (const auto holder = HolderOf(peer); holder.has_value() && claims_.contains(*holder)) {
    Claims& claims = claims_.at(*holder);
    for (std::optional<Claim>* claim : {&claims.looked_into, &claims.waiting}) {
      if (claim->has_value() && (*claim)->hub == hub) claim->reset();
    }
  }
  auto it = remote_.find(peer);
  if (it == remote_.end()) return;
  std::vector<ConnectionId>& hubs = it->second.hubs;
  if (std::find(hubs.begin(), hubs.end(), hub) == hubs.end()) return;
  if (it->second.network != network) return;
  std::erase(hubs, hub);
  if (goodbye || hubs.empty()) remote_.erase(it);
}

void MembershipModel::Signal(ConnectionId connection, const PeerId& from, const PeerId& target,
                             const std::string& network) {
  SignOfLife(connection);
  const Peer& sender = peers_.at(connection);
  const bool for_another = IsLink(connection) && from != sender.id;
  if (for_another) {
    auto it = remote_.find(from);
    if (it == remote_.end() || it->second.network != network ||
        std::count(it->second.hubs.begin(), it->second.hubs.end(), connection) == 0) {
      return;
    }
  } else if (sender.network != network) {
    return;
  }
  const PeerId& speaker = for_another ? from : sender.id;

  if (const std::optional<ConnectionId> local = HolderOf(target)) {
    if (NetworkOf(*local) == network) deliveries_.emplace(*local, speaker, target);
    return;
  }
  auto far = remote_.find(target);
  if (far != remote_.end()) {
    if (far->second.network != network) return;
    for (ConnectionId hub : far->second.hubs) {
      if (for_another && hub == connection) continue;
      deliveries_.emplace(hub, speaker, target);
      return;
    }
    return;
  }
  if (for_another) return;
  for (const auto& [other, peer] : peers_) {
    if (other != connection && IsLink(other)) deliveries_.emplace(other, speaker, target);
  }
}

void MembershipModel::Advance(Duration by) {
  const Duration end = now_ + by;
  while (PassDeadline(end)) continue;
  now_ = end;
}

bool MembershipModel::PassDeadline(Duration end) {
  Duration next = end + Duration(1);
  for (const auto& [id, challenge] : challenges_) next = std::min(next, challenge.deadline);
  for (const auto& [of, claims] : claims_) {
    next = std::min({next, claims.rest_until, claims.silent_until.value_or(next)});
  }
  if (next > end) return false;
  now_ = next;
  const auto replaced = [this](ConnectionId holder) {
    closes_.insert(holder);
    Leave(holder);
    return true;
  };
  for (const auto& [id, challenge] : challenges_) {
    if (challenge.deadline == now_) return replaced(*HolderOf(id));
  }
  for (const auto& [of, claims] : claims_) {
    if (claims.silent_until == now_) return replaced(of);
  }
  for (auto& [of, claims] : claims_) {
    if (claims.rest_until != now_) continue;
    const std::optional<Claim> waiting = std::exchange(claims.waiting, std::nullopt);
    if (waiting.has_value() && !IsLink(of)) {
      LookInto(claims, *waiting);
    } else {
      claims_.erase(of);
    }
    return true;
  }
  return true;
}

std::map<PeerId, int> MembershipModel::KnownTo(ConnectionId connection) const {
  std::map<PeerId, int> known;
  const std::optional<std::string> network = NetworkOf(connection);
  if (!network.has_value()) return known;
  for (const auto& [other, peer] : peers_) {
    if (other != connection && peer.network == network) known[peer.id] = peer.words;
  }
  for (const auto& [id, peer] : remote_) {
    if (peer.network == *network) known[id] = peer.words;
  }
  return known;
}

std::map<PeerId, std::pair<std::string, int>> MembershipModel::ToldTo(ConnectionId link) const {
  std::map<PeerId, std::pair<std::string, int>> told;
  if (!is_hub_ || !IsLink(link)) return told;
  for (const auto& [other, peer] : peers_) {
    if (peer.network.has_value() && peer.network != mesh_) {
      told[peer.id] = {*peer.network, peer.words};
    }
  }
  for (const auto& [id, peer] : remote_) {
    if (peer.hubs != std::vector<ConnectionId>{link}) told[id] = {peer.network, peer.words};
  }
  return told;
}

size_t MembershipModel::networks() const {
  std::set<std::string> names;
  for (const auto& [connection, peer] : peers_) {
    if (peer.network.has_value()) names.insert(*peer.network);
  }
  return names.size();
}

}  // namespace pigeonhub
