// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/spending.h"

#include <algorithm>
#include <cstdint>

#include "pigeonhub/defaults.h"

namespace pigeonhub {

Rate DefaultByteRate(const Limits& limits) {
  Rate rate = kDefaultByteRate;
  rate.burst = std::max<uint64_t>(rate.burst, limits.message);
  return rate;
}

MemberPaces PacesFor(const HubOptions& options, const std::optional<Rate>& messages,
                     const std::optional<Rate>& announces) {
  const auto paces = [&](bool at_loopback) {
    const auto pace = [&](const std::optional<Rate>& set, const Rate& by_default) {
      return Pace(set.value_or(at_loopback ? Rate{} : by_default));
    };
    return PeerPaces{
        .messages = pace(messages ? messages : options.message_rate, kDefaultMessageRate),
        .bytes = pace(options.byte_rate, DefaultByteRate(options.limits)),
        .announces = pace(announces ? announces : options.announce_rate, kDefaultAnnounceRate),
        .fanout = pace(options.fanout_rate, kDefaultFanoutRate)};
  };
  return {.usual = paces(false), .at_loopback = paces(true)};
}

}  // namespace pigeonhub
