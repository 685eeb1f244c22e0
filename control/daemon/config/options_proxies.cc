// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "server/base/address.h"

namespace pigeonhub {
namespace {

absl::Status ParseNetwork(const std::string& text, std::string& out) {
  if (!AddressNetwork::Parse(text).has_value()) {
    return Bad(text, "is not a network such as 10.0.0.0/8");
  }
  out = text;
  return absl::OkStatus();
}

constexpr ConfigOption kOptions[] = {
    {.name = "trust-proxy",
     .value_name = "CIDR",
     .description = "believe a proxy in this network (10.0.0.0/8) when Forwarded or "
                    "X-Forwarded-For says for whom it asks: bans, rates, log and events go by the "
                    "address of the client then; may be repeated",
     .parse = [](const Values& v,
                 Config& c) { return ParseEach(v, ParseNetwork, c.trust_proxies); },
     .print = [](const Config& c) { return PrintTexts(c.trust_proxies); },
     .absent = "nobody is believed",
     .is_list = true},
};

}  // namespace

OptionGroup ProxiesGroup() { return {"Proxies", kOptions}; }

}  // namespace pigeonhub
