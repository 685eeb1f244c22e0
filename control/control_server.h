// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "control/access/access_list.h"
#include "control/call/settings.h"
#include "control/events/event_feed.h"
#include "control/web/web_server.h"
#include "pigeonhub/hub_server.h"
#include "server/base/tls_files.h"
#include "server/runtime/clock.h"
#include "server/runtime/log.h"

namespace grpc {
class Channel;
}  // namespace grpc

namespace pigeonhub {

// How the control API is reached.
struct ControlReach {
  // host:port or unix:PATH, tried once. Empty: 127.0.0.1:50051, or the next free port up to 50061.
  std::optional<std::string> listen;
  TlsFiles tls;                        // empty: none
  std::shared_ptr<AccessFile> access;  // loaded; null: no tokens
  // The console port; empty: none. The TLS files and the tokens are its own, too.
  std::optional<ConsoleReach> console = {};
};

// Refuses an address that others can reach without TLS, or without tokens or client certificates by
// which the hub knows them; the same of the console port, and one without a control API; and TLS
// files that do not fit each other. INVALID_ARGUMENT or UNAVAILABLE, one line.
absl::Status CheckReach(const ControlReach& reach);

// The control API of one hub: every service of pigeonhub.v1, health, reflection and channelz, on
// gRPC threads of its own; and the console port, if it has one. Serves from Start until it is
// destroyed, whether signaling runs or not.
class ControlServer {
 public:
  // Checks the reach, binds and serves. All arguments outlive the server. ALREADY_EXISTS when the
  // address is taken, INVALID_ARGUMENT for what CheckReach finds; each one line.
  static absl::StatusOr<std::unique_ptr<ControlServer>> Start(HubServer& hub, Log& log,
                                                              const Clock& clock,
                                                              Settings& settings,
                                                              const ControlReach& reach,
                                                              EventFeed::Options watching = {});
  // Ends all streams, and waits for other calls that are under way, for a second at most.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  // The address of the API, in the form in which pigeonctl --server takes it.
  const std::vector<std::string>& addresses() const;
  // The URL of the console port: "http://127.0.0.1:50080"; none without one.
  const std::vector<std::string>& console_addresses() const;

 private:
  class Impl;
  explicit ControlServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub
