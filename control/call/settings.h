// SPDX-License-Identifier: Apache-2.0

#pragma once

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
