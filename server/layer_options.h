// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/status.h"
#include "pigeonhub/hub_server.h"
#include "server/core/options.h"
#include "server/net/data_plane.h"

namespace pigeonhub {

// What the options of a HubServer mean to the layers below it.
HubOptions CoreOptions(const HubServerOptions& options);
net::DataPlaneOptions NetOptions(const HubServerOptions& options, const PeerId& hub_peer_id);

// Whether a program may have the routes that it asks for: INVALID_ARGUMENT, one line, if not.
absl::Status CheckRoutes(const HubServerOptions& options);

}  // namespace pigeonhub
