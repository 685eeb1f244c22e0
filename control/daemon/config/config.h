// SPDX-License-Identifier: Apache-2.0
//
// The configuration of pigeonhub, from its flags, its environment and its file.
//
// One table (config_options.h) says for every option its name, its words and its rules. An option
// named max-connections is the flag --max-connections, the variable PIGEONHUB_MAX_CONNECTIONS and
// the TOML key max-connections; a flag wins over the environment, that over the file, that over the
// default. Errors are one line that names where the bad value came from.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pigeonhub/defaults.h"
#include "pigeonhub/host_port.h"
#include "pigeonhub/namespace_policy.h"
#include "server/base/variables.h"
#include "server/core/ids.h"
#include "server/core/options.h"
#include "server/core/time.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// What the command line asks for; the last one listed wins.
enum class Action { kServe, kCheckConfig, kPrintConfig, kProbe, kShowVersion, kShowHelp };

// What to ask of the hub that runs already.
enum class Health { kLive, kReady };

enum class Source { kDefault, kFile, kEnvironment, kFlag };

// Where a value came from.
struct ValueOrigin {
  Source source = Source::kDefault;
  std::string name;  // of the file, the variable or the flag
};

// "default", "file hub.toml", "environment PORT", "flag --port".
std::string Describe(const ValueOrigin& origin);

// A variable that begins with PIGEONHUB_ and is none of ours.
struct UnknownVariable {
  std::string name;
  std::string meant;  // the variable that is likely meant; empty: none
};

struct Config {
  Action action = Action::kServe;
  Health probe = Health::kReady;  // of Action::kProbe

  std::string host = "localhost";
  std::optional<uint16_t> port;  // empty: 3000, or the next free one up to 3010
  std::string tls_cert;          // empty files: ws:// and http://
  std::string tls_key;
  std::string tls_client_ca;
  std::optional<unsigned> io_threads;  // empty: one a core
  Duration drain_timeout = std::chrono::seconds(30);
  std::string ready_file;  // empty: none

  bool dev = false;      // dev_mode.h says what goes with these two
  bool dev_lan = false;  // not without dev
  bool quiet = false;
  bool verbose = false;
  bool client_js = false;
  std::vector<std::string> ice_urls;
  std::string turn_secret;  // a file; empty: none
  Duration ice_ttl = std::chrono::hours(1);

  std::vector<std::string> trust_proxies;  // networks
  bool proxy_protocol = false;
  std::vector<std::string> allow_origins;  // empty: any page

  bool hub = false;
  std::string hub_mesh_namespace = kDefaultHubMeshNamespace;
  std::optional<PeerId> hub_peer_id;          // empty: random
  std::optional<HubAdmission> hub_admission;  // empty: see --help
  std::vector<AllowedHub> hub_allow;
  std::optional<HostPort> hub_listen;  // empty: hubs come in at `port`
  std::string hub_key;                 // empty: the one that the hubs of this user share
  bool hub_token_plaintext = false;
  std::string hub_ca;     // empty: what the system trusts
  std::string hub_trust;  // empty: every hub that is admitted
  HubUnsigned hub_unsigned = HubUnsigned::kAllow;
  std::vector<std::string> bootstrap_hubs;
  bool auto_connect = true;
  Duration reconnect_interval = kDefaultReconnectInterval;
  unsigned max_reconnect_attempts = kDefaultMaxReconnectAttempts;  // 0: no limit
  size_t hub_mesh_max_peers = kDefaultHubMeshMaxPeers;
  std::string advertise_url;  // empty: ws:// or wss://host:port, as bound
  std::string region;         // empty: none
  std::vector<std::string> capabilities = DefaultCapabilities();

  std::vector<std::string> nats;  // URLs of brokers; not empty: hub is true
  std::string nats_auth;          // files, empty: none
  std::string nats_ca;            // empty: what the system trusts
  std::string nats_cert;
  std::string nats_key;
  std::string nats_subject = kDefaultNatsSubject;
  Duration nats_grace = kDefaultNatsGrace;

  std::string bans;  // file; empty: bans end with the process
  PeerAuth auth = PeerAuth::kNone;
  std::vector<std::string> token_keys;  // files
  std::string token_jwks;               // a file, or a URL; empty: none
  std::vector<std::string> token_issuers;
  std::vector<std::string> token_audiences;
  Duration token_leeway = kDefaultTokenLeeway;
  std::string token_cookie;  // empty: none
  bool token_query = true;
  TokenExpiry token_expiry = TokenExpiry::kKeep;

  size_t max_connections = kDefaultMaxConnections;
  size_t max_message_size = kDefaultMaxMessageSize;  // bytes
  std::optional<size_t> max_signal_size;             // bytes; empty: max_message_size
  size_t link_queue = kDefaultLinkQueue;             // bytes
  std::optional<size_t> hub_share;                   // bytes; empty: see --help
  size_t discovery_limit = kDefaultDiscoveryLimit;   // 0: none
  std::optional<uint64_t> memory_limit;              // bytes; 0: none; empty: see --help
  Duration cleanup_interval = kDefaultCleanupInterval;

  // Empty: see --help.
  std::optional<Rate> message_rate;
  std::optional<Rate> byte_rate;
  std::optional<Rate> announce_rate;
  std::optional<Rate> fanout_rate;
  std::optional<Rate> address_rate;
  std::optional<Rate> auth_failure_rate;
  std::optional<Rate> hub_registration_rate;
  unsigned ipv6_prefix = kDefaultIpv6Prefix;  // bits
  // The sections of the file, in its order.
  std::vector<NamedPolicy> namespaces;

  // Empty: 127.0.0.1:50051, or the next free port up to 50061.
  std::optional<std::string> control_listen;
  std::string control_tls_cert;  // empty files: none
  std::string control_tls_key;
  std::string control_tls_client_ca;
  std::string control_tokens;
  // host:port or off; empty: 127.0.0.1:50080, or the next free port up to 50090, or any free one.
  std::optional<std::string> console_listen;
  bool console_behind_proxy = false;

  // Where /metrics, /livez and /readyz are served; empty: 127.0.0.1:9464, or the next free port.
  std::optional<HostPort> metrics_listen;
  bool metrics_off = false;  // nowhere, as --metrics-listen off asks

  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  std::string audit_log;  // empty: the log

  std::string event_log;  // empty: none
  uint64_t event_log_size = uint64_t{64} << 20;
  size_t event_log_keep = 5;
  std::vector<std::string> webhooks;       // URLs
  std::vector<std::string> webhook_kinds;  // empty: see --help
  std::string webhook_key;                 // a file; empty: none
  bool webhook_plaintext = false;

  std::string config_file;  // empty: none

  // By option name, for those that have not their default value.
  std::map<std::string, ValueOrigin, std::less<>> origins;

  // They change nothing; whoever set them wants to know.
  std::vector<UnknownVariable> unknown_variables;
};

// Reads all sources. `arguments` are those behind the program's name. INVALID_ARGUMENT for a wrong
// flag, value or file content; another code where the file cannot be read.
absl::StatusOr<Config> LoadConfig(std::span<const std::string> arguments,
                                  const Variables& variables);

// Applies the text of a TOML file called `name`.
absl::Status ApplyConfigText(std::string_view text, std::string_view name, Config& config);

// Every option as TOML that reads back as the same configuration. Values that are not the default
// say where they came from.
std::string PrintConfig(const Config& config);

// What --help says.
std::string HelpText();

}  // namespace pigeonhub
