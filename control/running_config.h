// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "control/access_list.h"
#include "control/tls_files.h"
#include "pigeonhub/hub_server.h"
#include "server/runtime/config.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// What --control-tls-* name.
TlsFiles TlsFilesOf(const Config& config);

// Whether `text` is that of a file of hub keys: INVALID_ARGUMENT, one line that names `path`.
absl::Status CheckHubKeys(const std::string& path, std::string_view text);

// One setting in force, as people write it.
struct Setting {
  std::string name;    // the flag's, without dashes
  std::string value;   // empty where it has none
  std::string origin;  // as Describe says it, or "api"
};

// What came of reading the files again, by names of settings.
struct Reloaded {
  std::vector<std::string> applied;
  std::vector<std::string> needs_restart;
};

// The configuration in force: what the process began with, what Reload took over since, and what
// calls changed for as long as the process lives. Thread-safe.
class RunningConfig {
 public:
  using ReadAgain = std::function<absl::StatusOr<Config>()>;

  // `read_again` reads flags, environment and file as they are now; `access` is the tokens file,
  // loaded, or null. `log` outlives this.
  RunningConfig(Config config, ReadAgain read_again, std::shared_ptr<AccessFile> access, Log& log);

  // Reload applies the bootstrap hubs and the hub keys to `hub`, whose keys are now those of
  // `hub_keys`, the text of the file. Before the first Reload; `hub` outlives this.
  void Steer(HubServer& hub, std::string_view hub_keys) ABSL_LOCKS_EXCLUDED(mutex_);

  std::vector<Setting> Settings() const ABSL_LOCKS_EXCLUDED(mutex_);

  // A call changed a setting; to what. Settings tells it until the end.
  void Changed(std::string_view name, std::string value) ABSL_LOCKS_EXCLUDED(mutex_);

  // How long a drain lasts unless somebody says otherwise.
  Duration drain_timeout() const ABSL_LOCKS_EXCLUDED(mutex_);

  LogLevel log_level() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Changes how much is logged; how much it was before.
  LogLevel SetLogLevel(LogLevel level) ABSL_LOCKS_EXCLUDED(mutex_);

  // Reads configuration, tokens and certificates again and takes over what changed there since they
  // were read last: all of it that can be or, if anything is wrong, nothing. What calls changed
  // stays, unless the same setting changed in the configuration since. With `only_check` it tells
  // what would come of it.
  absl::StatusOr<Reloaded> Reload(bool only_check = false) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Where the value of `name` in force comes from now.
  void TakeOverLocked(std::string_view name, const Config& read)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ReadAgain read_again_;
  const std::shared_ptr<AccessFile> access_;
  const TlsFiles tls_;
  Log& log_;

  mutable Mutex mutex_;
  Config config_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string, std::less<>> by_call_ ABSL_GUARDED_BY(mutex_);
  LogLevel log_level_ ABSL_GUARDED_BY(mutex_);
  Digest certificates_ ABSL_GUARDED_BY(mutex_){};
  HubServer* hub_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Digest hub_keys_ ABSL_GUARDED_BY(mutex_){};
};

}  // namespace pigeonhub
