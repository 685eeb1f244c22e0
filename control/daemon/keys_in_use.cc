// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/keys_in_use.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "control/daemon/named_files.h"
#include "server/base/certificate.h"
#include "server/base/files.h"

namespace pigeonhub {
namespace {

using Kind = KeyInUse::Kind;

constexpr char kReload[] = "a reload";
constexpr char kRestart[] = "a restart";

KeyInUse OfFile(Kind kind, std::string setting, const std::string& path) {
  return {.kind = kind,
          .setting = std::move(setting),
          .source = path,
          .modified_at = ModifiedAt(path).value_or(0)};
}

// Of a file that is read at the start, and perhaps by a reload: in use as of `loaded_at`, read last
// at `read_at`.
KeyInUse OfReadFile(Kind kind, std::string setting, const std::string& path, UnixMillis loaded_at,
                    UnixMillis read_at, const char* what_takes_it_over) {
  KeyInUse key = OfFile(kind, std::move(setting), path);
  key.loaded_at = loaded_at;
  if (!ModifiedAt(path).has_value()) {
    key.problem = path + ": it cannot be found any more; the hub goes on with what it read";
  } else if (key.modified_at > read_at) {
    key.problem = absl::StrCat(path, ": it changed since it was read; ", what_takes_it_over,
                               " takes it over");
  }
  return key;
}

void AddTokenKeys(const Config& config, const ReadKeys& read, const HubServer& hub,
                  std::vector<KeyInUse>& keys) {
  for (TokenKeyRecord& record : hub.GetTokenKeys()) {
    const bool of_set = !record.source.empty() && record.source == config.token_jwks;
    KeyInUse key{.kind = Kind::kTokenKey};
    if (IsJwksUrl(record.source)) {
      key.source = std::move(record.source);
    } else if (!record.source.empty()) {
      key = OfFile(Kind::kTokenKey, "", record.source);
      key.problem = read.token_problem;
    }
    if (!key.source.empty()) key.setting = of_set ? "token-jwks" : "token-key";
    key.name = std::move(record.kid);
    key.algorithm = std::move(record.kind);
    key.loaded_at = record.loaded_at;
    key.last_used_at = record.last_used_at;
    key.uses = record.uses;
    keys.push_back(std::move(key));
  }
}

void AddHubKeys(const Config& config, const ReadKeys& read, const HubServer& hub,
                std::vector<KeyInUse>& keys) {
  const UnixMillis start = read.started_at;
  // A reload reads the file that is named, and not the one that the hubs of this user share.
  if (!config.hub_key.empty()) {
    keys.push_back(OfReadFile(Kind::kHubKey, "hub-key", read.hub_key_file, read.hub_key_at,
                              read.read_at, kReload));
  } else if (!read.hub_key_file.empty()) {
    keys.push_back(OfReadFile(Kind::kHubKey, "", read.hub_key_file, start, start, kRestart));
  }
  KeyInUse identity{.kind = Kind::kHubIdentity, .loaded_at = start};
  if (!read.signing_key_file.empty()) {
    identity = OfReadFile(Kind::kHubIdentity, "", read.signing_key_file, start, start, kRestart);
  }
  identity.name = hub.PublicKeyText();
  identity.algorithm = "Ed25519";
  keys.push_back(std::move(identity));
}

void AddControlTokens(const Config& config, AccessFile& access, std::vector<KeyInUse>& keys) {
  KeyInUse each = OfFile(Kind::kControlToken, "control-tokens", config.control_tokens);
  // The file is looked at with each call; one that cannot be used leaves these in force.
  const auto usable = access.Load(/*only_check=*/true);
  if (!usable.ok()) each.problem = std::string(usable.status().message());
  for (std::string& name : access.Current()->TokenNames()) {
    keys.push_back(each);
    keys.back().name = std::move(name);
  }
}

std::string FirstOf(const std::vector<std::string>& names) {
  return names.empty() ? std::string() : names.front();
}

// What is in the file; whoever shows the certificate looks at it each time.
KeyInUse CertificateIn(std::string setting, const std::string& path) {
  KeyInUse key = OfFile(Kind::kCertificate, std::move(setting), path);
  const auto text = ReadSmallFile(path);
  const auto summary = text.ok() ? SummaryOfChain(*text) : std::nullopt;
  if (!summary.has_value()) {
    key.problem =
        text.ok() ? path + ": there is no certificate in it" : std::string(text.status().message());
    return key;
  }
  key.name = FirstOf(summary->names);
  key.expires_at = summary->not_after;
  return key;
}

void AddCertificates(const Config& config, const HubServer& hub, std::vector<KeyInUse>& keys) {
  if (const auto tls = hub.Tls(); tls.has_value()) {
    KeyInUse& key = keys.emplace_back(OfFile(Kind::kCertificate, "tls-cert", config.tls_cert));
    key.name = FirstOf(tls->names);
    key.expires_at = tls->not_after;
    key.problem = tls->problem;
  }
  if (!config.control_tls_cert.empty()) {
    KeyInUse& key = keys.emplace_back(CertificateIn("control-tls-cert", config.control_tls_cert));
    const auto usable = CheckTlsFiles(ControlTlsFilesOf(config));
    if (!usable.ok()) key.problem = std::string(usable.status().message());
  }
  if (!config.nats_cert.empty()) keys.push_back(CertificateIn("nats-cert", config.nats_cert));
}

}  // namespace

std::vector<KeyInUse> KeysInUse(const Config& config, const ReadKeys& read, const HubServer& hub,
                                AccessFile* access) {
  std::vector<KeyInUse> keys;
  AddTokenKeys(config, read, hub, keys);
  AddHubKeys(config, read, hub, keys);
  if (access != nullptr) AddControlTokens(config, *access, keys);
  AddCertificates(config, hub, keys);
  if (!config.turn_secret.empty()) {
    keys.push_back(OfReadFile(Kind::kTurnSecret, "turn-secret", config.turn_secret,
                              read.turn_secret_at, read.read_at, kReload));
  }
  if (!config.webhook_key.empty()) {
    keys.push_back(OfReadFile(Kind::kWebhookKey, "webhook-key", config.webhook_key,
                              read.webhook_key_at, read.read_at, kReload));
  }
  if (!config.nats_auth.empty()) {
    keys.push_back(OfFile(Kind::kBrokerCredential, "nats-auth", config.nats_auth));
  }
  return keys;
}

}  // namespace pigeonhub
