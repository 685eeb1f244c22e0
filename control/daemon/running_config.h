// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "control/access/access_list.h"
#include "control/call/settings.h"
#include "control/daemon/config/config.h"
#include "control/daemon/keys_in_use.h"
#include "control/daemon/named_files.h"
#include "control/history/history.h"
#include "control/pages/pages.h"
#include "pigeonhub/hub_server.h"
#include "server/base/tls_files.h"
#include "server/runtime/clock.h"
#include "server/runtime/files_watch.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// The configuration in force: what the process began with, what Reload has applied since, and what
// calls have changed. The changes of calls last until the process ends. Thread-safe.
class RunningConfig final : public Settings {
 public:
  using ReadAgain = std::function<absl::StatusOr<Config>()>;

  // `read_again` reads flags, environment and file as they are now; `access` is the tokens file,
  // loaded, or null. `clock` and `log` outlive this.
  RunningConfig(Config config, ReadAgain read_again, std::shared_ptr<AccessFile> access,
                const Clock& clock, Log& log);

  // Names the hub to which Reload applies limits, bootstrap hubs, policies, hub keys and the trust
  // list, and what that hub uses now. Call this before the first Reload. `hub` outlives this.
  void Steer(HubServer& hub, const HubFiles& files) ABSL_LOCKS_EXCLUDED(mutex_);

  // Names those to whom Reload gives the keys of webhooks, and what they use now. Call this before
  // the first Reload. `history` outlives this.
  void Steer(history::History& history, const history::HistoryOptions& options)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Names the pages to which Reload gives the secret of the TURN servers, and the one that they use
  // now. Call this before the first Reload. `pages` outlives this.
  void Steer(Pages& pages, std::string_view turn_secret) ABSL_LOCKS_EXCLUDED(mutex_);

  std::vector<Setting> List() const override ABSL_LOCKS_EXCLUDED(mutex_);

  // None before Steer.
  std::vector<KeyInUse> Keys() const override ABSL_LOCKS_EXCLUDED(mutex_);

  void Changed(std::string_view name, std::string value) override ABSL_LOCKS_EXCLUDED(mutex_);
  Duration drain_timeout() const override ABSL_LOCKS_EXCLUDED(mutex_);
  LogLevel log_level() const override ABSL_LOCKS_EXCLUDED(mutex_);
  LogLevel SetLogLevel(LogLevel level) override ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<Reloaded> Reload(bool only_check) override ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes over files of token keys that were replaced. Those that cannot be used leave the old keys
  // in force, and the log says why.
  void TakeOverTokenKeys() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Where the value of `name` that is in force now comes from.
  void TakeOverLocked(std::string_view name, const Config& read)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // The limits of `read` that may change while the hub runs.
  absl::Status TakeOverLimitsLocked(const Config& read) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Status TakeOverLocked(const absl::StatusOr<TokenKeys>& read)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ReadAgain read_again_;
  const std::shared_ptr<AccessFile> access_;
  const Clock& clock_;
  Log& log_;
  struct CertificateFiles {
    std::string_view option;
    TlsFiles files;
  };
  const std::array<CertificateFiles, 2> certificate_files_;
  using Certificates = std::array<Digest, 2>;  // in the order of their files

  FilesWatch token_files_;

  mutable Mutex mutex_;
  Config config_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string, std::less<>> by_call_ ABSL_GUARDED_BY(mutex_);
  LogLevel log_level_ ABSL_GUARDED_BY(mutex_);
  Certificates certificates_ ABSL_GUARDED_BY(mutex_){};
  HubServer* hub_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Digest hub_keys_ ABSL_GUARDED_BY(mutex_){};
  std::optional<std::string> hub_trust_ ABSL_GUARDED_BY(mutex_);
  TokenKeys token_keys_ ABSL_GUARDED_BY(mutex_);  // as of the last reload
  history::History* history_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Digest webhook_keys_ ABSL_GUARDED_BY(mutex_){};
  Pages* pages_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Digest turn_secret_ ABSL_GUARDED_BY(mutex_){};
  ReadKeys read_keys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
