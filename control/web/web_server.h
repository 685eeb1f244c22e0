// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "console/embedded_files.h"
#include "control/access/authority.h"
#include "control/call/inside_calls.h"
#include "control/web/web_port.h"
#include "server/base/tls_files.h"
#include "server/runtime/exposition.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// How the console port is reached.
struct ConsoleReach {
  // host:port, tried once. Empty: 127.0.0.1:50080, or the next free port up to 50090, or any
  // free one.
  std::optional<std::string> listen = {};
  // Whoever comes was sent by a proxy, which ends TLS.
  bool behind_proxy = false;
};

// Refuses an address that others can reach without tokens to know them by, or without TLS and
// without a proxy that has it. INVALID_ARGUMENT, one line.
absl::Status CheckConsoleReach(const ConsoleReach& reach, const TlsFiles& tls, bool has_tokens);

// The console port: the control API by the Connect protocol, and the console's files, over
// HTTP/1.1, on two threads of its own. Thread-safe.
class WebServer {
 public:
  struct Setup {
    ConsoleReach reach = {};
    TlsFiles tls = {};  // in force where others can reach the port, and no proxy is before it
    std::string hub_id = {};
    std::span<const EmbeddedFile> files = {};
    WebLimits limits = {};
  };
  // Binds. All arguments outlive the server. ALREADY_EXISTS or UNAVAILABLE where it cannot listen,
  // INVALID_ARGUMENT for TLS files that cannot be used; one line.
  static absl::StatusOr<std::unique_ptr<WebServer>> Listen(Setup setup, const Authority& authority,
                                                           InsideCalls& inside, Log& log);
  // The inside calls are closed by then.
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  // Answers from now on; the inside calls are open. Once.
  void Serve();
  // Ends all connections, and returns when no thread of the server runs. Calls that are under way
  // go on, and their answers go nowhere.
  void Stop();

  // "http://127.0.0.1:50080".
  const std::string& address() const;
  void AddMetrics(Exposition& out) const;

 private:
  class Impl;
  explicit WebServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub
