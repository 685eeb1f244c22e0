// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/running_config.h"

#include <utility>

#include "control/daemon/config/config_options.h"
#include "control/daemon/config/namespace_policies.h"
#include "control/daemon/descriptor_limit.h"
#include "control/daemon/named_files.h"
#include "control/daemon/served_pages.h"
#include "control/daemon/server_options.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kByCall = "api";

// The value as TOML writes it, without the quotes of a plain string.
std::string SettingOf(const ConfigOption& option, const Config& config) {
  std::string value = ShownValue(option, config);
  if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
  return value;
}

std::string LevelName(LogLevel level) {
  Config config;
  config.log_level = level;
  return SettingOf(*FindConfigOption("log-level"), config);
}

}  // namespace

RunningConfig::RunningConfig(Config config, ReadAgain read_again,
                             std::shared_ptr<AccessFile> access, const Clock& clock, Log& log)
    : read_again_(std::move(read_again)),
      access_(std::move(access)),
      clock_(clock),
      log_(log),
      certificate_files_{
          {{"tls-cert", TlsFilesOf(config)}, {"control-tls-cert", ControlTlsFilesOf(config)}}},
      token_files_("keys of tokens", TokenFilesOf(config), log),
      config_(std::move(config)),
      log_level_(config_.log_level) {
  for (size_t i = 0; i < certificate_files_.size(); ++i) {
    // The files were checked before.
    certificates_[i] = CheckTlsFiles(certificate_files_[i].files).value_or(Digest{});
  }
}

void RunningConfig::Steer(HubServer& hub, const HubFiles& files) {
  MutexLock lock(mutex_);
  hub_ = &hub;
  hub_keys_ = DigestOf(files.keys);
  hub_trust_ = files.trust;
  read_keys_.started_at = clock_.Read().unix_ms;
  read_keys_.read_at = read_keys_.hub_key_at = read_keys_.turn_secret_at = read_keys_.started_at;
  read_keys_.hub_key_file = files.keys_path;
  read_keys_.signing_key_file = files.signing_key_path;
  token_keys_ = files.token_keys;
  token_files_.Look(DigestOf(token_keys_));
}

void RunningConfig::Steer(history::History& history, const history::HistoryOptions& options) {
  MutexLock lock(mutex_);
  history_ = &history;
  webhook_keys_ = DigestOf(options.webhooks.keys);
  read_keys_.webhook_key_at = clock_.Read().unix_ms;
}

void RunningConfig::Steer(Pages& pages, std::string_view turn_secret) {
  MutexLock lock(mutex_);
  pages_ = &pages;
  turn_secret_ = DigestOf(turn_secret);
}

std::vector<Setting> RunningConfig::List() const {
  MutexLock lock(mutex_);
  std::vector<Setting> settings;
  for (const ConfigOption& option : ConfigOptions()) {
    if (option.print == nullptr) continue;
    Setting setting{std::string(option.name), SettingOf(option, config_), {}};
    const auto origin = config_.origins.find(option.name);
    setting.origin = Describe(origin == config_.origins.end() ? ValueOrigin() : origin->second);
    if (const auto change = by_call_.find(option.name); change != by_call_.end()) {
      setting.value = change->second;
      setting.origin = kByCall;
    }
    settings.push_back(std::move(setting));
  }
  return settings;
}

std::vector<KeyInUse> RunningConfig::Keys() const {
  Config config;
  ReadKeys read;
  const HubServer* hub = nullptr;
  {
    MutexLock lock(mutex_);
    config = config_;
    read = read_keys_;
    hub = hub_;
  }
  if (hub == nullptr) return {};
  read.token_problem = token_files_.problem();
  return KeysInUse(config, read, *hub, access_.get());
}

void RunningConfig::Changed(std::string_view name, std::string value) {
  MutexLock lock(mutex_);
  by_call_.insert_or_assign(std::string(name), std::move(value));
}

Duration RunningConfig::drain_timeout() const {
  MutexLock lock(mutex_);
  return config_.drain_timeout;
}

LogLevel RunningConfig::log_level() const {
  MutexLock lock(mutex_);
  return log_level_;
}

LogLevel RunningConfig::SetLogLevel(LogLevel level) {
  MutexLock lock(mutex_);
  log_.SetLevel(level);
  by_call_.insert_or_assign("log-level", LevelName(level));
  return std::exchange(log_level_, level);
}

