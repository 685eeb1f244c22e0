// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "control/call/requests.h"
#include "pigeonhub/hub_server.h"

namespace pigeonhub {

// Where the peer is whose id is `typed` or begins so, or how it left; neither if nothing is known
// of such a peer. If several ids begin so the status says which.
Parsed<PeerWhereabouts> FindPeer(const HubServer& hub, const std::string& typed);

}  // namespace pigeonhub
