// SPDX-License-Identifier: Apache-2.0

#include "server/core/namespace_policy.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/base/text.h"
#include "server/core/options.h"
#include "server/core/rate.h"

namespace pigeonhub {
namespace {

constexpr size_t kMostIssuers = 16;
constexpr size_t kLongestIssuer = 1024;
constexpr int64_t kMostPeers = 100'000;
constexpr int64_t kMostDiscovered = 1'000'000;

absl::Status BadKey(PolicyKey key, const std::string& why) {
  return absl::InvalidArgumentError(std::string(PolicyKeyName(key)).append(": ").append(why));
}

struct Bounds {
  int64_t low;
  int64_t high;
};

Bounds BoundsOf(PolicyKey key) {
  switch (key) {
    case PolicyKey::kMaxPeers:
      return {1, kMostPeers};
    case PolicyKey::kAnnounceData:
      return {1, static_cast<int64_t>(Limits().announce_data)};
    default:
      return {0, kMostDiscovered};
  }
}

absl::Status CheckNumber(PolicyKey key, std::optional<size_t> value) {
  if (!value.has_value()) return absl::OkStatus();
  return CheckPolicyNumber(key, static_cast<int64_t>(std::min<size_t>(*value, INT64_MAX)));
}

absl::Status CheckRate(PolicyKey key, const std::optional<Rate>& rate) {
  if (!rate.has_value() || IsRate(*rate)) return absl::OkStatus();
  return BadKey(key, "is out of range; give 1 to 2^36 in 1ms to 24h, and as many at once");
}

}  // namespace

std::string_view PolicyKeyName(PolicyKey key) {
  constexpr std::string_view kNames[] = {"who",           "issuers",         "max-peers",
                                         "announce-data", "discovery-limit", "duplicate",
                                         "message-rate",  "announce-rate"};
  static_assert(std::size(kNames) == kPolicyKeyCount);
  return kNames[static_cast<size_t>(key)];
}

absl::Status CheckPolicyName(std::string_view name) {
  const size_t longest = Limits().namespace_name;
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (name.empty() || name.size() > longest || std::any_of(name.begin(), name.end(), is_control)) {
    return absl::InvalidArgumentError(absl::StrCat(Shown(name),
                                                   " names no namespace; a name has 1 to ", longest,
                                                   " bytes and no control characters"));
  }
  if (name.substr(0, name.size() - 1).find('*') != std::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(Shown(name),
                     " has a * that is not at its end; write game:* for every name "
                     "that begins with game:"));
  }
  return absl::OkStatus();
}

absl::Status CheckPolicyNumber(PolicyKey key, int64_t number) {
  const Bounds bounds = BoundsOf(key);
  if (number >= bounds.low && number <= bounds.high) return absl::OkStatus();
  return BadKey(key, absl::StrCat(number, " is out of range; give a number from ", bounds.low,
                                  " to ", bounds.high));
}

absl::Status CheckPolicy(const NamespacePolicy& policy) {
  if (policy.issuers.has_value()) {
    const auto is_issuer = [](const std::string& text) {
      return IsPlainName(text, kLongestIssuer);
    };
    if (policy.issuers->size() > kMostIssuers ||
        !std::all_of(policy.issuers->begin(), policy.issuers->end(), is_issuer)) {
      return BadKey(PolicyKey::kIssuers, absl::StrCat("give at most ", kMostIssuers,
                                                      " texts of 1 to ", kLongestIssuer, " bytes"));
    }
  }
  absl::Status status = CheckNumber(PolicyKey::kMaxPeers, policy.max_peers);
  status.Update(CheckNumber(PolicyKey::kAnnounceData, policy.announce_data));
  status.Update(CheckNumber(PolicyKey::kDiscoveryLimit, policy.discovery_limit));
  status.Update(CheckRate(PolicyKey::kMessageRate, policy.message_rate));
  status.Update(CheckRate(PolicyKey::kAnnounceRate, policy.announce_rate));
  return status;
}

size_t BytesOf(const NamedPolicy& named) {
  size_t bytes = sizeof(NamedPolicy) + named.name.size();
  if (!named.policy.issuers.has_value()) return bytes;
  for (const std::string& issuer : *named.policy.issuers) bytes += sizeof(issuer) + issuer.size();
  return bytes;
}

}  // namespace pigeonhub
