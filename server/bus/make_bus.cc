// SPDX-License-Identifier: Apache-2.0

#include "absl/strings/str_cat.h"
#include "server/base/nats_url.h"
#include "server/bus/bus.h"
#include "server/bus/nats_bus.h"

namespace pigeonhub::bus {

absl::Status CheckBroker(const BrokerOptions& options) {
  for (const std::string& server : options.servers) {
    if (auto url = NatsUrl::Parse(server); !url.ok()) return url.status();
  }
  if (!IsNatsSubject(options.subject)) {
    return absl::InvalidArgumentError(
        "the subject is not words of letters, digits, - and _ with dots between them, of at most "
        "64 "
        "bytes");
  }
  if (options.files.certificate.empty() != options.files.key.empty()) {
    return absl::InvalidArgumentError("a certificate for the broker goes with its key");
  }
  return absl::OkStatus();
}

absl::Status CheckAccess(const AccessFiles& files) { return ReadAccess(files).status(); }

std::unique_ptr<Bus> MakeBus(const BrokerOptions& options, unsigned shard, Dispatcher& dispatcher,
                             Log& log) {
  return std::make_unique<NatsBus>(options, shard, dispatcher, log);
}

}  // namespace pigeonhub::bus
