// SPDX-License-Identifier: Apache-2.0
//
// The seal of a hub's news as text: "hub-seal1:" and base64url of start (eight bytes, the highest
// first), signing key, agreement key and signature. It travels among the capabilities of the entry,
// as hubs of the version before pass on nothing else that they do not know. Internal to
// server/wire.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/mesh_message.h"

namespace pigeonhub::wire {

std::string TextOf(const HubSeal& seal);

// Takes the seal out of the capabilities; null if there is none. False for a text that begins as
// one and is none, and for two of them: then the entry is nobody's word.
[[nodiscard]] bool TakeSeal(std::vector<std::string>& capabilities,
                            std::shared_ptr<const HubSeal>& seal);

// The keys of the neighbors of a node (HubNode::Neighbor::key), in the same way: "hub-keys1:" and
// base64url of sixteen bytes for each of the first neighbors, zeros for one without a key. Empty if
// there is none.
std::string TextOfKeys(const std::vector<HubNode::Neighbor>& neighbors);
// Takes them out of the capabilities. False for a text that begins as one and is none.
[[nodiscard]] bool TakeKeys(std::vector<std::string>& capabilities,
                            std::vector<HubNode::Neighbor>& neighbors);

}  // namespace pigeonhub::wire
