// SPDX-License-Identifier: Apache-2.0

#include "daemon/serving_notice.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "pigeonhub/host_port.h"
#include "pigeonhub_version.h"
#include "server/runtime/text.h"
#include "server/runtime/units.h"

namespace pigeonhub {
namespace {

std::string TextOf(const HubServer::Address& address) {
  return HostPort{address.host, address.port}.text();
}

std::string JsonOf(const Addresses& addresses) {
  std::string list;
  for (const HubServer::Address& address : addresses) {
    if (!list.empty()) list += ",";
    list += "{\"host\":" + Quoted(address.host) + ",\"port\":" + std::to_string(address.port) + "}";
  }
  return list;
}

// host:port for a client on this machine. All addresses bound have one port.
std::string LocalAddress(const Config& config, const Addresses& addresses) {
  const bool everywhere = config.host == "0.0.0.0" || config.host == "::";
  const uint16_t port = addresses.empty() ? uint16_t{0} : addresses.front().port;
  return HostPort{everywhere ? "localhost" : config.host, port}.text();
}

}  // namespace

std::string ServingUrl(const Config& config, const Addresses& addresses) {
  return "ws://" + LocalAddress(config, addresses);
}

std::string StartLine(const Config& config, const Addresses& addresses,
                      const std::vector<std::string>& control, const Addresses& metrics) {
  std::string bound;
  for (const HubServer::Address& address : addresses) {
    if (!bound.empty()) bound += ", ";
    bound += TextOf(address);
  }
  return "pigeonhub " + std::string(kVersion) + " serving " + ServingUrl(config, addresses) + " (" +
         bound + ") as " +
         (config.hub ? "a hub of " + Shown(config.hub_mesh_namespace) : "a plain server") +
         (control.empty() ? "" : "; control API on " + Shown(control.front())) +
         (metrics.empty() ? "" : "; metrics on " + TextOf(metrics.front())) + "; try curl http://" +
         LocalAddress(config, addresses) + "/health\n";
}

std::string Hints(const Config& config, const Addresses& addresses,
                  const std::vector<std::string>& control) {
  return "  Clients:  await mesh.connect('" + ServingUrl(config, addresses) + "')\n" +
         (control.empty() ? "" : "  Operate:  pigeonctl --server " + control.front() + " stats\n") +
         "  Ctrl-C drains for at most " + FormatDuration(config.drain_timeout) +
         ", Ctrl-C again stops at once.\n";
}

std::string ReadyJson(const Config& config, const Addresses& addresses,
                      const std::vector<std::string>& control, const Addresses& metrics) {
  std::string steering;
  for (const std::string& address : control) {
    if (!steering.empty()) steering += ",";
    steering += "{\"address\":" + Quoted(address) + "}";
  }
  return "{\"pid\":" + std::to_string(getpid()) + ",\"version\":" + Quoted(kVersion) +
         ",\"url\":" + Quoted(ServingUrl(config, addresses)) + ",\"signaling\":[" +
         JsonOf(addresses) + "],\"control\":[" + steering + "],\"metrics\":[" + JsonOf(metrics) +
         "]}\n";
}

absl::Status WriteAtomically(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".new";
  const auto failed = [&] {
    const std::string why = std::generic_category().message(errno);
    unlink(temporary.c_str());
    return absl::UnavailableError("cannot write " + Shown(path) + ": " + why);
  };
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return failed();
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool closed = close(fd) == 0;
  if (!written || !closed || std::rename(temporary.c_str(), path.c_str()) != 0) return failed();
  return absl::OkStatus();
}

}  // namespace pigeonhub
