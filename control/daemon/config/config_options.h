// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "control/daemon/config/config.h"

namespace pigeonhub {

// Where an option may be given.
enum class Reach { kFlag, kFlagOrEnvironment, kEverywhere };

// One option: flag, variable, TOML key, line of --help and of --print-config.
struct ConfigOption {
  // Follows from the file that the option is in, see option_groups.h.
  std::string_view group = {};
  std::string_view name;
  // What --help calls its value. Empty for a switch: --name and --no-name, true and false.
  std::string_view value_name = {};
  std::string_view description;
  // Sets the field from the values given, one but for lists. The error says what is wrong with the
  // value, not where it came from.
  absl::Status (*parse)(const std::vector<std::string>& values, Config& config);
  // The field as a TOML value; empty where it has none.
  std::string (*print)(const Config& config) = nullptr;
  // What stands for a value where there is none.
  std::string_view absent = {};
  // What the flag means without a value. Empty where it must have one.
  std::string_view value_alone = {};
  // The reference server's name for the variable. PIGEONHUB_... wins over it.
  std::string_view reference_variable = {};
  // A letter that stands for --name: 'h' is -h. 0: none.
  char letter = 0;
  // What the option was called before. It goes on working wherever the name does.
  std::string_view old_name = {};
  bool is_list = false;
  Reach reach = Reach::kEverywhere;

  bool is_switch() const { return value_name.empty(); }
  // A switch that can be said no to.
  bool is_negatable() const { return is_switch() && reach == Reach::kEverywhere; }
};

// option.print as people see it: what is secret in URLs is masked. Two values that are shown alike
// may differ.
std::string ShownValue(const ConfigOption& option, Config config);

// In the order of --help, groups together.
std::span<const ConfigOption> ConfigOptions();

// Null if there is none of that name or old name.
const ConfigOption* FindConfigOption(std::string_view name);

}  // namespace pigeonhub
