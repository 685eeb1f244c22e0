// SPDX-License-Identifier: Apache-2.0

#include "daemon/serving_notice.h"

#include <unistd.h>

#include "pigeonhub/host_port.h"
#include "pigeonhub_version.h"
#include "server/base/duration.h"
#include "server/base/text.h"

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

}  // namespace pigeonhub
