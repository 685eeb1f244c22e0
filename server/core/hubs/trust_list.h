// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <optional>
#include <utility>

#include "server/base/key_pair.h"
#include "server/core/ids.h"
#include "server/core/mesh_message.h"

namespace pigeonhub {

// The operator's list of hubs and their keys (TrustHubs). Where there is one nobody else is a hub.
class TrustList {
 public:
  // Empty: no list from now on.
  void Set(std::optional<std::map<PeerId, PublicKey>> keys) { keys_ = std::move(keys); }

  bool exists() const { return keys_.has_value(); }
  // Without a list everybody is on it, with any key.
  bool Has(const PeerId& hub) const { return !exists() || keys_->contains(hub); }
  bool Has(const PeerId& hub, const std::optional<PublicKey>& key) const {
    if (!exists()) return true;
    const auto it = keys_->find(hub);
    return it != keys_->end() && key == it->second;
  }
  bool Has(const HubNode& node) const {
    return !exists() || (node.seal != nullptr && Has(node.id, node.seal->signing_key));
  }

 private:
  std::optional<std::map<PeerId, PublicKey>> keys_;
};

}  // namespace pigeonhub
