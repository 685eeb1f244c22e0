// SPDX-License-Identifier: Apache-2.0

#include "control/conversions/policy_conversions.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "control/conversions/record_conversions.h"
#include "server/core/namespace_policy.h"
#include "server/core/rate.h"

namespace pigeonhub {
namespace {

constexpr std::pair<v1::WhoMayEnter, WhoMayEnter> kWho[] = {
    {v1::WHO_MAY_ENTER_ANYONE, WhoMayEnter::kAnyone},
    {v1::WHO_MAY_ENTER_TOKEN, WhoMayEnter::kToken}};
constexpr std::pair<v1::OnDuplicate, OnDuplicate> kDuplicate[] = {
    {v1::ON_DUPLICATE_PROBE, OnDuplicate::kProbe},
    {v1::ON_DUPLICATE_REPLACE, OnDuplicate::kReplace},
    {v1::ON_DUPLICATE_REJECT, OnDuplicate::kReject}};

absl::Status Bad(PolicyKey key, const std::string& why) {
  return absl::InvalidArgumentError(std::string(PolicyKeyName(key)).append(": ").append(why));
}

auto InProto(const auto& choices, auto ours) {
  auto found = choices[0].first;
  for (const auto& [proto, value] : choices) {
    if (value == ours) found = proto;
  }
  return found;
}

// 0 says nothing.
absl::Status Read(PolicyKey key, const auto& choices, auto proto, auto& out) {
  if (proto == 0) return absl::OkStatus();
  for (const auto& [known, value] : choices) {
    if (known != proto) continue;
    out = value;
    return absl::OkStatus();
  }
  return Bad(key, absl::StrCat(static_cast<int>(proto), " is nothing that this hub knows"));
}

absl::Status ReadNumber(PolicyKey key, int64_t number, std::optional<size_t>& out) {
  if (number < 0) return CheckPolicyNumber(key, number);
  out = static_cast<size_t>(number);
  return absl::OkStatus();
}

absl::Status ReadRate(PolicyKey key, const std::string& text, std::optional<Rate>& out) {
  const absl::StatusOr<Rate> rate = ParseRate(text, RateOf::kEvents);
  if (!rate.ok()) return Bad(key, std::string(rate.status().message()));
  out = *rate;
  return absl::OkStatus();
}

v1::PolicySource ToProto(PolicySource source) {
  switch (source) {
    case PolicySource::kConfiguration:
      return v1::POLICY_SOURCE_CONFIGURATION;
    case PolicySource::kCall:
      return v1::POLICY_SOURCE_CALL;
    case PolicySource::kDefault:
      break;
  }
  return v1::POLICY_SOURCE_DEFAULT;
}

v1::NamespacePolicy ToProto(const NamespacePolicy& policy) {
  v1::NamespacePolicy proto;
  if (policy.who) proto.set_who(InProto(kWho, *policy.who));
  if (policy.issuers) {
    auto& issuers = *proto.mutable_issuers();
    for (const std::string& issuer : *policy.issuers) issuers.add_issuers(issuer);
  }
  if (policy.max_peers) proto.set_max_peers(static_cast<int64_t>(*policy.max_peers));
  if (policy.announce_data) proto.set_announce_data(static_cast<int64_t>(*policy.announce_data));
  if (policy.discovery_limit) {
    proto.set_discovery_limit(static_cast<int64_t>(*policy.discovery_limit));
  }
  if (policy.duplicate) proto.set_duplicate(InProto(kDuplicate, *policy.duplicate));
  if (policy.message_rate) {
    proto.set_message_rate(FormatRate(*policy.message_rate, RateOf::kEvents));
  }
  if (policy.announce_rate) {
    proto.set_announce_rate(FormatRate(*policy.announce_rate, RateOf::kEvents));
  }
  return proto;
}

}  // namespace

v1::NamedPolicy ToProto(const PolicyRecord& record) {
  v1::NamedPolicy named;
  named.set_name(record.name);
  named.set_source(ToProto(record.source));
  *named.mutable_policy() = ToProto(record.policy);
  return named;
}

v1::PolicyInForce ToProto(const PolicyInForce& in_force) {
  v1::PolicyInForce proto;
  *proto.mutable_policy() = ToProto(in_force.policy);
  for (size_t i = 0; i < kPolicyKeyCount; ++i) {
    v1::PolicyOrigin& origin = *proto.add_origins();
    origin.set_key(std::string(PolicyKeyName(static_cast<PolicyKey>(i))));
    origin.set_source(ToProto(in_force.from[i].source));
    origin.set_name(in_force.from[i].name);
  }
  return proto;
}

v1::EvictedPeer ToProto(const EvictedPeer& evicted) {
  v1::EvictedPeer proto;
  proto.set_peer_id(std::string(evicted.peer.text()));
  proto.set_namespace_(evicted.network);
  proto.set_reason(ToProto(evicted.why));
  return proto;
}

absl::StatusOr<NamespacePolicy> FromProto(const v1::NamespacePolicy& proto) {
  NamespacePolicy policy;
  absl::Status status;
  if (proto.has_who()) {
    status.Update(Read(PolicyKey::kWho, kWho, proto.who(), policy.who));
  }
  if (proto.has_issuers()) {
    const auto& issuers = proto.issuers().issuers();
    policy.issuers.emplace(issuers.begin(), issuers.end());
  }
  if (proto.has_max_peers()) {
    status.Update(ReadNumber(PolicyKey::kMaxPeers, proto.max_peers(), policy.max_peers));
  }
  if (proto.has_announce_data()) {
    status.Update(
        ReadNumber(PolicyKey::kAnnounceData, proto.announce_data(), policy.announce_data));
  }
  if (proto.has_discovery_limit()) {
    status.Update(
        ReadNumber(PolicyKey::kDiscoveryLimit, proto.discovery_limit(), policy.discovery_limit));
  }
  if (proto.has_duplicate()) {
    status.Update(Read(PolicyKey::kDuplicate, kDuplicate, proto.duplicate(), policy.duplicate));
  }
  if (proto.has_message_rate()) {
    status.Update(ReadRate(PolicyKey::kMessageRate, proto.message_rate(), policy.message_rate));
  }
  if (proto.has_announce_rate()) {
    status.Update(ReadRate(PolicyKey::kAnnounceRate, proto.announce_rate(), policy.announce_rate));
  }
  status.Update(CheckPolicy(policy));
  if (!status.ok()) return status;
  return policy;
}

}  // namespace pigeonhub
