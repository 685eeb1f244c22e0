// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/dev_mode.h"

#include "server/base/address.h"

namespace pigeonhub {
namespace {

void Imply(bool& setting, const char* name, const char* by, Config& config) {
  if (setting) return;
  setting = true;
  config.origins[name] = config.origins[by];
}

}  // namespace

absl::Status ApplyDevMode(Config& config) {
  if (config.dev_lan) Imply(config.dev, "dev", "dev-lan", config);
  if (!config.dev) return absl::OkStatus();
  Imply(config.client_js, "client-js", "dev", config);
  if (!config.dev_lan) {
    if (IsLoopback(config.host)) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "host: dev is for this machine alone, as whoever reaches the hub can join and sees all; "
        "leave host out, or let a network that you trust in by dev-lan");
  }
  if (!config.origins.contains("host")) {
    config.host = "0.0.0.0";
    config.origins["host"] = config.origins["dev-lan"];
  }
  if (!IsLoopback(config.host)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "host: dev-lan is for others of this network, who do not reach this machine there; leave "
      "host out, or take dev");
}

bool NeedsTokenKeys(const Config& config) {
  return config.auth != PeerAuth::kNone && config.token_keys.empty() && config.token_jwks.empty();
}

}  // namespace pigeonhub
