// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/config_options.h"

#include <algorithm>

#include "control/daemon/config/option_groups.h"
#include "server/base/masked_url.h"

namespace pigeonhub {
namespace {

std::vector<ConfigOption> JoinGroups() {
  std::vector<ConfigOption> all;
  for (const OptionGroup& group :
       {ServingGroup(), PagesGroup(), ProxiesGroup(), HubGroup(), BusGroup(), AccessGroup(),
        TokensGroup(), ControlGroup(), MonitoringGroup(), LimitsGroup(), RatesGroup(), LogGroup(),
        HistoryGroup(), ConfigurationGroup()}) {
    for (ConfigOption option : group.options) {
      option.group = group.title;
      all.push_back(option);
    }
  }
  return all;
}

}  // namespace

std::string ShownValue(const ConfigOption& option, Config config) {
  for (std::string& url : config.bootstrap_hubs) url = MaskedUrl(url);
  for (std::string& url : config.nats) url = MaskedUrl(url);
  for (std::string& url : config.webhooks) url = MaskedUrl(url);
  config.advertise_url = MaskedUrl(config.advertise_url);
  if (config.token_jwks.find("://") != std::string::npos) {
    config.token_jwks = MaskedUrl(config.token_jwks);
  }
  for (AllowedHub& hub : config.hub_allow) {
    if (!hub.secret.empty()) hub.secret = "***";
  }
  return option.print(config);
}

std::span<const ConfigOption> ConfigOptions() {
  static const std::vector<ConfigOption> options = JoinGroups();
  return options;
}

const ConfigOption* FindConfigOption(std::string_view name) {
  const auto options = ConfigOptions();
  const auto found = std::find_if(options.begin(), options.end(), [&](const ConfigOption& option) {
    return option.name == name || (!name.empty() && option.old_name == name);
  });
  return found == options.end() ? nullptr : &*found;
}

}  // namespace pigeonhub
