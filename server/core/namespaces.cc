// SPDX-License-Identifier: Apache-2.0
#include "server/core/namespaces.h"

#include <algorithm>

namespace pigeonhub {

Namespace* NamespaceTable::Find(const NamespaceKey& key) const {
  auto it = table_.find(key);
  return it == table_.end() ? nullptr : it->second.get();
}

Namespace& NamespaceTable::FindOrAdd(const NamespaceKey& key) {
  std::unique_ptr<Namespace>& slot = table_[key];
  if (slot == nullptr) {
    slot = std::make_unique<Namespace>();
    slot->key = key;
    slot->name = std::make_shared<const std::string>(key.name);
  }
  return *slot;
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
  const NamespaceKey key = network.key;  // the key inside goes with it
  table_.erase(key);
}

bool IsValidNamespaceName(std::string_view name, size_t limit) {
  if (name.empty() || name.size() > limit) return false;
  return std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace pigeonhub
