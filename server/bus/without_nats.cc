// SPDX-License-Identifier: Apache-2.0

#include "server/bus/bus.h"

namespace pigeonhub::bus {

absl::Status CheckBroker(const BrokerOptions& options) {
  if (options.servers.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "this program was built without NATS, so it reaches no broker (PIGEONHUB_NATS)");
}

absl::Status CheckAccess(const AccessFiles&) { return absl::OkStatus(); }

std::unique_ptr<Bus> MakeBus(const BrokerOptions&, unsigned, Dispatcher&, Log&) { return nullptr; }

}  // namespace pigeonhub::bus
