// SPDX-License-Identifier: Apache-2.0
//
// The options, each in the file of its group: options_hub.cc has what --help lists below Hub. There
// they stand in the order of --help.
#pragma once

#include <span>
#include <string_view>

#include "control/daemon/config/config_options.h"

namespace pigeonhub {

struct OptionGroup {
  std::string_view title;
  std::span<const ConfigOption> options;  // without their group
};

OptionGroup ServingGroup();
OptionGroup PagesGroup();
OptionGroup ProxiesGroup();
OptionGroup HubGroup();
OptionGroup BusGroup();
OptionGroup AccessGroup();
OptionGroup TokensGroup();
OptionGroup ControlGroup();
OptionGroup MonitoringGroup();
OptionGroup LimitsGroup();
OptionGroup RatesGroup();
OptionGroup LogGroup();
OptionGroup HistoryGroup();
OptionGroup ConfigurationGroup();

}  // namespace pigeonhub
