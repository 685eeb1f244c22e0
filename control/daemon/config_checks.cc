// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config_checks.h"

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "control/control_server.h"
#include "control/daemon/history_options.h"
#include "control/daemon/named_files.h"
#include "control/daemon/served_pages.h"
#include "pigeonhub/hub_server.h"
#include "server/base/address.h"
#include "server/base/masked_url.h"
#include "server/base/text.h"
#include "server/base/websocket_url.h"
#include "server/runtime/clock.h"

namespace pigeonhub {
namespace {

// A misspelled variable is an error for whoever checks the configuration. A hub starts
// nevertheless: an environment may hold variables that begin like ours and belong to somebody else.
absl::Status CheckVariables(const Config& config) {
  if (config.unknown_variables.empty()) return absl::OkStatus();
  const UnknownVariable& first = config.unknown_variables.front();
  std::string message = Shown(first.name) + ": there is no such variable";
  if (!first.meant.empty()) message += "; did you mean " + first.meant + "?";
  return absl::InvalidArgumentError(message);
}

absl::Status CheckFiles(const Config& config) {
  const SystemClock clock;
  Log silent(LogLevel::kOff, LogFormat::kText, -1, clock);
  auto access = OpenAccessFile(config, silent);
  if (!access.ok()) return access.status();
  if (const auto keys = ReadHubKeys(config); !keys.ok()) return keys.status();
  if (const auto trust = ReadHubTrust(config); !trust.ok()) return trust.status();
  if (const auto keys = ReadTokenKeys(config); !keys.ok()) return keys.status();
  if (IsJwksUrl(config.token_jwks)) {
    if (const auto url = HubServer::CheckTokenJwksUrl(config.token_jwks); !url.ok()) {
      return absl::InvalidArgumentError("token-jwks: " + std::string(url.message()));
    }
  }
  if (const auto secret = ReadTurnSecret(config); !secret.ok()) return secret.status();
  if (auto status = CheckBrokerFiles(config); !status.ok()) return status;
  if (const auto history = HistoryOptionsOf(config); !history.ok()) return history.status();
  if (const auto tls = CheckTlsFiles(TlsFilesOf(config)); !tls.ok()) return tls.status();
  if (auto status = HubServer::CheckBansFile(config.bans); !status.ok()) return status;
  return CheckReach(ReachOf(config, *std::move(access)));
}

// Of a hub without --auth, on which they are without effect, or let nobody in.
void WarnOfTokensThatNobodyAsksFor(const Config& config, Log& log) {
  if (!config.token_keys.empty() || !config.token_jwks.empty()) {
    log.Warn(
        "there are keys for tokens, but --auth is none: nobody is asked for a token, and whoever "
        "comes gets in; set --auth required");
  }
  for (const NamedPolicy& named : config.namespaces) {
    const NamespacePolicy& policy = named.policy;
    const bool asks_for_token = policy.who.has_value()
                                    ? *policy.who == WhoMayEnter::kToken
                                    : policy.issuers.has_value() && !policy.issuers->empty();
    if (!asks_for_token) continue;
    log.Warn("nobody can enter: the policy asks for a token, but --auth is none",
             {{"policy", Whole(named.name)}});
  }
}

}  // namespace

absl::Status CheckConfig(const Config& config) {
  if (auto status = CheckVariables(config); !status.ok()) return status;
  return CheckFiles(config);
}

void WarnOfDoubtfulSettings(const Config& config, Log& log) {
  for (const UnknownVariable& variable : config.unknown_variables) {
    if (variable.meant.empty()) {
      log.Warn("unknown variable, it has no effect",
               {{"variable", std::string_view(variable.name)}});
    } else {
      log.Warn("unknown variable, it has no effect; did you mean the other one?",
               {{"variable", std::string_view(variable.name)},
                {"meant", std::string_view(variable.meant)}});
    }
  }
  if (config.hub_admission == HubAdmission::kOpen) {
    // Also on loopback: a proxy on this machine may bring in whoever asks it to.
    log.Warn(
        "--hub-admission open: whoever reaches this hub, also through a proxy, can become a hub "
        "here "
        "and sees all peers; a hub key or --hub-allow lets in only those that you know",
        {{"host", std::string_view(config.host)}});
  }
  if (config.console_behind_proxy && config.console_listen != "off") {
    log.Warn(
        "--console-behind-proxy: the console port speaks plain HTTP, so nobody but the proxy may "
        "reach it, and the proxy has to have TLS",
        {{"listen",
          std::string_view(config.console_listen ? *config.console_listen : "127.0.0.1:50080")}});
  }
  if (config.auth == PeerAuth::kNone) WarnOfTokensThatNobodyAsksFor(config, log);
  if (!config.turn_secret.empty() && !config.dev && config.auth == PeerAuth::kNone &&
      config.allow_origins.empty()) {
    log.Warn(
        "/ice gives credentials of the TURN servers to nobody: they are for pages of "
        "--allow-origin "
        "and, with --auth, for who shows a token");
  }
  for (const std::string& hub : config.bootstrap_hubs) {
    const absl::StatusOr<WebSocketUrl> url = WebSocketUrl::Parse(hub);
    if (!url.ok() || url->secure || IsLoopback(url->host) || config.hub_token_plaintext) continue;
    const std::string shown = MaskedUrl(hub);
    log.Warn(
        "no hub token is shown at this address, as others could read it on its way; use wss://, or "
        "--hub-token-plaintext in a private network",
        {{"hub", Whole(shown)}});
  }
  for (const AllowedHub& hub : config.hub_allow) {
    if (!hub.by_id_alone()) continue;
    log.Warn(
        "--hub-allow admits whoever has this id, and ids are no secrets; ID=SECRET or ID@NETWORK "
        "asks for more",
        {{"hub", hub.id.text()}});
  }
}

void WarnOfOpenSecrets(const Config& config, Log& log) {
  // ReadSecretFile refuses such a file, except to root, who may not have meant to open it.
  for (const std::string& path :
       {config.hub_key, config.nats_auth, config.nats_key, config.tls_key, config.control_tokens,
        config.control_tls_key, config.webhook_key, config.turn_secret}) {
    WarnIfOpenToAll(path, log);
  }
  for (const std::string& path : SecretTokenFilesOf(config)) WarnIfOpenToAll(path, log);
}

}  // namespace pigeonhub
