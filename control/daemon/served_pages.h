// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "control/daemon/config/config.h"
#include "control/pages/pages.h"

namespace pigeonhub {

// What --client-js, --ice-url and --dev ask to serve. One line says why the secret cannot be read.
absl::StatusOr<PagesOptions> PagesOptionsOf(const Config& config, Files files);

// The text of the --turn-secret file, without white space around it. Empty without one;
// INVALID_ARGUMENT for a file without a secret.
absl::StatusOr<std::string> ReadTurnSecret(const Config& config);

// The addresses of this machine that others of its network reach, of IPv4, those of private
// networks first. Empty if only this machine reaches the hub.
std::vector<std::string> HostsForOthers(const Config& config);
// Their pages: http://192.168.1.5:3000.
std::vector<std::string> UrlsForOthers(const Config& config,
                                       const std::vector<HubServer::Address>& bound);

}  // namespace pigeonhub
