// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/config_options.h"

#include <algorithm>
#include <charconv>
#include <type_traits>
#include <utility>

#include "server/core/uplinks.h"
#include "server/runtime/text.h"
#include "server/runtime/units.h"

namespace pigeonhub {
namespace {

using Values = std::vector<std::string>;
using std::chrono::hours;
using std::chrono::milliseconds;

absl::Status Bad(std::string_view value, std::string_view why) {
  return absl::InvalidArgumentError(Shown(value) + " " + std::string(why));
}

// A whole number from `low` to `high`, into an integer or an optional of one.
template <typename T>
absl::Status ParseNumber(const std::string& text, uint64_t low, uint64_t high, T& out,
                         std::string_view noun = "a number") {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) {
    return Bad(text, "is not " + std::string(noun) + " (" + std::to_string(low) + " to " +
                         std::to_string(high) + ")");
  }
  if constexpr (std::is_integral_v<T>) {
    out = static_cast<T>(value);
  } else {
    out = static_cast<typename T::value_type>(value);
  }
  return absl::OkStatus();
}

absl::Status ParseDurationValue(const std::string& text, Duration low, Duration high,
                                Duration& out) {
  const auto value = ParseDuration(text);
  if (!value) {
    return Bad(text, "is not a duration (such as 5s, 250ms, 2m; a plain number is milliseconds)");
  }
  if (*value < low || *value > high) {
    return Bad(text, "is not between " + FormatDuration(low) + " and " + FormatDuration(high));
  }
  out = *value;
  return absl::OkStatus();
}

template <typename T>
absl::Status ParseSizeValue(const std::string& text, uint64_t low, uint64_t high, T& out) {
  const auto value = ParseSize(text);
  if (!value) {
    return Bad(text, "is not a size (such as 64KiB, 1MiB, 2MB; a plain number is bytes)");
  }
  if (*value < low || *value > high) {
    return Bad(text, "is not between " + FormatSize(low) + " and " + FormatSize(high));
  }
  out = static_cast<T>(*value);
  return absl::OkStatus();
}

absl::Status ParseSwitch(const std::string& text, bool& out) {
  constexpr std::pair<std::string_view, bool> kWords[] = {
      {"true", true},   {"1", true},  {"yes", true}, {"on", true},
      {"false", false}, {"0", false}, {"no", false}, {"off", false},
  };
  for (const auto& [word, value] : kWords) {
    if (text != word) continue;
    out = value;
    return absl::OkStatus();
  }
  return Bad(text, "is neither true nor false");
}

constexpr std::pair<std::string_view, HubAdmission> kAdmissions[] = {
    {"open", HubAdmission::kOpen},
    {"token", HubAdmission::kToken},
    {"deny", HubAdmission::kDeny},
};
constexpr std::pair<std::string_view, Health> kHealths[] = {
    {"live", Health::kLive},
    {"ready", Health::kReady},
};
constexpr std::pair<std::string_view, LogLevel> kLogLevels[] = {
    {"debug", LogLevel::kDebug}, {"info", LogLevel::kInfo}, {"warn", LogLevel::kWarn},
    {"error", LogLevel::kError}, {"off", LogLevel::kOff},
};
constexpr std::pair<std::string_view, LogFormat> kLogFormats[] = {
    {"text", LogFormat::kText},
    {"json", LogFormat::kJson},
};

absl::Status ParseChoice(const std::string& text, const auto& choices, auto& out) {
  std::string names;
  for (const auto& [name, value] : choices) {
    if (name == text) {
      out = value;
      return absl::OkStatus();
    }
    if (!names.empty()) names += ", ";
    names += name;
  }
  return Bad(text, "is none of " + names);
}

std::string PrintChoice(const auto& choices, auto chosen) {
  for (const auto& [name, value] : choices) {
    if (value == chosen) return Quoted(name);
  }
  return {};
}

absl::Status ParsePeerId(const std::string& text, auto& out) {
  const auto id = PeerId::Parse(text);
  if (!id) return Bad(text, "is not a peer id (40 hexadecimal digits)");
  out = *id;
  return absl::OkStatus();
}

absl::Status ParsePeerIds(const Values& values, std::vector<PeerId>& out) {
  std::vector<PeerId> ids(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (auto status = ParsePeerId(values[i], ids[i]); !status.ok()) return status;
  }
  out = std::move(ids);
  return absl::OkStatus();
}

std::string PrintPeerIds(const std::vector<PeerId>& ids) {
  std::string list = "[";
  for (const PeerId& id : ids) {
    if (list.size() > 1) list += ", ";
    list += Quoted(id.text());
  }
  return list + "]";
}

std::string PrintTexts(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    if (list.size() > 1) list += ", ";
    list += Quoted(text);
  }
  return list + "]";
}

