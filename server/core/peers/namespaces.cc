// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/namespaces.h"

#include <algorithm>
#include <utility>

namespace pigeonhub {

Origin OriginOf(const Peer& peer) {
  return {peer.id.text(), peer.address,
          peer.network == nullptr ? std::string_view() : *peer.network->name};
}

Namespace* NamespaceTable::Find(std::string_view name) const {
  auto it = table_.find(name);
  return it == table_.end() ? nullptr : it->second.get();
}

Namespace& NamespaceTable::FindOrAdd(std::string_view name) {
  if (Namespace* known = Find(name)) return *known;
  auto network = std::make_unique<Namespace>();
  network->name = std::make_shared<const std::string>(name);
  return *(table_[*network->name] = std::move(network));
}

void NamespaceTable::LocalJoined(Namespace& network) {
  if (network.local.size() == 1) ++with_local_members_;
}

void NamespaceTable::LocalLeft(Namespace& network) {
  if (!network.local.empty()) return;
  --with_local_members_;
  RemoveIfEmpty(network);
}

void NamespaceTable::RemoteLeft(Namespace& network) { RemoveIfEmpty(network); }

void NamespaceTable::RemoveIfEmpty(Namespace& network) {
  if (network.size() > 0) return;
  table_.erase(table_.find(*network.name));
}

bool IsValidNamespaceName(std::string_view name, size_t limit) {
  if (name.empty() || name.size() > limit) return false;
  return std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace pigeonhub
