// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/ids.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/options.h"

namespace pigeonhub {

// Whether the hub behind `path` has not used up its share: the memory for what one hub may tell of
// its peers and ask for. Hubs that are reached over one link have two shares together, since a hub
// could invent others behind it; if these are used up, each still has an equal part.
bool HasShareLeft(const Limits& limits, const RemotePeerTable& remote,
                  const MeshHubTable& mesh_hubs, PathId path);

}  // namespace pigeonhub