absl::Status ParseHubUrlValue(const std::string& text, std::string& out) {
  const bool fits =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
  if (!fits || !ParseHubUrl(text)) {
    return Bad(text, "is not the address of a hub (ws://HOST:PORT or wss://HOST:PORT)");
  }
  out = text;
  return absl::OkStatus();
}

absl::Status ParseEach(const Values& values,
                       absl::Status (*parse)(const std::string&, std::string&),
                       std::vector<std::string>& out) {
  std::vector<std::string> parsed(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (auto status = parse(values[i], parsed[i]); !status.ok()) return status;
  }
  out = std::move(parsed);
  return absl::OkStatus();
}

absl::Status ParseHubUrls(const Values& values, std::vector<std::string>& out) {
  return ParseEach(values, ParseHubUrlValue, out);
}

// A word that hubs show each other.
absl::Status ParseLabel(const std::string& text, std::string& out) {
  if (text.empty() || text.size() > 64 || !IsPlainText(text)) {
    return Bad(text, "is not a name (1 to 64 bytes of UTF-8, no control characters)");
  }
  out = text;
  return absl::OkStatus();
}

absl::Status ParseLabels(const Values& values, std::vector<std::string>& out) {
  if (values.size() > 16) return absl::InvalidArgumentError("more than 16 names");
  return ParseEach(values, ParseLabel, out);
}

absl::Status ParseHost(const std::string& text, std::string& out) {
  // Brackets are how an IPv6 address stands in a URL; taking them spares a question.
  std::string_view host = text;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!IsWord(host) || host.size() > 253) return Bad(text, "is not an address or a host name");
  out = host;
  return absl::OkStatus();
}

absl::Status ParseNamespaceName(const std::string& text, std::string& out) {
  const std::string_view name = Trimmed(text);
  if (name.empty() || name.size() > Limits().namespace_name || !IsPlainText(name)) {
    return Bad(text, "is not a namespace name (1 to 1024 bytes of UTF-8, no control characters)");
  }
  out = name;
  return absl::OkStatus();
}

// It becomes a header of every HTTP answer.
absl::Status ParseCorsOrigin(const std::string& text, std::string& out) {
  const bool fits =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
  if (text.empty() || !fits)
    return Bad(text, "is not an origin (such as https://example.org) or *");
  out = text;
  return absl::OkStatus();
}

absl::Status ParsePath(const std::string& text, std::string& out) {
  if (text.empty() || text.find('\0') != std::string::npos) return Bad(text, "is not a file name");
  out = text;
  return absl::OkStatus();
}

std::string PrintNumber(const auto& optional) {
  return optional ? std::to_string(*optional) : std::string();
}
std::string PrintSize(uint64_t bytes) {
  const std::string text = FormatSize(bytes);
  return text == std::to_string(bytes) ? text : Quoted(text);
}
std::string PrintQuotedUnlessEmpty(const std::string& text) {
  return text.empty() ? std::string() : Quoted(text);
}

absl::Status Ask(Action action, Config& config) {
  config.action = std::max(config.action, action);
  return absl::OkStatus();
}

constexpr std::string_view kServing = "Serving";
constexpr std::string_view kHub = "Hub";
constexpr std::string_view kControl = "Control API";
constexpr std::string_view kMonitoring = "Monitoring";
constexpr std::string_view kLimits = "Limits";
constexpr std::string_view kLog = "Log";
constexpr std::string_view kConfiguration = "Configuration";

