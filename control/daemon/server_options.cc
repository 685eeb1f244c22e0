// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/server_options.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "control/daemon/memory_limit.h"

namespace pigeonhub {

namespace {

// Nobody has a token where there is no key.
HubAdmission AdmissionOf(const Config& config, bool has_keys) {
  if (config.hub_admission == HubAdmission::kOpen) return HubAdmission::kOpen;
  return has_keys ? config.hub_admission.value_or(HubAdmission::kToken) : HubAdmission::kDeny;
}

constexpr std::string_view kRunningLimits[] = {
    "max-connections",   "memory-limit",          "discovery-limit", "message-rate",
    "byte-rate",         "announce-rate",         "fanout-rate",     "address-rate",
    "auth-failure-rate", "hub-registration-rate",
};

constexpr uint16_t kUsualMetricsPort = 9464;  // in Prometheus's list of ports: OpenTelemetry

std::optional<HostPort> MetricsAddress(const Config& config) {
  if (config.metrics_off) return std::nullopt;
  return config.metrics_listen.value_or(HostPort{"127.0.0.1", kUsualMetricsPort});
}

}  // namespace

HubServerOptions ServerOptions(const Config& config, HubFiles files) {
  return {
      .host = config.host,
      .port = config.port,
      .is_hub = config.hub,
      .hub_mesh_namespace = config.hub_mesh_namespace,
      .hub_peer_id = config.hub_peer_id,
      .max_connections = config.max_connections,
      .max_message_size = config.max_message_size,
      .max_signal_size = config.max_signal_size,
      .allow_origins = config.allow_origins,
      .trust_proxies = config.trust_proxies,
      .proxy_protocol = config.proxy_protocol,
      .cleanup_interval = config.cleanup_interval,
      .hub_admission = AdmissionOf(config, !files.keys.empty()),
      .hub_allow = config.hub_allow,
      .hub_listen = config.hub_listen,
      .tls_cert_file = config.tls_cert,
      .tls_key_file = config.tls_key,
      .tls_client_ca_file = config.tls_client_ca,
      .bootstrap_hubs = config.bootstrap_hubs,
      .auto_connect = config.auto_connect,
      .reconnect_interval = config.reconnect_interval,
      .max_reconnect_attempts = config.max_reconnect_attempts,
      .hub_mesh_max_peers = config.hub_mesh_max_peers,
      .link_queue = config.link_queue,
      .hub_share = config.hub_share,
      .advertise_url = config.advertise_url,
      .region = config.region,
      .capabilities = config.capabilities,
      .hub_keys = std::move(files.keys),
      .hub_token_plaintext = config.hub_token_plaintext,
      .hub_unsigned = config.hub_unsigned,
      .hub_trust = std::move(files.trust),
      .hub_signing_key = files.signing_key,
      .hub_ca_file = config.hub_ca,
      .nats_servers = config.nats,
      .nats_auth_file = config.nats_auth,
      .nats_ca_file = config.nats_ca,
      .nats_cert_file = config.nats_cert,
      .nats_key_file = config.nats_key,
      .nats_subject = config.nats_subject,
      .nats_grace = config.nats_grace,
      .discovery_limit = config.discovery_limit,
      .message_rate = config.message_rate,
      .byte_rate = config.byte_rate,
      .announce_rate = config.announce_rate,
      .fanout_rate = config.fanout_rate,
      .address_rate = config.address_rate,
      .auth_failure_rate = config.auth_failure_rate,
      .hub_registration_rate = config.hub_registration_rate,
      .ipv6_prefix = config.ipv6_prefix,
      .namespaces = config.namespaces,
      .memory_limit = MemoryLimit(config),
      .io_threads = config.io_threads.value_or(0),
      .bans_file = config.bans,
      .metrics_listen = MetricsAddress(config),
      .metrics_port_may_differ = !config.metrics_listen.has_value(),
      .auth = config.auth,
      .token_keys = std::move(files.token_keys),
      .token_jwks_url = IsJwksUrl(config.token_jwks) ? config.token_jwks : "",
      .token_issuers = config.token_issuers,
      .token_audiences = config.token_audiences,
      .token_leeway = config.token_leeway,
      .token_cookie = config.token_cookie,
      .token_query = config.token_query,
      .token_expiry = config.token_expiry,
  };
}

RunningLimits LimitsOf(const Config& config) {
  return {.max_connections = config.max_connections,
          .memory_limit = MemoryLimit(config),
          .discovery_limit = config.discovery_limit,
          .message_rate = config.message_rate,
          .byte_rate = config.byte_rate,
          .announce_rate = config.announce_rate,
          .fanout_rate = config.fanout_rate,
          .address_rate = config.address_rate,
          .auth_failure_rate = config.auth_failure_rate,
          .hub_registration_rate = config.hub_registration_rate};
}

bool IsRunningLimit(std::string_view setting) {
  return std::find(std::begin(kRunningLimits), std::end(kRunningLimits), setting) !=
         std::end(kRunningLimits);
}

}  // namespace pigeonhub
