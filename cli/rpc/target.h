// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "server/base/variables.h"

namespace pigeonctl::v1 {
class Contexts;
}  // namespace pigeonctl::v1

namespace pigeonhub::cli {

// Which hub to connect to, and how.
struct Target {
  std::string address;  // host:port or unix:PATH
  bool tls = false;
  std::string ca;  // files; empty: the system's authorities, no client certificate
  std::string cert;
  std::string key;
  std::string tls_server_name;
  std::string token;
};

// Where a hub's control API is unless it was told otherwise.
inline constexpr std::string_view kUsualAddress = "127.0.0.1:50051";

// Flags win over the environment, and the environment wins over the context. Either --server or
// --context says which hub; without them, PIGEONCTL_SERVER or PIGEONCTL_CONTEXT; without those, the
// context in use; without that, `otherwise`. So the credentials of a context go only to its server.
// INVALID_ARGUMENT, with the line for the user, if two flags or two variables both say which hub.
absl::StatusOr<Target> ResolveTarget(const Arguments& arguments, const Variables& variables,
                                     const pigeonctl::v1::Contexts& contexts,
                                     std::string_view otherwise = kUsualAddress);

// The UNIX socket of the hub that the Debian package runs; kUsualAddress where there is none. A
// user who may not look gets the socket, and so an error that says who may. `socket` is its path.
std::string DefaultAddress(const std::string& socket = "/run/pigeonhub/control.sock");

// server/base/files.h for a file that the user named. `what` begins the error line.
absl::StatusOr<std::string> ReadSmallFile(std::string_view what, const std::string& path);
absl::StatusOr<std::string> ReadSecretFile(std::string_view what, const std::string& path);
// The token in a file, without white space behind it. INVALID_ARGUMENT if no header could carry it.
absl::StatusOr<std::string> ReadToken(const std::string& path);

// The port of a control API if the user gives none.
inline constexpr std::string_view kDefaultPort = "50051";

// The host of host:port, with the brackets of an IPv6 address.
std::string_view HostOf(std::string_view address);

// Whether what is sent there never leaves this machine.
bool IsLocal(std::string_view address);

}  // namespace pigeonhub::cli
