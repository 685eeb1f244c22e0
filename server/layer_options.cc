// SPDX-License-Identifier: Apache-2.0

#include "server/layer_options.h"

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "pigeonhub/hub_server.h"
#include "server/auth/hub_keys.h"
#include "server/auth/trusted_hubs.h"
#include "server/base/text.h"
#include "server/core/hub.h"
#include "server/core/identity.h"
#include "server/net/http/allowed_origins.h"
#include "server/net/http/routes.h"
#include "server/net/proxy/trusted_proxies.h"
#include "server/peer_tokens.h"

namespace pigeonhub {
namespace {

size_t HubShare(const HubServerOptions& options) {
  const size_t most = Limits().hub_share;
  if (options.hub_share.has_value()) return *options.hub_share;
  return options.memory_limit == 0 ? most : std::min<size_t>(most, options.memory_limit / 8);
}

size_t HubShares(const HubServerOptions& options) {
  return options.memory_limit == 0 ? std::max(Limits().hub_shares, 2 * HubShare(options))
                                   : options.memory_limit / 4;
}

bool OnThisMachineAlone(const HubServerOptions& options) {
  return IsLoopback(options.host) &&
         (!options.hub_listen.has_value() || IsLoopback(options.hub_listen->host));
}

// Every hub of the mesh keeps them.
absl::Status CheckLabels(const HubServerOptions& options) {
  const Limits limits;
  const auto is_label = [&](const std::string& text) { return IsPlainName(text, limits.label); };
  if (!options.region.empty() && !is_label(options.region)) {
    return absl::InvalidArgumentError(
        absl::StrCat("region is not text of 1 to ", limits.label, " bytes"));
  }
  if (options.capabilities.size() > limits.capabilities ||
      !std::all_of(options.capabilities.begin(), options.capabilities.end(), is_label)) {
    return absl::InvalidArgumentError(absl::StrCat("capabilities are not at most ",
                                                   limits.capabilities, " texts of 1 to ",
                                                   limits.label, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status CheckProxies(const HubServerOptions& options) {
  const auto proxies = net::TrustedProxies::Parse(options.trust_proxies);
  if (!proxies.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("trust_proxies: ", proxies.status().message()));
  }
  if (options.proxy_protocol && proxies->empty()) {
    return absl::InvalidArgumentError(
        "proxy_protocol: nobody could come in; name the proxies in trust_proxies");
  }
  return absl::OkStatus();
}

absl::Status CheckBus(const HubServerOptions& options) {
  if (!options.nats_servers.empty() && !options.is_hub) {
    return absl::InvalidArgumentError("nats_servers: they are for hubs; set is_hub");
  }
  const absl::Status broker = bus::CheckBroker(BrokerOptionsOf(options));
  if (broker.ok()) return broker;
  return absl::InvalidArgumentError(absl::StrCat("nats_servers: ", broker.message()));
}

absl::Status CheckRoutes(const HubServerOptions& options) {
  for (const auto& [path, route] : options.routes) {
    if (!path.starts_with('/')) {
      return absl::InvalidArgumentError(absl::StrCat("route '", path, "' does not begin with '/'"));
    }
    if (net::HttpRoutes::Has(path)) {
      return absl::InvalidArgumentError(absl::StrCat("route '", path, "' is the hub's own"));
    }
    if (!route) return absl::InvalidArgumentError(absl::StrCat("route '", path, "' has no answer"));
  }
  return absl::OkStatus();
}

}  // namespace

HubOptions CoreOptions(const HubServerOptions& options) {
  HubOptions core;
  core.is_hub = options.is_hub;
  core.hub_peer_id = options.hub_peer_id.value_or(HubServer::GeneratePeerId());
  core.hub_mesh_namespace = std::string(Trimmed(options.hub_mesh_namespace));
  core.hub_admission = options.hub_admission.value_or(
      options.hub_keys.empty() ? HubAdmission::kDeny : HubAdmission::kToken);
  core.hub_allow = options.hub_allow;
  core.hub_unsigned = options.hub_unsigned;
  core.bootstrap_hubs = options.bootstrap_hubs;
  core.auto_connect = options.auto_connect;
  core.reconnect_interval = options.reconnect_interval;
  core.max_reconnect_attempts = options.max_reconnect_attempts;
  core.hub_mesh_max_peers = options.hub_mesh_max_peers;
  core.advertise_url = options.advertise_url;
  core.region = options.region;
  core.capabilities = options.capabilities;
  core.Take(RunningLimitsOf(options));
  core.limits.message = options.max_message_size;
  core.limits.signal = options.max_signal_size.value_or(options.max_message_size);
  core.limits.link_queue = options.link_queue;
  core.limits.hub_share = HubShare(options);
  core.limits.hub_shares = HubShares(options);
  core.limits.hub_map = core.limits.hub_shares / 8;
  core.ipv6_prefix = options.ipv6_prefix;
  core.namespaces = options.namespaces;
  // Without a token a peer has only what a policy gives to anyone.
  if (options.auth != PeerAuth::kNone) core.who = WhoMayEnter::kToken;
  core.token_expiry = options.token_expiry;
  core.token_leeway = options.token_leeway;
  core.cleanup_interval = options.cleanup_interval;
  core.bus.on = HasBus(options);
  core.bus.grace = options.nats_grace;
  return core;
}

RunningLimits RunningLimitsOf(const HubServerOptions& options) {
  return {.max_connections = options.max_connections,
          .memory_limit = options.memory_limit,
          .discovery_limit = options.discovery_limit,
          .message_rate = options.message_rate,
          .byte_rate = options.byte_rate,
          .announce_rate = options.announce_rate,
          .fanout_rate = options.fanout_rate,
          .address_rate = options.address_rate,
          .auth_failure_rate = options.auth_failure_rate,
          .hub_registration_rate = options.hub_registration_rate};
}

unsigned IoThreads(const HubServerOptions& options) {
  return options.io_threads > 0 ? options.io_threads
                                : std::max(1u, std::thread::hardware_concurrency());
}

net::DataPlaneOptions NetOptions(const HubServerOptions& options, const PeerId& hub_peer_id) {
  net::DataPlaneOptions net;
  net.io_threads = IoThreads(options);
  net.connection.max_message_size = options.max_message_size;
  net.connection.link_queue_limit = options.link_queue;
  net.connection.proxy_protocol = options.proxy_protocol;
  // CheckOptions says what is wrong with these two.
  if (auto origins = net::AllowedOrigins::Parse(options.allow_origins); origins.ok()) {
    net.origins = *std::move(origins);
  }
  if (auto proxies = net::TrustedProxies::Parse(options.trust_proxies); proxies.ok()) {
    net.connection.trusted_proxies = *std::move(proxies);
  }
  net.reach = OnThisMachineAlone(options) ? net::Reach::kThisMachine : net::Reach::kOthers;
  net.tls = TlsFilesOf(options);
  net.admit = options.admit;
  net.routes = options.routes;
  net.other_paths = options.other_paths;
  net.memory_limit = options.memory_limit;
  net.addresses.address_rate = options.address_rate;
  net.addresses.auth_failure_rate = options.auth_failure_rate;
  net.addresses.ipv6_prefix = options.ipv6_prefix;
  net.addresses.max_connections = options.max_connections;
  // Those of the version before this one have no others.
  net.takes_hub1_tokens = options.hub_unsigned == HubUnsigned::kAllow;
  net.peer_tokens = {options.auth, options.token_cookie, options.token_query};
  net.dial.hub_peer_id = hub_peer_id;
  net.dial.hub_ca = options.hub_ca_file;
  net.dial.token_plaintext = options.hub_token_plaintext;
  return net;
}

TlsFiles TlsFilesOf(const HubServerOptions& options) {
  return {options.tls_cert_file,
          options.tls_key_file,
          options.tls_client_ca_file,
          {"tls_cert_file", "tls_key_file", "tls_client_ca_file"}};
}

// CheckOptions says what is wrong where there is none.
bool HasBus(const HubServerOptions& options) {
  return options.is_hub && !options.nats_servers.empty() &&
         bus::CheckBroker(BrokerOptionsOf(options)).ok();
}

bus::BrokerOptions BrokerOptionsOf(const HubServerOptions& options) {
  return {.servers = options.nats_servers,
          .files = {.auth = options.nats_auth_file,
                    .ca = options.nats_ca_file,
                    .certificate = options.nats_cert_file,
                    .key = options.nats_key_file},
          .subject = options.nats_subject};
}

absl::Status CheckOptions(const HubServerOptions& options, const Hub& hub) {
  if (absl::Status s = auth::HubKeys::Check(options.hub_keys); !s.ok()) return s;
  if (options.hub_trust.has_value()) {
    const auto trusted = auth::ParseTrustedHubs(*options.hub_trust);
    if (!trusted.ok()) return trusted.status();
  }
  if (absl::Status s = hub.Check(SetHubMeshNamespace{hub.identity().mesh_namespace()}); !s.ok())
    return s;
  if (absl::Status s = hub.Check(SetBootstrapHubs{options.bootstrap_hubs}); !s.ok()) return s;
  if (absl::Status s = CheckTlsFiles(TlsFilesOf(options)).status(); !s.ok()) return s;
  if (absl::Status s = hub.Check(ConfigureNamespaces{options.namespaces}); !s.ok()) return s;
  if (absl::Status s = CheckLabels(options); !s.ok()) return s;
  if (absl::Status s = CheckBus(options); !s.ok()) return s;
  if (absl::Status s = CheckProxies(options); !s.ok()) return s;
  const auto origins = net::AllowedOrigins::Parse(options.allow_origins);
  if (!origins.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("allow_origins: ", origins.status().message()));
  }
  if (absl::Status s = PeerTokens::CheckOptions(options); !s.ok()) return s;
  return CheckRoutes(options);
}

}  // namespace pigeonhub
