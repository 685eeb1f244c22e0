// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/ids.h"
#include "server/core/options.h"

namespace pigeonhub {

// Where hubs meet that are not told otherwise. Spelled out, for hubs of any make must agree on it.
inline constexpr char kMesh[] = "pigeonhub-mesh";

// What makes a hub one that passes on who is where; without an id it has HubFixture's.
inline HubOptions HubServer(const PeerId& id = {}) {
  HubOptions options;
  options.is_hub = true;
  options.hub_peer_id = id;
  return options;
}

}  // namespace pigeonhub
