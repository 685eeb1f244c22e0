// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/status.h"
#include "pigeonhub/hub_server_options.h"
#include "server/base/tls_files.h"
#include "server/bus/bus.h"
#include "server/core/options.h"
#include "server/net/data_plane.h"

namespace pigeonhub {

class Hub;

// What the options of a HubServer mean to the layers below it.
HubOptions CoreOptions(const HubServerOptions& options);
unsigned IoThreads(const HubServerOptions& options);
TlsFiles TlsFilesOf(const HubServerOptions& options);
bool HasBus(const HubServerOptions& options);
bus::BrokerOptions BrokerOptionsOf(const HubServerOptions& options);
net::DataPlaneOptions NetOptions(const HubServerOptions& options, const PeerId& hub_peer_id);

// Whether a server can start with these options: INVALID_ARGUMENT, one line, if not. `hub` was made
// of them, and signaling is stopped. What `hub` refuses as a command is no option, either.
absl::Status CheckOptions(const HubServerOptions& options, const Hub& hub);

}  // namespace pigeonhub
