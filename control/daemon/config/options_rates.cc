// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"

namespace pigeonhub {
namespace {

constexpr ConfigOption kRatesOptions[] = {
    {.name = "message-rate",
     .value_name = "RATE",
     .description = "messages of one peer; over a rate it is not read for a while, and after 10 s "
                    "without a break it is closed; off is no limit",
     .parse = [](const Values& v,
                 Config& c) { return ParseRateValue(v[0], RateOf::kEvents, c.message_rate); },
     .print = [](const Config& c) { return PrintRate(c.message_rate, RateOf::kEvents); },
     .absent = "100/s,500; none for peers at loopback addresses"},
    {.name = "byte-rate",
     .value_name = "RATE",
     .description = "bytes in the messages of one peer, as above",
     .parse = [](const Values& v,
                 Config& c) { return ParseRateValue(v[0], RateOf::kBytes, c.byte_rate); },
     .print = [](const Config& c) { return PrintRate(c.byte_rate, RateOf::kBytes); },
     .absent = "1MiB/s, and 4MiB or one message at once; none for peers at loopback addresses"},
    {.name = "announce-rate",
     .value_name = "RATE",
     .description = "announces of one peer, as above",
     .parse = [](const Values& v,
                 Config& c) { return ParseRateValue(v[0], RateOf::kEvents, c.announce_rate); },
     .print = [](const Config& c) { return PrintRate(c.announce_rate, RateOf::kEvents); },
     .absent = "1/s,10; none for peers at loopback addresses"},
    {.name = "fanout-rate",
     .value_name = "RATE",
     .description = "of one peer's announces and leaves, in bytes times receivers, as above",
     .parse = [](const Values& v,
                 Config& c) { return ParseRateValue(v[0], RateOf::kBytes, c.fanout_rate); },
     .print = [](const Config& c) { return PrintRate(c.fanout_rate, RateOf::kBytes); },
     .absent = "8MiB/s,64MiB; none for peers at loopback addresses"},
    {.name = "address-rate",
     .value_name = "RATE",
     .description =
         "new WebSockets of one address; those above get HTTP 429 and the time to wait; plain "
         "HTTP requests are not counted",
     .parse = [](const Values& v,
                 Config& c) { return ParseRateValue(v[0], RateOf::kEvents, c.address_rate); },
     .print = [](const Config& c) { return PrintRate(c.address_rate, RateOf::kEvents); },
     .absent = "20/s,100; none for loopback addresses"},
    {.name = "auth-failure-rate",
     .value_name = "RATE",
     .description = "tokens of one address that are worth nothing; after them everything from "
                    "there gets HTTP 429",
     .parse = [](const Values& v,
                 Config& c) { return ParseRateValue(v[0], RateOf::kEvents, c.auth_failure_rate); },
     .print = [](const Config& c) { return PrintRate(c.auth_failure_rate, RateOf::kEvents); },
     .absent = "10/30m; none for loopback addresses"},
    {.name = "hub-registration-rate",
     .value_name = "RATE",
     .description = "peers of one address that declare themselves hubs where --hub-admission is "
                    "open; those above stay ordinary peers",
     .parse =
         [](const Values& v, Config& c) {
           return ParseRateValue(v[0], RateOf::kEvents, c.hub_registration_rate);
         },
     .print = [](const Config& c) { return PrintRate(c.hub_registration_rate, RateOf::kEvents); },
     .absent = "1/s,5; none for loopback addresses"},
    {.name = "ipv6-prefix",
     .value_name = "BITS",
     .description = "IPv6 addresses with so many bits in common count as one address, since one "
                    "line has many",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 1, 128, c.ipv6_prefix, "a length"); },
     .print = [](const Config& c) { return std::to_string(c.ipv6_prefix); }},
};

}  // namespace

OptionGroup RatesGroup() { return {"Rates", kRatesOptions}; }

}  // namespace pigeonhub