absl::StatusOr<Reloaded> RunningConfig::Reload(bool only_check) {
  const absl::StatusOr<Config> read = read_again_();
  if (!read.ok()) return read.status();
  // Reads the files that are in use, even if the changed configuration names others: those wait for
  // a restart.
  Certificates certificates;
  for (size_t i = 0; i < certificate_files_.size(); ++i) {
    const auto digest = CheckTlsFiles(certificate_files_[i].files);
    if (!digest.ok()) return digest.status();
    certificates[i] = *digest;
  }
  bool access_changed = false;
  if (access_ != nullptr) {
    const auto changed = access_->Load(only_check);
    if (!changed.ok()) return changed.status();
    access_changed = *changed;
  }

  MutexLock lock(mutex_);
  // As above, for the files of keys and secrets and of hubs to trust.
  const UnixMillis read_at = clock_.Read().unix_ms;
  const auto hub_keys = ReadHubKeys(config_);
  if (!hub_keys.ok()) return hub_keys.status();
  const auto hub_trust = ReadHubTrust(config_);
  if (!hub_trust.ok()) return hub_trust.status();
  const auto webhook_keys = ReadWebhookKeys(config_);
  if (!webhook_keys.ok()) return webhook_keys.status();
  const auto turn_secret = ReadTurnSecret(config_);
  if (!turn_secret.ok()) return turn_secret.status();
  // Another list of token keys is taken over, so that a key can be added; but not that there are
  // none.
  Config with_keys = config_;
  if (!read->token_keys.empty()) with_keys.token_keys = read->token_keys;
  const bool other_key_files = with_keys.token_keys != config_.token_keys;
  const auto token_keys = ReadTokenKeys(with_keys);
  if (!token_keys.ok()) return token_keys.status();
  Reloaded reloaded;
  for (const ConfigOption& option : ConfigOptions()) {
    if (option.print == nullptr) continue;
    if (option.name == "log-level") {
      // Compares with what was read last, so that a call's change stays until the file changes.
      if (read->log_level == config_.log_level) continue;
      reloaded.applied.emplace_back(option.name);
    } else if (option.name == "bootstrap-hub") {
      if (read->bootstrap_hubs == config_.bootstrap_hubs) continue;
      reloaded.applied.emplace_back(option.name);
    } else if (option.name == "token-key" && other_key_files) {
      reloaded.applied.emplace_back(option.name);
    } else if (IsRunningLimit(option.name)) {
      if (option.print(*read) == option.print(config_)) continue;
      reloaded.applied.emplace_back(option.name);
    } else if (option.print(*read) != option.print(config_)) {
      reloaded.needs_restart.emplace_back(option.name);
    }
  }
  // Compares with what was read last; what calls have set stays.
  const bool namespaces_changed = read->namespaces != config_.namespaces;
  if (namespaces_changed) {
    if (hub_ != nullptr) {
      const auto status = hub_->SetNamespacePolicies(read->namespaces, Mode::kCheckOnly);
      if (!status.ok()) return status;
    }
    reloaded.applied.emplace_back(kNamespaceSection);
  }
  if (access_changed) reloaded.applied.emplace_back("control-tokens");
  // Whoever uses certificates looks at the files himself, so they are in force already.
  for (size_t i = 0; i < certificates.size(); ++i) {
    if (certificates[i] == certificates_[i]) continue;
    reloaded.applied.emplace_back(certificate_files_[i].option);
  }
  const Digest hub_keys_now = DigestOf(*hub_keys);
  const bool keys_changed = !config_.hub_key.empty() && hub_keys_now != hub_keys_;
  if (keys_changed) reloaded.applied.emplace_back("hub-key");
  const Digest webhook_keys_now = DigestOf(*webhook_keys);
  const bool webhook_keys_changed = history_ != nullptr && webhook_keys_now != webhook_keys_;
  if (webhook_keys_changed) reloaded.applied.emplace_back("webhook-key");
  const Digest turn_secret_now = DigestOf(*turn_secret);
  const bool turn_secret_changed = pages_ != nullptr && turn_secret_now != turn_secret_;
  if (turn_secret_changed) reloaded.applied.emplace_back("turn-secret");
  const bool trust_changed = *hub_trust != hub_trust_;
  if (trust_changed) reloaded.applied.emplace_back("hub-trust");
  const bool token_keys_changed = token_keys->files != token_keys_.files;
  if (token_keys_changed && !other_key_files) reloaded.applied.emplace_back("token-key");
  const bool jwks_changed = token_keys->jwks != token_keys_.jwks;
  if (jwks_changed) reloaded.applied.emplace_back("token-jwks");
  if (only_check) return reloaded;

  // All were checked, so the hub accepts them.
  if (auto status = TakeOverLimitsLocked(*read); !status.ok()) return status;
  if (hub_ != nullptr && keys_changed) {
    if (auto status = hub_->SetHubKeys(*hub_keys); !status.ok()) return status;
    hub_keys_ = hub_keys_now;
    read_keys_.hub_key_at = read_at;
  }
  if (webhook_keys_changed) {
    if (auto status = history_->SetWebhookKeys(*webhook_keys); !status.ok()) return status;
    webhook_keys_ = webhook_keys_now;
    read_keys_.webhook_key_at = read_at;
  }
  if (turn_secret_changed) {
    pages_->SetTurnSecret(*turn_secret);
    turn_secret_ = turn_secret_now;
    read_keys_.turn_secret_at = read_at;
  }
  if (hub_ != nullptr && trust_changed) {
    if (auto status = hub_->SetHubTrust(*hub_trust); !status.ok()) return status;
    hub_trust_ = *hub_trust;
  }
  if (other_key_files) {
    config_.token_keys = read->token_keys;
    TakeOverLocked("token-key", *read);
    token_files_.SetPaths(TokenFilesOf(config_));
  }
  if (auto status = TakeOverLocked(*token_keys); !status.ok()) return status;
  token_keys_ = *token_keys;
  if (hub_ != nullptr && read->bootstrap_hubs != config_.bootstrap_hubs) {
    if (auto status = hub_->SetBootstrapHubs(read->bootstrap_hubs); !status.ok()) return status;
    config_.bootstrap_hubs = read->bootstrap_hubs;
    TakeOverLocked("bootstrap-hub", *read);
  }

  if (hub_ != nullptr && namespaces_changed) {
    if (auto status = hub_->SetNamespacePolicies(read->namespaces); !status.ok()) return status;
    config_.namespaces = read->namespaces;
  }

  certificates_ = certificates;
  read_keys_.read_at = read_at;
  if (read->log_level != config_.log_level) {
    config_.log_level = log_level_ = read->log_level;
    log_.SetLevel(log_level_);
    by_call_.erase("log-level");
    TakeOverLocked("log-level", *read);
  }
  return reloaded;
}

