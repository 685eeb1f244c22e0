// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "server/bus/access.h"
#include "server/core/ids.h"
#include "server/core/time.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/exposition.h"
#include "server/runtime/log.h"

namespace pigeonhub::bus {

struct BrokerOptions {
  std::vector<std::string> servers = {};  // nats:// or tls://; empty: no bus
  AccessFiles files = {};
  std::string subject = "pigeonhub";  // see Subjects
};

// The way to the hubs that share brokers with this one: says there what the core publishes, and
// tells the core what it overhears. The core knows of no broker.
//
// Thread-safe, but for Start and Stop, of which one runs at a time.
class Bus {
 public:
  virtual ~Bus() = default;

  // Connects, and connects anew whenever the connection is lost, until Stop.
  virtual void Start(const PeerId& self, std::string_view hub_mesh_namespace) = 0;
  // Says what is left to be said and hangs up. Harmless when stopped.
  virtual void Stop() = 0;
  // Waits until there is a connection, at most for `limit`.
  virtual void WaitUntilUp(Duration limit) = 0;

  // What keeps this hub from its brokers, in one line; empty: nothing.
  virtual std::string last_error() const = 0;
  // What the broker denies to this hub though it is connected, in one line; empty: nothing.
  virtual std::string denied() const = 0;
  virtual void AddMetrics(Exposition& out) const = 0;
};

// INVALID_ARGUMENT, one line, for options that cannot be: also for any server if this program was
// built without the library for it (PIGEONHUB_NATS).
absl::Status CheckBroker(const BrokerOptions& options);

// Why the files cannot be used as they are now, in one line. A bus that runs says so in the log,
// and reads them again.
absl::Status CheckAccess(const AccessFiles& files);

// A bus over the servers of options that CheckBroker takes, as the outlet of this shard. The
// dispatcher and the log outlive it.
std::unique_ptr<Bus> MakeBus(const BrokerOptions& options, unsigned shard, Dispatcher& dispatcher,
                             Log& log);

}  // namespace pigeonhub::bus
