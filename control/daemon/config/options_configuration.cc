// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <utility>

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"

namespace pigeonhub {
namespace {

constexpr std::pair<std::string_view, Health> kHealths[] = {
    {"live", Health::kLive},
    {"ready", Health::kReady},
};

absl::Status Ask(Action action, Config& config) {
  config.action = std::max(config.action, action);
  return absl::OkStatus();
}

constexpr ConfigOption kConfigurationOptions[] = {
    {.name = "config",
     .value_name = "FILE",
     .description = "read a TOML file whose keys are the flags' names",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.config_file); },
     .absent = "none",
     .reach = Reach::kFlagOrEnvironment},
    {.name = "check-config",
     .description = "say whether all this is in order, and exit",
     .parse = [](const Values&, Config& c) { return Ask(Action::kCheckConfig, c); },
     .reach = Reach::kFlag},
    {.name = "print-config",
     .description = "print what is in force as TOML, and exit",
     .parse = [](const Values&, Config& c) { return Ask(Action::kPrintConfig, c); },
     .reach = Reach::kFlag},
    {.name = "probe",
     .value_name = "live|ready",
     .description = "ask the hub that runs with this configuration, and exit with 0 or 1",
     .parse =
         [](const Values& v, Config& c) {
           if (auto status = ParseChoice(v[0], kHealths, c.probe); !status.ok()) return status;
           return Ask(Action::kProbe, c);
         },
     .absent = "ready",
     .value_alone = "ready",
     .reach = Reach::kFlag},
    {.name = "version",
     .description = "print the version, and exit",
     .parse = [](const Values&, Config& c) { return Ask(Action::kShowVersion, c); },
     .reach = Reach::kFlag},
    {.name = "help",
     .description = "print this text, and exit",
     .parse = [](const Values&, Config& c) { return Ask(Action::kShowHelp, c); },
     .letter = 'h',
     .reach = Reach::kFlag},
};

}  // namespace

OptionGroup ConfigurationGroup() { return {"Configuration", kConfigurationOptions}; }

}  // namespace pigeonhub