constexpr ConfigOption kOptions[] = {
    {.group = kServing,
     .name = "host",
     .value_name = "ADDR",
     .description = "address or name to listen on; localhost is 127.0.0.1 and ::1",
     .parse = [](const Values& v, Config& c) { return ParseHost(v[0], c.host); },
     .print = [](const Config& c) { return Quoted(c.host); },
     .reference_variable = "HOST"},
    {.group = kServing,
     .name = "port",
     .value_name = "N",
     .description = "port to listen on; 0 takes a free one",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 0, 65535, c.port, "a port"); },
     .print = [](const Config& c) { return PrintNumber(c.port); },
     .absent = "3000, or the next free one up to 3010",
     .reference_variable = "PORT"},
    {.group = kServing,
     .name = "cors-origin",
     .value_name = "ORIGIN",
     .description = "who may read HTTP answers from a web page: an origin, or * for everyone",
     .parse = [](const Values& v, Config& c) { return ParseCorsOrigin(v[0], c.cors_origin); },
     .print = [](const Config& c) { return Quoted(c.cors_origin); },
     .reference_variable = "CORS_ORIGIN"},
    {.group = kServing,
     .name = "io-threads",
     .value_name = "N",
     .description = "threads that serve connections",
     .parse =
         [](const Values& v, Config& c) {
           return ParseNumber(v[0], 1, ConnectionId::kMaxShards, c.io_threads);
         },
     .print = [](const Config& c) { return PrintNumber(c.io_threads); },
     .absent = "one a core"},
    {.group = kServing,
     .name = "drain-timeout",
     .value_name = "TIME",
     .description = "on SIGTERM or Ctrl-C, spread the goodbyes over this long; 0 is at once",
     .parse = [](const Values& v,
                 Config& c) { return ParseDurationValue(v[0], {}, hours(24), c.drain_timeout); },
     .print = [](const Config& c) { return Quoted(FormatDuration(c.drain_timeout)); }},
    {.group = kServing,
     .name = "ready-file",
     .value_name = "FILE",
     .description = "write the addresses there as JSON once serving; removed when stopping",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.ready_file); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.ready_file); },
     .absent = "none"},

    {.group = kHub,
     .name = "hub",
     .description = "be a hub: pass on to linked hubs which peers are here",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.hub); },
     .print = [](const Config& c) { return std::string(c.hub ? "true" : "false"); },
     .reference_variable = "IS_HUB"},
    {.group = kHub,
     .name = "hub-mesh-namespace",
     .value_name = "NAME",
     .description = "the namespace hubs meet in; the same for all hubs of a mesh",
     .parse = [](const Values& v,
                 Config& c) { return ParseNamespaceName(v[0], c.hub_mesh_namespace); },
     .print = [](const Config& c) { return Quoted(c.hub_mesh_namespace); },
     .reference_variable = "HUB_MESH_NAMESPACE"},
    {.group = kHub,
     .name = "hub-peer-id",
     .value_name = "HEX",
     .description = "this hub's own id, 40 hexadecimal digits",
     .parse = [](const Values& v, Config& c) { return ParsePeerId(v[0], c.hub_peer_id); },
     .print = [](const Config& c) { return c.hub_peer_id ? Quoted(c.hub_peer_id->text()) : ""; },
     .absent = "random"},
    {.group = kHub,
     .name = "hub-admission",
     .value_name = "open|token|deny",
     .description = "who becomes a hub by announcing as one: anyone, whoever has a key of "
                    "--hub-key, or nobody; ids of --hub-allow always do",
     .parse = [](const Values& v,
                 Config& c) { return ParseChoice(v[0], kAdmissions, c.hub_admission); },
     .print = [](const Config& c) { return PrintChoice(kAdmissions, c.hub_admission); },
     .absent = "token with --hub-key; else open on a loopback --host, deny elsewhere"},
    {.group = kHub,
     .name = "hub-allow",
     .value_name = "ID",
     .description = "admit the hub with this id; may be repeated",
     .parse = [](const Values& v, Config& c) { return ParsePeerIds(v, c.hub_allow); },
     .print = [](const Config& c) { return PrintPeerIds(c.hub_allow); },
     .is_list = true},
    {.group = kHub,
     .name = "hub-key",
     .value_name = "FILE",
     .description = "keys that all hubs of a mesh share, one a line; the first makes the tokens "
                    "that this hub shows, any of them lets a hub in",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.hub_key); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.hub_key); },
     .absent = "none"},
    {.group = kHub,
     .name = "hub-ca",
     .value_name = "FILE",
     .description = "certificates in PEM form that vouch for hubs at wss:// addresses",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.hub_ca); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.hub_ca); },
     .absent = "those that this system trusts"},
    {.group = kHub,
     .name = "bootstrap-hub",
     .value_name = "URL",
     .description = "link to the hub at this ws:// or wss:// address; may be repeated",
     .parse = [](const Values& v, Config& c) { return ParseHubUrls(v, c.bootstrap_hubs); },
     .print = [](const Config& c) { return PrintTexts(c.bootstrap_hubs); },
     .absent = "with --hub and another port than 3000, ws://HOST:3000",
     .reference_variable = "BOOTSTRAP_HUBS",
     .is_list = true},
    {.group = kHub,
     .name = "auto-connect",
     .description = "link to the bootstrap hubs at the start",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.auto_connect); },
     .print = [](const Config& c) { return std::string(c.auto_connect ? "true" : "false"); }},
    {.group = kHub,
     .name = "reconnect-interval",
     .value_name = "TIME",
     .description = "a lost link is tried again after 500ms to this, at random",
     .parse =
         [](const Values& v, Config& c) {
           return ParseDurationValue(v[0], milliseconds(1), hours(24), c.reconnect_interval);
         },
     .print = [](const Config& c) { return Quoted(FormatDuration(c.reconnect_interval)); }},
    {.group = kHub,
     .name = "max-reconnect-attempts",
     .value_name = "N",
     .description = "after so many in a row a link is tried every 15s only; 0 is no limit",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 0, 1'000'000, c.max_reconnect_attempts); },
     .print = [](const Config& c) { return std::to_string(c.max_reconnect_attempts); }},
    {.group = kHub,
     .name = "hub-mesh-max-peers",
     .value_name = "N",
     .description = "direct links to so many of the hubs that this one hears of",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 0, 256, c.hub_mesh_max_peers); },
     .print = [](const Config& c) { return std::to_string(c.hub_mesh_max_peers); }},
    {.group = kHub,
     .name = "advertise-url",
     .value_name = "URL",
     .description = "where other hubs can dial this one",
     .parse = [](const Values& v, Config& c) { return ParseHubUrlValue(v[0], c.advertise_url); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.advertise_url); },
     .absent = "ws://HOST:PORT, unless --host is any address"},
    {.group = kHub,
     .name = "region",
     .value_name = "NAME",
     .description = "where this hub runs, for other hubs and operators to see",
     .parse = [](const Values& v, Config& c) { return ParseLabel(v[0], c.region); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.region); },
     .absent = "none",
     .reference_variable = "REGION"},
    {.group = kHub,
     .name = "capability",
     .value_name = "NAME",
     .description = "what this hub can do, likewise; may be repeated",
     .parse = [](const Values& v, Config& c) { return ParseLabels(v, c.capabilities); },
     .print = [](const Config& c) { return PrintTexts(c.capabilities); },
     .is_list = true},

    {.group = kControl,
     .name = "control-listen",
     .value_name = "ADDR",
     .description = "host:port, unix:PATH or off; beyond this machine only with TLS",
     .parse =
         [](const Values& v, Config& c) {
           if (v[0].empty()) return Bad(v[0], "is not host:port, unix:PATH or off");
           c.control_listen = v[0];
           return absl::OkStatus();
         },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.control_listen.value_or("")); },
     .absent = "127.0.0.1:50051, or the next free port up to 50061"},
    {.group = kControl,
     .name = "control-tls-cert",
     .value_name = "FILE",
     .description = "certificate chain in PEM form; read again when it changes",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.control_tls_cert); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.control_tls_cert); },
     .absent = "none"},
    {.group = kControl,
     .name = "control-tls-key",
     .value_name = "FILE",
     .description = "its private key",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.control_tls_key); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.control_tls_key); },
     .absent = "none"},
    {.group = kControl,
     .name = "control-tls-client-ca",
     .value_name = "FILE",
     .description = "callers must bring a certificate that one of these has signed",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.control_tls_client_ca); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.control_tls_client_ca); },
     .absent = "none"},
    {.group = kControl,
     .name = "control-tokens",
     .value_name = "FILE",
     .description =
         "who may call, and as what; lines of: name viewer|operator|admin credential, where the "
         "credential is a token, sha256:HEX of one, or cert:NAME",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.control_tokens); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.control_tokens); },
     .absent = "none: whoever is on this machine is an admin"},

    {.group = kMonitoring,
     .name = "metrics-listen",
     .value_name = "ADDR",
     .description = "host:port for /metrics, /livez and /readyz alone",
     .parse =
         [](const Values& v, Config& c) {
           auto address = HostPort::Parse(v[0], "host:port");
           if (!address.ok()) return address.status();
           c.metrics_listen = *std::move(address);
           return absl::OkStatus();
         },
     .print =
         [](const Config& c) {
           return c.metrics_listen ? Quoted(c.metrics_listen->text()) : std::string();
         },
     .absent = "beside the peers, on --port"},

    {.group = kLimits,
     .name = "max-connections",
     .value_name = "N",
     .description = "connections at a time",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 1, 1'000'000, c.max_connections); },
     .print = [](const Config& c) { return std::to_string(c.max_connections); },
     .reference_variable = "MAX_CONNECTIONS"},
    {.group = kLimits,
     .name = "max-message-size",
     .value_name = "SIZE",
     .description = "of one WebSocket message; a longer one closes the connection",
     .parse = [](const Values& v,
                 Config& c) { return ParseSizeValue(v[0], 1 << 10, 1 << 30, c.max_message_size); },
     .print = [](const Config& c) { return PrintSize(c.max_message_size); }},
    {.group = kLimits,
     .name = "discovery-limit",
     .value_name = "N",
     .description = "peers a newcomer meets in a namespace of more than 500; 0 is everyone",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 0, 1'000'000, c.discovery_limit); },
     .print = [](const Config& c) { return std::to_string(c.discovery_limit); }},
    {.group = kLimits,
     .name = "memory-limit",
     .value_name = "SIZE",
     .description = "turn newcomers away while the process holds more; 0 is no limit",
     .parse = [](const Values& v,
                 Config& c) { return ParseSizeValue(v[0], 0, uint64_t{1} << 50, c.memory_limit); },
     .print = [](const Config& c) { return PrintSize(c.memory_limit); }},
    {.group = kLimits,
     .name = "cleanup-interval",
     .value_name = "TIME",
     .description = "how often memory that a crowd has left is given back",
     .parse =
         [](const Values& v, Config& c) {
           return ParseDurationValue(v[0], milliseconds(1), hours(24), c.cleanup_interval);
         },
     .print = [](const Config& c) { return Quoted(FormatDuration(c.cleanup_interval)); }},

    {.group = kLog,
     .name = "log-level",
     .value_name = "LEVEL",
     .description = "debug, info, warn, error or off",
     .parse = [](const Values& v, Config& c) { return ParseChoice(v[0], kLogLevels, c.log_level); },
     .print = [](const Config& c) { return PrintChoice(kLogLevels, c.log_level); }},
    {.group = kLog,
     .name = "log-format",
     .value_name = "text|json",
     .description = "lines for people, or a JSON object a line",
     .parse = [](const Values& v,
                 Config& c) { return ParseChoice(v[0], kLogFormats, c.log_format); },
     .print = [](const Config& c) { return PrintChoice(kLogFormats, c.log_format); }},

    {.group = kConfiguration,
     .name = "config",
     .value_name = "FILE",
     .description = "read a TOML file whose keys are the flags' names",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.config_file); },
     .absent = "none",
     .reach = Reach::kFlagOrEnvironment},
    {.group = kConfiguration,
     .name = "check-config",
     .description = "say whether all this is in order, and exit",
     .parse = [](const Values&, Config& c) { return Ask(Action::kCheckConfig, c); },
     .reach = Reach::kFlag},
    {.group = kConfiguration,
     .name = "print-config",
     .description = "print what is in force as TOML, and exit",
     .parse = [](const Values&, Config& c) { return Ask(Action::kPrintConfig, c); },
     .reach = Reach::kFlag},
    {.group = kConfiguration,
     .name = "probe",
     .value_name = "live|ready",
     .description = "ask the hub that runs with this configuration, and exit with 0 or 1",
     .parse =
         [](const Values& v, Config& c) {
           if (auto status = ParseChoice(v[0], kHealths, c.probe); !status.ok()) return status;
           return Ask(Action::kProbe, c);
         },
     .absent = "ready",
     .value_alone = "ready",
     .reach = Reach::kFlag},
    {.group = kConfiguration,
     .name = "version",
     .description = "print the version, and exit",
     .parse = [](const Values&, Config& c) { return Ask(Action::kShowVersion, c); },
     .reach = Reach::kFlag},
    {.group = kConfiguration,
     .name = "help",
     .description = "print this text, and exit",
     .parse = [](const Values&, Config& c) { return Ask(Action::kShowHelp, c); },
     .reach = Reach::kFlag},
};

}  // namespace

std::span<const ConfigOption> ConfigOptions() { return kOptions; }

const ConfigOption* FindConfigOption(std::string_view name) {
  const auto found = std::find_if(std::begin(kOptions), std::end(kOptions),
                                  [&](const ConfigOption& option) { return option.name == name; });
  return found == std::end(kOptions) ? nullptr : found;
}

}  // namespace pigeonhub