absl::Status RunningConfig::TakeOverLimitsLocked(const Config& read) {
  const RunningLimits limits = LimitsOf(read);
  if (limits == LimitsOf(config_)) return absl::OkStatus();
  if (hub_ != nullptr) {
    if (auto status = hub_->SetLimits(limits); !status.ok()) return status;
  }
  config_.max_connections = read.max_connections;
  config_.memory_limit = read.memory_limit;
  config_.discovery_limit = read.discovery_limit;
  config_.message_rate = read.message_rate;
  config_.byte_rate = read.byte_rate;
  config_.announce_rate = read.announce_rate;
  config_.fanout_rate = read.fanout_rate;
  config_.address_rate = read.address_rate;
  config_.auth_failure_rate = read.auth_failure_rate;
  config_.hub_registration_rate = read.hub_registration_rate;
  for (const ConfigOption& option : ConfigOptions()) {
    if (IsRunningLimit(option.name)) TakeOverLocked(option.name, read);
  }
  CheckDescriptors(config_.max_connections, log_);
  return absl::OkStatus();
}

void RunningConfig::TakeOverTokenKeys() {
  MutexLock lock(mutex_);
  if (TokenFilesOf(config_).empty()) return;
  TakeOverLocked(ReadTokenKeys(config_)).IgnoreError();  // the log says it
}

absl::Status RunningConfig::TakeOverLocked(const absl::StatusOr<TokenKeys>& read) {
  const absl::StatusOr<Digest> found =
      read.ok() ? absl::StatusOr<Digest>(DigestOf(*read)) : read.status();
  const bool is_news = token_files_.Look(found) != FilesWatch::News::kNone;
  return is_news && hub_ != nullptr ? hub_->SetTokenKeys(read) : absl::OkStatus();
}

void RunningConfig::TakeOverLocked(std::string_view name, const Config& read) {
  const auto origin = read.origins.find(name);
  if (origin == read.origins.end()) {
    config_.origins.erase(std::string(name));
  } else {
    config_.origins.insert_or_assign(std::string(name), origin->second);
  }
}

}  // namespace pigeonhub
