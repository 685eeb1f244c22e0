// SPDX-License-Identifier: Apache-2.0
//
// The table of options as text: for --help and for --print-config.

#include <algorithm>

#include "control/daemon/config/config.h"
#include "control/daemon/config/config_options.h"
#include "control/daemon/config/namespace_policies.h"
#include "server/base/text.h"
#include "server/base/wrapping.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kHeader =
    R"(usage: pigeonhub [flags]

The meeting point of PeerPigeon peers: they connect by WebSocket, find each other by namespace and
exchange what WebRTC needs to connect them directly.
)";

constexpr std::string_view kFooter = R"(
--max-connections may also come as PIGEONHUB_MAX_CONNECTIONS or, in the file of --config, as
max-connections = 1000; so may every other setting. What makes the program do something else than
serve, such as --check-config and --help, is a flag only. A flag wins over the environment, the
environment over the file. Names in brackets are the reference server's variables; they work too.
Lists are comma-separated in the environment and ["a", "b"] in the file. Times are 250ms, 5s, 1m30s
or 2h; a plain number is milliseconds. Sizes are 64KiB, 1MiB or 2MB; a plain number is bytes.
The file may also say who may be in a namespace, in [namespace."chat"] or [namespace."game:*"].

Examples:
  pigeonhub                                 ws://localhost:3000, for trying it out
  pigeonhub --host 0.0.0.0 --port 8080      on every interface of this machine
  pigeonhub --hub --port 3001               a hub among hubs on this machine
  pigeonhub --config hub.toml --print-config > effective.toml
)";

constexpr size_t kWidth = 100;
constexpr size_t kIndent = 30;

std::string Synopsis(const ConfigOption& option) {
  std::string text = option.is_negatable() ? "  --[no-]" : "  --";
  text += option.name;
  if (!option.is_switch()) text += " " + std::string(option.value_name);
  return text;
}

std::string Explanation(const ConfigOption& option, const Config& defaults) {
  std::string text(option.description);
  std::string value = option.print ? option.print(defaults) : "";
  if (option.is_negatable()) value = value == "true" ? "on" : "off";
  std::erase(value, '"');
  if (value.empty() || (value == "[]" && !option.absent.empty())) value = option.absent;
  if (value == "[]") value = "none";
  if (!value.empty()) text += " (" + value + ")";
  if (!option.reference_variable.empty()) {
    text += " [" + std::string(option.reference_variable) + "]";
  }
  if (!option.old_name.empty()) text += "; was --" + std::string(option.old_name);
  return text;
}

}  // namespace

std::string HelpText() {
  const Config defaults;
  std::string text(kHeader);
  std::string_view group;
  for (const ConfigOption& option : ConfigOptions()) {
    if (option.group != group) {
      group = option.group;
      text += "\n" + std::string(group) + "\n";
    }
    std::string line = Synopsis(option);
    line.resize(std::max(line.size() + 2, kIndent), ' ');
    const size_t column = line.size();
    AppendWrapped(line, Explanation(option, defaults), column, {kIndent, kWidth});
    text += line;
  }
  text += kFooter;
  return text;
}

std::string PrintConfig(const Config& config) {
  std::string text;
  std::string_view group;
  for (const ConfigOption& option : ConfigOptions()) {
    if (option.reach != Reach::kEverywhere) continue;
    if (option.group != group) {
      text += (group.empty() ? "# " : "\n# ") + std::string(option.group) + "\n";
      group = option.group;
    }
    const std::string name(option.name);
    const std::string value = ShownValue(option, config);
    const bool is_given = config.origins.contains(name);
    if (value.empty() || (value == "[]" && !option.absent.empty() && !is_given)) {
      text += "# " + name + ": " + std::string(option.absent) + "\n";
      continue;
    }
    text += name + " = " + value;
    if (const auto origin = config.origins.find(name); origin != config.origins.end()) {
      text += "  # ";
      AppendEscaped(text, Describe(origin->second));  // a file may have any name
    }
    text += "\n";
  }
  for (const NamedPolicy& named : config.namespaces) text += "\n" + PrintNamespacePolicy(named);
  return text;
}

}  // namespace pigeonhub
