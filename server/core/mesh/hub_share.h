// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/ids.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/options.h"

namespace pigeonhub {

// Whether the hub behind `path` has not used up its share: the memory for what one hub may tell of
// its peers, ask for, and leave unread of what we say. All hubs have a share together, too, since
// one key makes any number of them, and a hub can invent others behind it. Half of that is for
// whoever comes; of the other half each link has an equal part, and of that each hub behind it. So
// the hubs that take the most are not listened to any more, and others are.
bool HasShareLeft(const Limits& limits, const RemotePeerTable& remote,
                  const MeshHubTable& mesh_hubs, PathId path);

}  // namespace pigeonhub
