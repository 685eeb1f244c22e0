// SPDX-License-Identifier: Apache-2.0

#include "server/limits_in_force.h"

#include <chrono>
#include <optional>

#include "absl/strings/str_cat.h"
#include "server/base/duration.h"
#include "server/base/size.h"
#include "server/core/links/way.h"
#include "server/core/peers/peer_rates.h"
#include "server/core/peers/spending.h"
#include "server/core/rate.h"
#include "server/layer_options.h"
#include "server/net/connection/sender_shares.h"
#include "server/net/data_plane.h"
#include "server/net/listen/descriptors_left.h"
#include "server/net/tls/handshakes.h"
#include "server/runtime/address_table.h"

namespace pigeonhub {
namespace {

std::string Events(const std::optional<Rate>& set, const Rate& by_default) {
  return FormatRate(set.value_or(by_default), RateOf::kEvents);
}

std::string Bytes(const std::optional<Rate>& set, const Rate& by_default) {
  return FormatRate(set.value_or(by_default), RateOf::kBytes);
}

std::string Memory(uint64_t limit) { return limit == 0 ? "off" : FormatSize(limit); }

}  // namespace

std::vector<LimitInForce> LimitsInForce(const HubServerOptions& options,
                                        const RunningLimits& running) {
  HubOptions core = CoreOptions(options);
  core.Take(running);
  const Limits& limits = core.limits;
  const net::ConnectionOptions connection;
  const size_t last_places = running.max_connections / 10;
  return {
      {"message-rate", Events(running.message_rate, kDefaultMessageRate), PolicyKey::kMessageRate},
      {"byte-rate", Bytes(running.byte_rate, DefaultByteRate(limits))},
      {"announce-rate", Events(running.announce_rate, kDefaultAnnounceRate),
       PolicyKey::kAnnounceRate},
      {"fanout-rate", Bytes(running.fanout_rate, kDefaultFanoutRate)},
      {"time-over-rate", FormatDuration(PeerRates::kLongestOver)},
      {"address-rate", Events(running.address_rate, kDefaultAddressRate)},
      {"auth-failure-rate", Events(running.auth_failure_rate, kDefaultAuthFailureRate)},
      {"hub-registration-rate", Events(running.hub_registration_rate, kDefaultHubRegistrationRate)},
      {"address-share", last_places == 0
                            ? std::string("off")
                            : absl::StrCat(AddressTable::kFew, " in the last ", last_places)},
      {"address-handshakes", std::to_string(AddressTable::kMaxHandshakes)},
      {"max-connections", std::to_string(running.max_connections)},
      {"tls-handshakes", std::to_string(net::Handshakes::kAtOnce) + " a thread"},
      {"descriptors", std::to_string(net::DescriptorLimit())},
      {"memory-limit", Memory(running.memory_limit)},
      {"max-message-size", FormatSize(limits.message)},
      {"max-signal-size", FormatSize(limits.signal)},
      {"announce-data", FormatSize(limits.announce_data), PolicyKey::kAnnounceData},
      {"goodbye-data", FormatSize(limits.goodbye_data)},
      {"namespace-name", FormatSize(limits.namespace_name)},
      {"namespace-peers", std::to_string(limits.namespace_peers), PolicyKey::kMaxPeers},
      {"namespaces", std::to_string(limits.namespaces)},
      {"message-time", FormatDuration(connection.message_timeout)},
      {"reader-queue", FormatSize(connection.queue_limit)},
      {"reader-share", FormatSize(net::SenderShares::kShare)},
      {"link-queue", FormatSize(limits.link_queue)},
      {"hub-share", FormatSize(limits.hub_share)},
      {"hub-shares", FormatSize(limits.hub_shares)},
      {"hub-news", absl::StrCat(std::chrono::seconds(1) / Way::kEachChange, "/s,",
                                Way::kWordsOverALink * limits.hubs)},
      {"hubs", std::to_string(limits.hubs)},
      {"hub-map", FormatSize(limits.hub_map)},
      {"hub-entry", FormatSize(limits.hub_entry)},
  };
}

std::string LimitIn(const NamespacePolicy& policy, PolicyKey key) {
  switch (key) {
    case PolicyKey::kMessageRate:
      return FormatRate(policy.message_rate.value_or(Rate{}), RateOf::kEvents);
    case PolicyKey::kAnnounceRate:
      return FormatRate(policy.announce_rate.value_or(Rate{}), RateOf::kEvents);
    case PolicyKey::kAnnounceData:
      return FormatSize(policy.announce_data.value_or(0));
    default:
      return std::to_string(policy.max_peers.value_or(0));
  }
}

}  // namespace pigeonhub
