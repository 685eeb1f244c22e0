// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/core/time.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// One setting in force, as people write it.
struct Setting {
  std::string name;    // the flag's, without dashes
  std::string value;   // empty where it has none
  std::string origin;  // "default", "flag --port" and so on, or "api"
};

// A key or secret in use, without the key itself. Times are 0 where they are not known.
struct KeyInUse {
  enum class Kind : uint8_t {
    kTokenKey,
    kHubKey,
    kHubIdentity,
    kControlToken,
    kCertificate,
    kTurnSecret,
    kWebhookKey,
    kBrokerCredential,
  };
  Kind kind{};
  std::string name = {};
  std::string algorithm = {};
  std::string setting = {};  // the flag's name, without dashes; empty: none names it
  std::string source = {};   // a file or a URL; empty: it was made for this run
  UnixMillis modified_at = 0;
  UnixMillis loaded_at = 0;
  UnixMillis last_used_at = 0;
  uint64_t uses = 0;
  UnixMillis expires_at = 0;
  std::string problem = {};  // why what is in the file now is not in force
};

// The result of reading the files again, as names of settings.
struct Reloaded {
  std::vector<std::string> applied;
  std::vector<std::string> needs_restart;
};

// The settings of the process, as the control API shows and changes them. The program implements
// this: the control API knows neither flags nor configuration files. Thread-safe.
class Settings {
 public:
  virtual ~Settings() = default;

  virtual std::vector<Setting> List() const = 0;

  // By kind, then in the order of their files.
  virtual std::vector<KeyInUse> Keys() const = 0;

  // A call changed the setting `name` to `value`. List shows that until the process ends.
  virtual void Changed(std::string_view name, std::string value) = 0;

  // How long a drain lasts when its caller names no time.
  virtual Duration drain_timeout() const = 0;

  virtual LogLevel log_level() const = 0;
  // Changes the level of the log. Returns the level before.
  virtual LogLevel SetLogLevel(LogLevel level) = 0;

  // Reads configuration, tokens and certificates again. If nothing is wrong with them, applies
  // every change that can be applied while the hub runs; else applies nothing. A value that a call
  // has set stays, unless the same setting has changed in the configuration since. With
  // `only_check` nothing is applied; the answer says what would be.
  virtual absl::StatusOr<Reloaded> Reload(bool only_check) = 0;
};

}  // namespace pigeonhub
