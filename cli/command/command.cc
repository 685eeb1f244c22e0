// SPDX-License-Identifier: Apache-2.0

#include "cli/command/command.h"

namespace pigeonhub::cli {

Flag Switch(std::string name, std::string help, char letter) {
  return {.name = std::move(name),
          .value = {},
          .help = std::move(help),
          .kind = Kind::kSwitch,
          .letter = letter};
}

const Command* Find(const Command& command, std::string_view name) {
  for (const Command& each : command.commands) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

const Flag* Find(const std::vector<Flag>& flags, std::string_view name) {
  for (const Flag& each : flags) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

std::vector<std::string> VisibleNames(const Command& command) {
  std::vector<std::string> names;
  for (const Command& each : command.commands) {
    if (!each.hidden) names.push_back(each.name);
  }
  return names;
}

}  // namespace pigeonhub::cli
