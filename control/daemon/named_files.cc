// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/named_files.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "control/daemon/user_keys.h"
#include "control/history/webhook_keys.h"
#include "pigeonhub/hub_server.h"
#include "server/auth/token/key_file.h"
#include "server/auth/token/key_files.h"
#include "server/base/files.h"

namespace pigeonhub {
namespace {

absl::StatusOr<std::string> OpenHubKeys(const Config& config, const Variables& variables,
                                        Log& log) {
  if (!config.hub_key.empty()) return ReadHubKeys(config);
  const std::string folder = StateFolder(variables);
  auto text = OpenUserHubKey(folder);
  if (text.ok()) WarnIfOpenToAll(UserHubKeyFile(folder), log);
  if (text.ok() || absl::IsInvalidArgument(text.status())) return text;
  if (config.hub) {
    const std::string why(text.status().message());
    log.Warn("no hub with a key admits this hub; --hub-key names a key file",
             {{"problem", Whole(why)}});
  }
  return std::string();
}

absl::StatusOr<std::optional<PrivateKey>> SigningKeyOf(const Config& config,
                                                       const Variables& variables, Log& log) {
  if (!config.hub || !config.hub_peer_id.has_value()) return std::nullopt;
  const std::string folder = StateFolder(variables);
  auto key = OpenSigningKey(folder, *config.hub_peer_id);
  if (key.ok()) {
    WarnIfOpenToAll(SigningKeyFile(folder, *config.hub_peer_id), log);
    return *key;
  }
  if (absl::IsInvalidArgument(key.status())) return key.status();
  if (!config.hub_trust.empty()) {
    const std::string why(key.status().message());
    log.Warn(
        "this hub has another key after each start, and trust lists of other hubs cannot have it",
        {{"problem", Whole(why)}});
  }
  return std::nullopt;
}

}  // namespace

void WarnIfOpenToAll(const std::string& path, Log& log) {
  if (path.empty() || !IsOpenToAll(path)) return;
  log.Warn("every user of this machine can read a file that holds a secret; run chmod o= on it",
           {{"file", Whole(path)}});
}

absl::StatusOr<std::shared_ptr<AccessFile>> OpenAccessFile(const Config& config, Log& log) {
  if (config.control_tokens.empty()) return nullptr;
  auto access = std::make_shared<AccessFile>(config.control_tokens, log);
  if (const auto loaded = access->Load(); !loaded.ok()) return loaded.status();
  return access;
}

absl::StatusOr<std::string> ReadHubKeys(const Config& config) {
  if (config.hub_key.empty()) return std::string();
  auto text = ReadSecretFile(config.hub_key);
  if (!text.ok()) return text;
  if (const auto status = HubServer::CheckHubKeys(*text); !status.ok()) {
    return absl::InvalidArgumentError(config.hub_key + ": " + std::string(status.message()));
  }
  return text;
}

absl::StatusOr<std::optional<std::string>> ReadHubTrust(const Config& config) {
  if (config.hub_trust.empty()) return std::nullopt;
  auto text = ReadTrustedFile(config.hub_trust);
  if (!text.ok()) return text.status();
  if (const auto status = HubServer::CheckHubTrust(*text); !status.ok()) {
    return absl::InvalidArgumentError(config.hub_trust + ": " + std::string(status.message()));
  }
  return *std::move(text);
}

absl::StatusOr<std::string> ReadWebhookKeys(const Config& config) {
  if (config.webhook_key.empty()) return std::string();
  auto text = ReadSecretFile(config.webhook_key);
  if (!text.ok()) return text;
  if (const auto keys = history::WebhookKeys::Parse(*text); !keys.ok()) {
    return absl::InvalidArgumentError(config.webhook_key + ": " +
                                      std::string(keys.status().message()));
  }
  return text;
}

absl::Status CheckBrokerFiles(const Config& config) {
  HubServerOptions options;
  options.nats_auth_file = config.nats_auth;
  options.nats_ca_file = config.nats_ca;
  options.nats_cert_file = config.nats_cert;
  options.nats_key_file = config.nats_key;
  return HubServer::CheckNatsFiles(options);
}

bool IsJwksUrl(std::string_view jwks) { return jwks.find("://") != std::string_view::npos; }

absl::StatusOr<TokenKeys> ReadTokenKeys(const Config& config) {
  TokenKeys keys;
  for (const std::string& path : config.token_keys) {
    auto text = auth::ReadKeyFileText(path);
    if (!text.ok()) return text.status();
    keys.files.push_back({auth::KidOf(path), *std::move(text), path});
  }
  if (config.token_jwks.empty() || IsJwksUrl(config.token_jwks)) return keys;
  auto jwks = auth::ReadJwksFileText(config.token_jwks);
  if (!jwks.ok()) return jwks.status();
  keys.jwks = *std::move(jwks);
  keys.jwks_path = config.token_jwks;
  return keys;
}

std::vector<std::string> TokenFilesOf(const Config& config) {
  std::vector<std::string> paths = config.token_keys;
  if (!config.token_jwks.empty() && !IsJwksUrl(config.token_jwks)) {
    paths.push_back(config.token_jwks);
  }
  return paths;
}

std::vector<std::string> SecretTokenFilesOf(const Config& config) {
  std::vector<std::string> paths;
  for (const std::string& path : config.token_keys) {
    const auto keys = auth::ReadKeyFile(path);
    if (keys.ok() && auth::HaveSecret(*keys)) paths.push_back(path);
  }
  if (config.token_jwks.empty() || IsJwksUrl(config.token_jwks)) return paths;
  const auto set = auth::ReadJwksFile(config.token_jwks);
  if (set.ok() && auth::HaveSecret(set->keys)) paths.push_back(config.token_jwks);
  return paths;
}

Digest DigestOf(const TokenKeys& keys) {
  std::string all;
  const auto add = [&](const std::string& text) { absl::StrAppend(&all, text.size(), ":", text); };
  for (const TokenKeys::File& file : keys.files) {
    add(file.kid);
    add(file.text);
    add(file.path);
  }
  add(keys.jwks);
  return DigestOf(all);
}

absl::StatusOr<HubFiles> OpenHubFiles(const Config& config, const Variables& variables, Log& log) {
  HubFiles files;
  auto keys = OpenHubKeys(config, variables, log);
  if (!keys.ok()) return keys.status();
  files.keys = *std::move(keys);
  const std::string folder = StateFolder(variables);
  if (!files.keys.empty()) {
    files.keys_path = config.hub_key.empty() ? UserHubKeyFile(folder) : config.hub_key;
  }
  auto trust = ReadHubTrust(config);
  if (!trust.ok()) return trust.status();
  files.trust = *std::move(trust);
  const auto signing_key = SigningKeyOf(config, variables, log);
  if (!signing_key.ok()) return signing_key.status();
  files.signing_key = *signing_key;
  if (signing_key->has_value()) {
    files.signing_key_path = SigningKeyFile(folder, *config.hub_peer_id);
  }
  auto token_keys = ReadTokenKeys(config);
  if (!token_keys.ok()) return token_keys.status();
  files.token_keys = *std::move(token_keys);
  return files;
}

TlsFiles TlsFilesOf(const Config& config) {
  return {config.tls_cert, config.tls_key, config.tls_client_ca};
}

TlsFiles ControlTlsFilesOf(const Config& config) {
  return {config.control_tls_cert,
          config.control_tls_key,
          config.control_tls_client_ca,
          {"--control-tls-cert", "--control-tls-key", "--control-tls-client-ca"}};
}

ControlReach ReachOf(const Config& config, std::shared_ptr<AccessFile> access) {
  ControlReach reach{config.control_listen, ControlTlsFilesOf(config), std::move(access)};
  if (config.console_listen != "off") {
    reach.console = ConsoleReach{config.console_listen, config.console_behind_proxy};
  }
  return reach;
}

}  // namespace pigeonhub
