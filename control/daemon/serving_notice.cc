// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/serving_notice.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "control/pages/qr_code.h"
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

// "http" or "ws", with the s of TLS.
std::string Scheme(const Config& config, std::string_view plain) {
  return std::string(plain) + (config.tls_cert.empty() ? "://" : "s://");
}

std::string DevTitle(const Config& config) {
  return ", for development: everything in memory, " +
         std::string(config.auth == PeerAuth::kNone ? "no tokens, " : "") +
         (config.dev_lan ? "anyone in this network can join" : "this machine only");
}

}  // namespace

std::string ServingUrl(const Config& config, const Addresses& addresses) {
  return Scheme(config, "ws") + LocalAddress(config, addresses);
}

std::string StartLine(const Config& config, HubAdmission admission, const Bound& bound) {
  std::string addresses;
  for (const HubServer::Address& address : bound.signaling) {
    if (!addresses.empty()) addresses += ", ";
    addresses += TextOf(address);
  }
  const bool admits_none =
      config.hub && admission == HubAdmission::kDeny && config.hub_allow.empty();
  const std::string page = Scheme(config, "http") + LocalAddress(config, bound.signaling);
  return "pigeonhub " + std::string(kVersion) + " serving " + ServingUrl(config, bound.signaling) +
         " (" + addresses + ") as " +
         (config.hub ? "a hub of " + Shown(config.hub_mesh_namespace) : "a plain server") +
         (config.dev ? DevTitle(config) : "") +
         (admits_none ? "; no other hub may link to it without --hub-key or --hub-allow" : "") +
         (bound.hubs.empty() ? "" : "; other hubs on " + TextOf(bound.hubs.front())) +
         (config.nats.empty() ? "" : "; meets hubs at " + MaskedUrl(config.nats.front())) +
         (bound.control.empty() ? "" : "; control API on " + Shown(bound.control.front())) +
         (bound.console.empty() ? "" : "; console on " + Shown(bound.console.front())) +
         (bound.metrics.empty() ? "" : "; metrics on " + TextOf(bound.metrics.front())) +
         (config.dev ? "; demo on " + page + "/demo" : "") + "; try curl " + page + "/health\n";
}

namespace {

// Lines of a name, a value and a hint, which begin below each other.
class Table {
 public:
  void Add(std::string_view name, std::string value, std::string hint = {}) {
    rows_.push_back({std::string(name), std::move(value), std::move(hint)});
  }

  std::string text() const {
    size_t width = 0;
    for (const Row& row : rows_) {
      // One that is long moves no hint of the others.
      if (!row.hint.empty() && row.value.size() <= kWidest)
        width = std::max(width, row.value.size());
    }
    std::string text;
    for (const Row& row : rows_) {
      std::string line = "  " + row.name;
      line.resize(kValueColumn, ' ');
      line += row.value;
      if (!row.hint.empty()) {
        line.resize(std::max(line.size(), kValueColumn + width) + kGap, ' ');
        line += row.hint;
      }
      text += line + '\n';
    }
    return text;
  }

 private:
  static constexpr size_t kValueColumn = 12;
  static constexpr size_t kWidest = 48;
  static constexpr size_t kGap = 4;
  struct Row {
    std::string name, value, hint;
  };
  std::vector<Row> rows_;
};

constexpr uint16_t kUsualPort = 3000;

std::string ModeOf(const Config& config) {
  return config.hub ? "hub of " + Shown(config.hub_mesh_namespace) : "single hub";
}

std::string HintOfMode(const Config& config, HubAdmission admission) {
  if (!config.hub) return "--hub links it with others";
  if (!config.nats.empty()) return "meets hubs at " + MaskedUrl(config.nats.front());
  const bool admits_none = admission == HubAdmission::kDeny && config.hub_allow.empty();
  return admits_none ? "no other hub may link to it without --hub-key or --hub-allow" : "";
}

void AddPeers(const Config& config, const Addresses& signaling, const ForPerson& person,
              Table& table) {
  const std::string local = ServingUrl(config, signaling);
  if (IsLoopback(config.host)) {
    table.Add("Peers", local, config.dev ? "" : "this machine only; --host 0.0.0.0 for others");
  } else {
    table.Add("Peers", local, "from this machine");
    const uint16_t port = signaling.empty() ? uint16_t{0} : signaling.front().port;
    for (const std::string& host : person.hosts) {
      table.Add("", Scheme(config, "ws") + HostPort{host, port}.text());
    }
    if (config.auth == PeerAuth::kNone) {
      table.Add("Open to", "everyone who reaches this port", config.dev ? "" : "no --auth");
    }
  }
  if (config.port.has_value() || signaling.empty() || signaling.front().port == kUsualPort) return;
  table.Add("", "port 3000 is taken, so " + std::to_string(signaling.front().port));
}

std::string QrOfDemo(const std::string& url, const ForPerson& person) {
  if (!person.has_utf8 || !person.has_demo) return {};
  const std::optional<QrCode> code = QrCode::Of(url);
  return code.has_value() ? QrHalfBlocks(*code, person.has_colour) + "  " + url + "\n\n" : "";
}

}  // namespace

std::string StartText(const Config& config, HubAdmission admission, const Bound& bound,
                      const ForPerson& person) {
  const std::string page = Scheme(config, "http") + LocalAddress(config, bound.signaling);
  Table table;
  if (config.dev) {
    table.Add("Demo", person.has_demo ? page + "/demo" : "not in this build, made without npm",
              person.has_demo ? "open it, then \"second tab\": you are chatting" : "");
  }
  if (!bound.console.empty()) {
    table.Add("Console", bound.console.front(), "peers, rooms, why two do not connect");
  }
  AddPeers(config, bound.signaling, person, table);
  if (config.client_js && person.has_demo) {
    table.Add("Page", "<script src=\"" + page + "/client.js\"></script>");
  }
  if (!bound.hubs.empty()) table.Add("Hubs", TextOf(bound.hubs.front()), "for other hubs alone");
  if (!bound.control.empty()) {
    table.Add("Control", Shown(bound.control.front()), "pigeonctl peers list");
  }
  if (!config.dev || config.hub) {
    table.Add("Mode", ModeOf(config), HintOfMode(config, admission));
  }
  if (!person.token.empty()) table.Add("Token", person.token, "any room, 1 h");

  std::string text = "pigeonhub " + std::string(kVersion);
  if (config.dev) text += DevTitle(config) + '\n';
  text += '\n' + table.text();
  if (!config.dev && config.tls_cert.empty() && !IsLoopback(config.host)) {
    text += "  Pages that came over https need wss://: --tls-cert and --tls-key, or a proxy.\n";
  }
  if (!config.dev) {
    return text + "  Ctrl-C drains for at most " + FormatDuration(config.drain_timeout) +
           ", Ctrl-C again stops at once.\n";
  }
  text += '\n';
  if (config.dev_lan && !person.hosts.empty() && !bound.signaling.empty()) {
    const HostPort others{person.hosts.front(), bound.signaling.front().port};
    text += QrOfDemo(Scheme(config, "http") + others.text() + "/demo", person);
  } else if (!config.dev_lan) {
    text += "  Phone?    pigeonhub --dev-lan     prints a QR code\n";
  }
  return text + "  Ctrl-C stops." +
         (person.shows_lines
              ? " What happens is shown below; -q is quiet, -v shows each signal.\n\n"
              : "\n");
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
