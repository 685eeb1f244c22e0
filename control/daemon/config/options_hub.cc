// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <chrono>
#include <utility>

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "server/base/duration.h"
#include "server/base/masked_url.h"
#include "server/base/text.h"
#include "server/base/websocket_url.h"
#include "server/core/options.h"

namespace pigeonhub {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::pair<std::string_view, HubAdmission> kAdmissions[] = {
    {"open", HubAdmission::kOpen},
    {"token", HubAdmission::kToken},
    {"deny", HubAdmission::kDeny},
};

constexpr std::pair<std::string_view, HubUnsigned> kUnsigned[] = {
    {"allow", HubUnsigned::kAllow},
    {"refuse", HubUnsigned::kRefuse},
};

absl::Status ParsePeerId(const std::string& text, auto& out) {
  const auto id = PeerId::Parse(text);
  if (!id) return Bad(text, "is not a peer id (40 hexadecimal digits)");
  out = *id;
  return absl::OkStatus();
}

absl::Status ParseAllowedHubs(const Values& values, std::vector<AllowedHub>& out) {
  std::vector<AllowedHub> hubs;
  for (const std::string& value : values) {
    absl::StatusOr<AllowedHub> hub = AllowedHub::Parse(value);
    if (!hub.ok()) return hub.status();
    hubs.push_back(*std::move(hub));
  }
  out = std::move(hubs);
  return absl::OkStatus();
}

absl::Status ParseHubUrlValue(const std::string& text, std::string& out) {
  if (!WebSocketUrl::Parse(text).ok()) {
    return Bad(MaskedUrl(text), "is not the address of a hub (ws://HOST:PORT or wss://HOST:PORT)");
  }
  out = text;
  return absl::OkStatus();
}

absl::Status ParseHubUrls(const Values& values, std::vector<std::string>& out) {
  return ParseEach(values, ParseHubUrlValue, out);
}

// A word that hubs show each other.
absl::Status ParseLabel(const std::string& text, std::string& out) {
  if (!IsPlainName(text, Limits().label)) {
    return Bad(text, "is not a name (1 to 64 bytes of UTF-8, no control characters)");
  }
  out = text;
  return absl::OkStatus();
}

absl::Status ParseLabels(const Values& values, std::vector<std::string>& out) {
  if (values.size() > Limits().capabilities)
    return absl::InvalidArgumentError("more than 16 names");
  return ParseEach(values, ParseLabel, out);
}

absl::Status ParseNamespaceName(const std::string& text, std::string& out) {
  const std::string_view name = Trimmed(text);
  if (!IsPlainName(name, Limits().namespace_name)) {
    return Bad(text, "is not a namespace name (1 to 1024 bytes of UTF-8, no control characters)");
  }
  out = name;
  return absl::OkStatus();
}

constexpr ConfigOption kHubOptions[] = {
    {.name = "hub",
     .description = "be a hub: pass on to linked hubs which peers are here",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.hub); },
     .print = [](const Config& c) { return std::string(c.hub ? "true" : "false"); },
     .reference_variable = "IS_HUB"},
    {.name = "hub-mesh-namespace",
     .value_name = "NAME",
     .description = "the namespace hubs meet in; the same for all hubs of a mesh",
     .parse = [](const Values& v,
                 Config& c) { return ParseNamespaceName(v[0], c.hub_mesh_namespace); },
     .print = [](const Config& c) { return Quoted(c.hub_mesh_namespace); },
     .reference_variable = "HUB_MESH_NAMESPACE"},
    {.name = "hub-peer-id",
     .value_name = "HEX",
     .description = "this hub's own id, 40 hexadecimal digits",
     .parse = [](const Values& v, Config& c) { return ParsePeerId(v[0], c.hub_peer_id); },
     .print = [](const Config& c) { return c.hub_peer_id ? Quoted(c.hub_peer_id->text()) : ""; },
     .absent = "random"},
    {.name = "hub-admission",
     .value_name = "open|token|deny",
     .description = "who becomes a hub by announcing as one: anyone, whoever has the hub key, or "
                    "nobody; those of --hub-allow always do",
     .parse = [](const Values& v,
                 Config& c) { return ParseChoice(v[0], kAdmissions, c.hub_admission); },
     .print = [](const Config& c) { return PrintChoice(kAdmissions, c.hub_admission); },
     .absent = "token; deny where there is no hub key and none can be made"},
    {.name = "hub-allow",
     .value_name = "ID",
     .description =
         "admit the hub with this id: ID@NETWORK only from there (10.0.0.0/8), ID=SECRET "
         "only with ?hubSecret=SECRET in its URL, as others may take a bare ID; may be "
         "repeated",
     .parse = [](const Values& v, Config& c) { return ParseAllowedHubs(v, c.hub_allow); },
     .print =
         [](const Config& c) {
           std::vector<std::string> hubs;
           for (const AllowedHub& hub : c.hub_allow) hubs.push_back(hub.text());
           return PrintTexts(hubs);
         },
     .is_list = true},
    {.name = "hub-listen",
     .value_name = "ADDR",
     .description = "host:port of a second port, where other hubs come in and nobody else; --port "
                    "admits none then, so that a firewall can part hubs from peers",
     .parse = [](const Values& v,
                 Config& c) { return ParseListenAddress(v[0], "host:port", c.hub_listen); },
     .print = [](const Config& c) { return PrintListenAddress(c.hub_listen); },
     .absent = "hubs come in at --port"},
    {.name = "hub-key",
     .value_name = "FILE",
     .description = "keys that all hubs of a mesh share, one a line; the first makes the tokens "
                    "that this hub shows, any of them lets a hub in",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.hub_key); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.hub_key); },
     .absent = "$XDG_STATE_HOME/pigeonhub/hub.key, which the hubs of a user share"},
    {.name = "hub-token-plaintext",
     .description = "show the tokens made with the hub key at ws:// addresses of other machines, "
                    "too; only where nobody else reads along, as in a private network",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.hub_token_plaintext); },
     .print =
         [](const Config& c) { return std::string(c.hub_token_plaintext ? "true" : "false"); }},
    {.name = "hub-trust",
     .value_name = "FILE",
     .description = "listen to these hubs alone, each with its key: a line for each as pigeonctl "
                    "hubs key prints it there",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.hub_trust); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.hub_trust); },
     .absent = "all hubs that are admitted"},
    {.name = "hub-unsigned",
     .value_name = "allow|refuse",
     .description = "whether to listen to hubs of the version before this one, which sign nothing: "
                    "whoever is a hub can speak for them",
     .parse = [](const Values& v,
                 Config& c) { return ParseChoice(v[0], kUnsigned, c.hub_unsigned); },
     .print = [](const Config& c) { return PrintChoice(kUnsigned, c.hub_unsigned); }},
    {.name = "hub-ca",
     .value_name = "FILE",
     .description = "certificates in PEM form that vouch for hubs at wss:// addresses",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.hub_ca); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.hub_ca); },
     .absent = "those that this system trusts"},
    {.name = "bootstrap-hub",
     .value_name = "URL",
     .description = "link to the hub at this ws:// or wss:// address; may be repeated",
     .parse = [](const Values& v, Config& c) { return ParseHubUrls(v, c.bootstrap_hubs); },
     .print = [](const Config& c) { return PrintTexts(c.bootstrap_hubs); },
     .absent =
         "with --hub and another port than 3000, ws://HOST:3000; with --tls-cert wss://; with "
         "--nats none",
     .reference_variable = "BOOTSTRAP_HUBS",
     .is_list = true},
    {.name = "auto-connect",
     .description = "link to the bootstrap hubs at the start",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.auto_connect); },
     .print = [](const Config& c) { return std::string(c.auto_connect ? "true" : "false"); }},
    {.name = "reconnect-interval",
     .value_name = "TIME",
     .description = "a lost link is tried again after 500ms to this, at random",
     .parse =
         [](const Values& v, Config& c) {
           return ParseDurationValue(v[0], milliseconds(1), hours(24), c.reconnect_interval);
         },
     .print = [](const Config& c) { return Quoted(FormatDuration(c.reconnect_interval)); }},
    {.name = "max-reconnect-attempts",
     .value_name = "N",
     .description = "after so many in a row a link is tried every 15s only; 0 is no limit",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 0, 1'000'000, c.max_reconnect_attempts); },
     .print = [](const Config& c) { return std::to_string(c.max_reconnect_attempts); }},
    {.name = "hub-mesh-max-peers",
     .value_name = "N",
     .description = "direct links to so many of the hubs that this one hears of",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 0, 256, c.hub_mesh_max_peers); },
     .print = [](const Config& c) { return std::to_string(c.hub_mesh_max_peers); }},
    {.name = "advertise-url",
     .value_name = "URL",
     .description = "where other hubs can dial this one",
     .parse = [](const Values& v, Config& c) { return ParseHubUrlValue(v[0], c.advertise_url); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.advertise_url); },
     .absent = "ws://HOST:PORT, or with --tls-cert wss://, unless --host is any address"},
    {.name = "region",
     .value_name = "NAME",
     .description = "where this hub runs, for other hubs and operators to see",
     .parse = [](const Values& v, Config& c) { return ParseLabel(v[0], c.region); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.region); },
     .absent = "none",
     .reference_variable = "REGION"},
    {.name = "capability",
     .value_name = "NAME",
     .description = "what this hub can do, for other hubs and operators to see; may be repeated",
     .parse = [](const Values& v, Config& c) { return ParseLabels(v, c.capabilities); },
     .print = [](const Config& c) { return PrintTexts(c.capabilities); },
     .is_list = true},
};

}  // namespace

OptionGroup HubGroup() { return {"Hub", kHubOptions}; }

}  // namespace pigeonhub
