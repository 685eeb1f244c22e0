// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/serving_notice.h"

#include <unistd.h>

#include "pigeonhub/host_port.h"
#include "pigeonhub_version.h"
#include "server/base/address.h"
#include "server/base/duration.h"
#include "server/base/json_writer.h"
#include "server/base/masked_url.h"
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

void WriteTexts(const std::vector<std::string>& addresses, JsonWriter& json) {
  json.BeginArray();
  for (const std::string& address : addresses) {
    json.BeginObject().Key("address").Shown(address).EndObject();
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
  return (config.tls_cert.empty() ? "ws://" : "wss://") + LocalAddress(config, addresses);
}

std::string StartLine(const Config& config, HubAdmission admission, const Bound& bound) {
  std::string addresses;
  for (const HubServer::Address& address : bound.signaling) {
    if (!addresses.empty()) addresses += ", ";
    addresses += TextOf(address);
  }
  const bool admits_none =
      config.hub && admission == HubAdmission::kDeny && config.hub_allow.empty();
  return "pigeonhub " + std::string(kVersion) + " serving " + ServingUrl(config, bound.signaling) +
         " (" + addresses + ") as " +
         (config.hub ? "a hub of " + Shown(config.hub_mesh_namespace) : "a plain server") +
         (admits_none ? "; no other hub may link to it without --hub-key or --hub-allow" : "") +
         (bound.hubs.empty() ? "" : "; other hubs on " + TextOf(bound.hubs.front())) +
         (config.nats.empty() ? "" : "; meets hubs at " + MaskedUrl(config.nats.front())) +
         (bound.control.empty() ? "" : "; control API on " + Shown(bound.control.front())) +
         (bound.console.empty() ? "" : "; console on " + Shown(bound.console.front())) +
         (bound.metrics.empty() ? "" : "; metrics on " + TextOf(bound.metrics.front())) +
         (config.tls_cert.empty() ? "; try curl http://" : "; try curl https://") +
         LocalAddress(config, bound.signaling) + "/health\n";
}

std::string Hints(const Config& config, const Bound& bound) {
  const bool needs_tls = config.tls_cert.empty() && !IsLoopback(config.host);
  return "  Clients:  mesh.connect('" + ServingUrl(config, bound.signaling) + "')\n" +
         (needs_tls
              ? "  Pages that came over https need wss://: --tls-cert and --tls-key, or a proxy.\n"
              : "") +
         (bound.control.empty()
              ? ""
              : "  Operate:  pigeonctl --server " + bound.control.front() + " stats\n") +
         (bound.console.empty() ? "" : "  Console:  " + bound.console.front() + "\n") +
         "  Ctrl-C drains for at most " + FormatDuration(config.drain_timeout) +
         ", Ctrl-C again stops at once.\n";
}

std::string ReadyJson(const Config& config, const Bound& bound) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("pid").Number(getpid()).Key("version").Shown(kVersion);
  json.Key("url").Shown(ServingUrl(config, bound.signaling)).Key("signaling");
  WriteAddresses(bound.signaling, json);
  json.Key("hubs");
  WriteAddresses(bound.hubs, json);
  json.Key("control");
  WriteTexts(bound.control, json);
  json.Key("metrics");
  WriteAddresses(bound.metrics, json);
  json.Key("console");
  WriteTexts(bound.console, json);
  json.EndObject();
  return out + '\n';
}

}  // namespace pigeonhub
