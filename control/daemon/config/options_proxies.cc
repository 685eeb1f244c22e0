// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "server/base/address.h"
#include "server/base/origin_pattern.h"

namespace pigeonhub {
namespace {

absl::Status ParseNetwork(const std::string& text, std::string& out) {
  if (!AddressNetwork::ParseAddressOrNetwork(text).has_value()) {
    return Bad(text, "is no address and no network such as 10.0.0.0/8");
  }
  out = text;
  return absl::OkStatus();
}

absl::Status ParseOrigin(const std::string& text, std::string& out) {
  if (const auto pattern = OriginPattern::Parse(text); !pattern.ok()) return pattern.status();
  out = text;
  return absl::OkStatus();
}

constexpr ConfigOption kProxiesOptions[] = {
    {.name = "trust-proxy",
     .value_name = "CIDR",
     .description =
         "believe a proxy in this network (10.0.0.0/8, or one address) when Forwarded or "
         "X-Forwarded-For says for whom it asks: bans, rates, log and events go by the "
         "address of the client then; may be repeated",
     .parse = [](const Values& v,
                 Config& c) { return ParseEach(v, ParseNetwork, c.trust_proxies); },
     .print = [](const Config& c) { return PrintTexts(c.trust_proxies); },
     .absent = "nobody is believed",
     .is_list = true},
    {.name = "proxy-protocol",
     .description =
         "ask each connection at --port for a header of the PROXY protocol (1 or 2) from "
         "a proxy of --trust-proxy, and turn away who comes past it",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.proxy_protocol); },
     .print = [](const Config& c) { return std::string(c.proxy_protocol ? "true" : "false"); }},
    {.name = "allow-origin",
     .value_name = "ORIGIN",
     .description = "let web pages of this origin connect, and read HTTP answers: "
                    "https://example.org, https://*.example.org, same (the host of the hub) or *; "
                    "may be repeated; programs that are no pages come in all the same",
     .parse = [](const Values& v, Config& c) { return ParseEach(v, ParseOrigin, c.allow_origins); },
     .print = [](const Config& c) { return PrintTexts(c.allow_origins); },
     .absent = "any page",
     .reference_variable = "CORS_ORIGIN",
     .old_name = "cors-origin",
     .is_list = true},
};

}  // namespace

OptionGroup ProxiesGroup() { return {"Proxies and pages", kProxiesOptions}; }

}  // namespace pigeonhub
