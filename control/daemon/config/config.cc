// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/config.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "control/daemon/config/config_options.h"
#include "control/daemon/config/dev_mode.h"
#include "control/daemon/config/namespace_policies.h"
#include "control/daemon/config/service_links.h"
#include "control/daemon/config/toml.h"
#include "server/base/files.h"
#include "server/base/masked_url.h"
#include "server/base/nearest_word.h"
#include "server/base/text.h"
#include "server/core/namespace_policy.h"

namespace pigeonhub {
namespace {

using Values = std::vector<std::string>;

// What one source says about one option.
struct Given {
  Values values;
  ValueOrigin origin;
};
using GivenByName = std::map<std::string_view, Given>;

// The option whose name is likely meant, or null.
const ConfigOption* NearestOption(std::string_view name, Reach least) {
  std::vector<std::string> names;
  for (const ConfigOption& option : ConfigOptions()) {
    if (option.reach >= least) names.emplace_back(option.name);
  }
  return FindConfigOption(Nearest(name, names));
}

absl::Status UnknownFlag(std::string_view flag, std::string_view name) {
  std::string message = "unknown flag " + Shown(flag);
  if (const ConfigOption* meant = NearestOption(name, Reach::kFlag)) {
    message += "; did you mean --" + std::string(meant->name) + "?";
  } else {
    message += "; --help lists them all";
  }
  return absl::InvalidArgumentError(message);
}

// CLI11 finds two mistakes of a user. This turns its messages into ours. Where a value is missing,
// the message of CLI11 begins with "--name:"; where there is one too many, with the bare name.
absl::Status MissingOrUnwantedValue(std::string_view what) {
  for (const ConfigOption& option : ConfigOptions()) {
    for (const std::string_view name : {option.name, option.old_name}) {
      if (name.empty()) continue;
      const std::string flag = "--" + std::string(name);
      if (what.starts_with(flag + ":")) {
        return absl::InvalidArgumentError(flag + ": needs a value (" +
                                          std::string(option.value_name) + ")");
      }
      if (what.starts_with(std::string(name) + " ")) {
        return absl::InvalidArgumentError(flag + ": takes no value");
      }
    }
  }
  return absl::InvalidArgumentError(std::string(what));
}

absl::StatusOr<GivenByName> ReadFlags(std::span<const std::string> arguments) {
  CLI::App app;
  app.set_help_flag();  // --help is one of the table's
  app.allow_extras();   // for an answer of our own to what is unknown
  struct Row {
    const ConfigOption* option;
    std::string name;
    CLI::Option* given;
  };
  std::vector<Row> rows;
  const auto add = [&](const ConfigOption& option, const std::string& name) {
    const std::string flag = "--" + name;
    std::string names = flag;
    if (option.letter != 0 && name == option.name)
      names = std::string{'-', option.letter, ','} + flag;
    if (option.is_negatable()) names += ",!--no-" + name;
    CLI::Option* row = option.is_switch()
                           ? app.add_flag(names)
                           : app.add_option(names)->type_name(std::string(option.value_name));
    // A script may append to a command line: of what is no list the last one counts, see Apply.
    row->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    if (option.is_switch() && !option.is_negatable()) row->disable_flag_override();
    if (!option.value_alone.empty()) row->expected(0, 1);
    rows.push_back({&option, name, row});
  };
  for (const ConfigOption& option : ConfigOptions()) {
    add(option, std::string(option.name));
    if (!option.old_name.empty()) add(option, std::string(option.old_name));
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    return MissingOrUnwantedValue(error.what());
  }
  if (const std::vector<std::string> extras = app.remaining(); !extras.empty()) {
    const std::string_view first = extras.front();
    if (!first.starts_with('-')) {
      return absl::InvalidArgumentError("unexpected argument " + Shown(MaskedUrl(first)) +
                                        "; flags look like --port 3000");
    }
    const std::string_view flag = first.substr(0, first.find('='));
    return UnknownFlag(flag, flag.substr(std::min(flag.find_first_not_of('-'), flag.size())));
  }

  GivenByName flags;
  for (const auto& [option, name, row] : rows) {
    if (row->count() == 0) continue;
    Values values = row->results();
    if (values.back().empty() && !option->value_alone.empty()) values.back() = option->value_alone;
    const bool negated = option->is_negatable() && values.back() == "false";
    Given& given = flags[option->name];
    given.values.insert(given.values.end(), values.begin(), values.end());
    given.origin = {Source::kFlag, (negated ? "--no-" : "--") + name};
  }
  return flags;
}

constexpr std::string_view kVariablePrefix = "PIGEONHUB_";

// PIGEONHUB_MAX_CONNECTIONS for max-connections.
std::string VariableName(std::string_view option) {
  std::string name(kVariablePrefix);
  name += option;
  for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return name;
}

// max-connections for PIGEONHUB_MAX_CONNECTIONS.
std::string OptionName(std::string_view variable) {
  std::string name(variable.substr(kVariablePrefix.size()));
  for (char& c : name) c = c == '_' ? '-' : static_cast<char>(std::tolower(c));
  return name;
}

Values SplitAtCommas(std::string_view text) {
  Values parts;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    parts.emplace_back(Trimmed(text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

std::optional<Given> ReadEnvironment(const ConfigOption& option, const Variables& variables) {
  std::vector<std::string> names{VariableName(option.name)};
  if (!option.old_name.empty()) names.push_back(VariableName(option.old_name));
  names.emplace_back(option.reference_variable);
  for (const std::string& name : names) {
    const std::string text = ValueOf(variables, name);
    if (text.empty() || IsServiceLink(name, text)) continue;
    return Given{option.is_list ? SplitAtCommas(text) : Values{text}, {Source::kEnvironment, name}};
  }
  return std::nullopt;
}

std::vector<UnknownVariable> FindUnknownVariables(const Variables& variables) {
  std::vector<UnknownVariable> unknown;
  for (auto at = variables.lower_bound(kVariablePrefix);
       at != variables.end() && at->first.starts_with(kVariablePrefix); ++at) {
    const std::string& name = at->first;
    const std::string value = ValueOf(variables, name);
    if (value.empty() || IsServiceLink(name, value)) continue;
    const ConfigOption* option = FindConfigOption(OptionName(name));
    if (option != nullptr && option->reach != Reach::kFlag) continue;
    const ConfigOption* meant = NearestOption(OptionName(name), Reach::kFlagOrEnvironment);
    unknown.push_back({name, meant == nullptr ? "" : VariableName(meant->name)});
  }
  return unknown;
}

// What an error about a variable of the reference server adds: those have no prefix, so something
// else may have set one. conda and csh set HOST, for example.
std::string HintAtOtherMeaning(const ConfigOption& option, const ValueOrigin& origin) {
  if (origin.source != Source::kEnvironment || origin.name != option.reference_variable) return {};
  return "; if " + origin.name + " is not meant for pigeonhub, set " + VariableName(option.name) +
         " or --" + std::string(option.name) + ", which win";
}

// `place` begins the error.
absl::Status Apply(const ConfigOption& option, const Given& given, std::string_view place,
                   Config& config) {
  // Of several values the last one counts, unless the option is a list: so a script can append to a
  // command line.
  const absl::Status status = option.is_list ? option.parse(given.values, config)
                                             : option.parse({given.values.back()}, config);
  if (!status.ok()) {
    return absl::InvalidArgumentError(std::string(place) + ": " + std::string(status.message()) +
                                      HintAtOtherMeaning(option, given.origin));
  }
  config.origins[std::string(option.name)] = given.origin;
  return absl::OkStatus();
}

absl::Status ApplySections(const std::vector<TomlSection>& sections, std::string_view file,
                           Config& config) {
  config.namespaces.clear();
  for (const TomlSection& section : sections) {
    const std::string place = std::string(file) + ":" + std::to_string(section.line);
    if (section.kind != kNamespaceSection) {
      return absl::InvalidArgumentError(place + ": unknown table " + Quoted(section.kind) +
                                        "; the only ones are [namespace.\"NAME\"]");
    }
    if (config.namespaces.size() == kMostPolicies) {
      return absl::InvalidArgumentError(
          place + ": there are more than " + std::to_string(kMostPolicies) +
          " policies; one with a * at its end does for many namespaces");
    }
    auto policy = ParseNamespacePolicy(section, file);
    if (!policy.ok()) return policy.status();
    config.namespaces.push_back(*std::move(policy));
  }
  return absl::OkStatus();
}

}  // namespace

std::string Describe(const ValueOrigin& origin) {
  switch (origin.source) {
    case Source::kDefault:
      return "default";
    case Source::kFile:
      return "file " + origin.name;
    case Source::kEnvironment:
      return "environment " + origin.name;
    case Source::kFlag:
      return "flag " + origin.name;
  }
  return {};
}

absl::Status ApplyConfigText(std::string_view text, std::string_view name, Config& config) {
  const auto file = ParseToml(text, name);
  if (!file.ok()) return file.status();
  std::set<const ConfigOption*> seen;
  for (const TomlEntry& entry : file->entries) {
    const std::string place = std::string(name) + ":" + std::to_string(entry.line);
    const ConfigOption* option = FindConfigOption(entry.key);
    if (option == nullptr) {
      std::string message = place + ": unknown key " + Quoted(entry.key);
      if (const ConfigOption* meant = NearestOption(entry.key, Reach::kEverywhere)) {
        message += "; did you mean " + Quoted(meant->name) + "?";
      }
      return absl::InvalidArgumentError(message);
    }
    if (option->reach != Reach::kEverywhere) {
      return absl::InvalidArgumentError(place + ": " + entry.key + " cannot be set in a file");
    }
    if (!seen.insert(option).second) {
      return absl::InvalidArgumentError(place + ": " + std::string(option->old_name) +
                                        " is the old name of " + std::string(option->name) +
                                        "; give it once");
    }
    if (entry.is_list && !option->is_list) {
      return absl::InvalidArgumentError(place + ": " + entry.key + ": takes one value, no list");
    }
    const Given given{entry.values, {Source::kFile, std::string(name)}};
    if (auto status = Apply(*option, given, place + ": " + entry.key, config); !status.ok()) {
      return status;
    }
  }
  return ApplySections(file->sections, name, config);
}

namespace {

// `prefix` begins the names of the settings.
absl::Status CheckTls(const std::string& prefix, const std::string& certificate,
                      const std::string& key, const std::string& client_ca) {
  if (!certificate.empty() && key.empty()) {
    return absl::InvalidArgumentError(prefix + "tls-cert: a certificate goes with its key, by " +
                                      prefix + "tls-key");
  }
  if (certificate.empty() && !key.empty()) {
    return absl::InvalidArgumentError(prefix + "tls-key: a key goes with its certificate, by " +
                                      prefix + "tls-cert");
  }
  if (certificate.empty() && !client_ca.empty()) {
    return absl::InvalidArgumentError(prefix +
                                      "tls-client-ca: there is no TLS in which clients could show "
                                      "certificates; set " +
                                      prefix + "tls-cert and " + prefix + "tls-key");
  }
  return absl::OkStatus();
}

// What is wrong with values that are right one by one.
absl::Status CheckTogether(const Config& config) {
  for (const NamedPolicy& named : config.namespaces) {
    if (named.name != config.hub_mesh_namespace) continue;
    return absl::InvalidArgumentError(
        std::string(kNamespaceSection) + "." + Quoted(named.name) +
        ": hubs meet there, and no policy holds; hub-admission says who comes in");
  }
  if (config.proxy_protocol && config.trust_proxies.empty()) {
    return absl::InvalidArgumentError(
        "proxy-protocol: nobody could come in; name the networks of your proxies by trust-proxy");
  }
  const bool asks_provider = config.token_jwks.find("://") != std::string::npos;
  if (NeedsTokenKeys(config) && !config.dev) {
    return absl::InvalidArgumentError(
        "auth: there is nothing to check tokens with; name keys by token-key or token-jwks");
  }
  if (asks_provider && config.token_audiences.empty()) {
    return absl::InvalidArgumentError(
        "token-jwks: an identity provider makes tokens for others, too; say by token-audience "
        "which are for this hub");
  }
  const bool any_page = config.allow_origins.empty() ||
                        std::find(config.allow_origins.begin(), config.allow_origins.end(), "*") !=
                            config.allow_origins.end();
  if (!config.token_cookie.empty() && any_page) {
    return absl::InvalidArgumentError(
        "token-cookie: browsers send cookies for every page; say by allow-origin which may "
        "connect");
  }
  const bool has_turn = std::any_of(config.ice_urls.begin(), config.ice_urls.end(),
                                    [](const std::string& url) { return url.starts_with("turn"); });
  if (has_turn && config.turn_secret.empty()) {
    return absl::InvalidArgumentError(
        "ice-url: a TURN server asks for credentials; name the file with its secret by "
        "turn-secret");
  }
  if (!has_turn && !config.turn_secret.empty()) {
    return absl::InvalidArgumentError(
        "turn-secret: there is no TURN server; name it by ice-url turn:HOST");
  }
  if (config.nats_cert.empty() != config.nats_key.empty()) {
    return absl::InvalidArgumentError("nats-cert: a certificate goes with its key, by nats-key");
  }
  if (auto status = CheckTls("", config.tls_cert, config.tls_key, config.tls_client_ca);
      !status.ok()) {
    return status;
  }
  return CheckTls("control-", config.control_tls_cert, config.control_tls_key,
                  config.control_tls_client_ca);
}

// Hubs alone meet at a broker.
absl::Status BecomeHubOnBus(Config& config) {
  if (config.nats.empty() || config.hub) return absl::OkStatus();
  if (config.origins.contains("hub")) {
    return absl::InvalidArgumentError("hub: is off, but who is on nats is a hub; leave one out");
  }
  config.hub = true;
  config.origins["hub"] = config.origins["nats"];
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Config> LoadConfig(std::span<const std::string> arguments,
                                  const Variables& variables) {
  auto flags = ReadFlags(arguments);
  if (!flags.ok()) return flags.status();

  // Options that the file does not have come first: the file's name is one of them.
  Config config;
  config.unknown_variables = FindUnknownVariables(variables);
  const auto apply_given = [&](bool in_file) -> absl::Status {
    for (const ConfigOption& option : ConfigOptions()) {
      if ((option.reach == Reach::kEverywhere) != in_file) continue;
      std::optional<Given> given;
      if (const auto flag = flags->find(option.name); flag != flags->end()) {
        given = flag->second;
      } else if (option.reach != Reach::kFlag) {
        given = ReadEnvironment(option, variables);
      }
      if (!given) continue;
      if (auto status = Apply(option, *given, given->origin.name, config); !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  };

  if (auto status = apply_given(false); !status.ok()) return status;
  if (config.action >= Action::kShowVersion) return config;  // answers whatever else is wrong
  if (!config.config_file.empty()) {
    const auto text = ReadSmallFile(config.config_file);
    if (!text.ok()) return text.status();
    if (auto status = ApplyConfigText(*text, config.config_file, config); !status.ok()) {
      return status;
    }
  }
  if (auto status = apply_given(true); !status.ok()) return status;
  if (auto status = ApplyDevMode(config); !status.ok()) return status;
  if (auto status = CheckTogether(config); !status.ok()) return status;
  if (auto status = BecomeHubOnBus(config); !status.ok()) return status;
  return config;
}

}  // namespace pigeonhub
