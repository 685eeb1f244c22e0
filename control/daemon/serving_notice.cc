// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/serving_notice.h"

#include <unistd.h>

#include "pigeonhub/host_port.h"
#include "pigeonhub_version.h"
#include "server/base/address.h"
#include "server/base/duration.h"
#include "server/base/json_writer.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

std::string TextOf(const HubServer::Address& address) {
  return HostPort{address.host, address.port}.text();
}

void WriteAddresses(const Addresses& addresses, JsonWriter& json) {
  json.BeginArray();
  for (const HubServer::Address& address : addresses) {
    json.BeginObject().Key("host").Shown(address.host).Key("port").Number(address.port).EndObject();
  }
  json.EndArray();
}

// host:port for a client on this machine. All addresses bound have one port.
std::string LocalAddress(const Config& config, const Addresses& addresses) {
  const uint16_t port = addresses.empty() ? uint16_t{0} : addresses.front().port;
  return HostPort{IsUnspecified(config.host) ? "localhost" : config.host, port}.text();
}

}  // namespace

std::string ServingUrl(const Config& config, const Addresses& addresses) {
  return "ws://" + LocalAddress(config, addresses);
}

std::string StartLine(const Config& config, HubAdmission admission, const Addresses& addresses,
                      const std::vector<std::string>& control, const Addresses& metrics) {
  std::string bound;
  for (const HubServer::Address& address : addresses) {
    if (!bound.empty()) bound += ", ";
    bound += TextOf(address);
  }
  const bool admits_none =
      config.hub && admission == HubAdmission::kDeny && config.hub_allow.empty();
  return "pigeonhub " + std::string(kVersion) + " serving " + ServingUrl(config, addresses) + " (" +
         bound + ") as " +
         (config.hub ? "a hub of " + Shown(config.hub_mesh_namespace) : "a plain server") +
         (admits_none ? "; no other hub may link to it without --hub-key or --hub-allow" : "") +
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
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("pid").Number(getpid()).Key("version").Shown(kVersion);
  json.Key("url").Shown(ServingUrl(config, addresses)).Key("signaling");
  WriteAddresses(addresses, json);
  json.Key("control").BeginArray();
  for (const std::string& address : control) {
    json.BeginObject().Key("address").Shown(address).EndObject();
  }
  json.EndArray().Key("metrics");
  WriteAddresses(metrics, json);
  json.EndObject();
  return out + '\n';
}

}  // namespace pigeonhub
