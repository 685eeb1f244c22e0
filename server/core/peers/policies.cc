// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/policies.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pigeonhub/defaults.h"
#include "server/base/text.h"
#include "server/core/namespace_policy.h"

namespace pigeonhub {
namespace {

bool IsPattern(std::string_view name) { return name.ends_with('*'); }

// Issuers ask for a token where no policy says who may enter that is as exact as theirs. True if
// they do so now.
bool LetIssuersAsk(NamespacePolicy& policy) {
  if (policy.who.has_value() || !policy.issuers.has_value() || policy.issuers->empty()) {
    return false;
  }
  policy.who = WhoMayEnter::kToken;
  return true;
}

}  // namespace

std::optional<Reason> WhyNotWelcome(const NamespaceRules& rules, const TokenClaims* claims) {
  if (claims == nullptr) {
    if (rules.needs_token) return Reason::kNamespaceNeedsToken;
    return std::nullopt;
  }
  if (!rules.issuers.empty() && std::find(rules.issuers.begin(), rules.issuers.end(),
                                          claims->issuer) == rules.issuers.end()) {
    return Reason::kNamespaceWrongIssuer;
  }
  return std::nullopt;
}

Policies::Policies(const HubOptions& options, const std::string& hub_mesh_namespace)
    : options_(options),
      hub_mesh_namespace_(hub_mesh_namespace),
      usual_paces_(std::make_shared<const MemberPaces>(PacesFor(options))),
      usual_(std::make_shared<const NamespaceRules>(RulesFrom({}))) {
  Configure(options.namespaces);
}

template <typename Visit>
void Policies::ForEachMatch(std::string_view name, Visit visit) const {
  if (name == hub_mesh_namespace_) return;
  if (!IsPattern(name)) {
    if (const auto found = entries_.find(name); found != entries_.end()) visit(*found);
  }
  std::string pattern;
  for (const size_t length : pattern_lengths_) {
    if (length > name.size()) continue;
    pattern.assign(name.substr(0, length));
    pattern += '*';
    if (const auto found = entries_.find(pattern); found != entries_.end()) visit(*found);
  }
}

NamespacePolicy Policies::Merged(std::string_view name) const {
  NamespacePolicy merged;
  const auto ignore = [](PolicyKey) {};
  ForEachMatch(name, [&](const Entries::value_type& entry) {
    if (entry.second.called.has_value()) FillFrom(merged, *entry.second.called, ignore);
    if (entry.second.configured.has_value()) FillFrom(merged, *entry.second.configured, ignore);
    LetIssuersAsk(merged);
  });
  return merged;
}

NamespaceRules Policies::RulesFrom(const NamespacePolicy& merged) const {
  NamespaceRules rules;
  rules.issuers = merged.issuers.value_or(std::vector<std::string>());
  rules.needs_token = merged.who.value_or(options_.who) == WhoMayEnter::kToken;
  rules.max_peers = merged.max_peers.value_or(options_.limits.namespace_peers);
  rules.announce_data = merged.announce_data.value_or(options_.limits.announce_data);
  rules.discovery_limit = merged.discovery_limit.value_or(options_.discovery_limit);
  // Who sets it for a namespace knows how large that is.
  rules.full_introductions = merged.discovery_limit.value_or(options_.full_introductions);
  rules.duplicate = merged.duplicate.value_or(OnDuplicate::kProbe);
  rules.paces = usual_paces_;
  if (merged.message_rate.has_value() || merged.announce_rate.has_value()) {
    rules.paces = std::make_shared<const MemberPaces>(
        PacesFor(options_, merged.message_rate, merged.announce_rate));
  }
  return rules;
}

std::shared_ptr<const NamespaceRules> Policies::Of(std::string_view name) const {
  const NamespacePolicy merged = Merged(name);
  if (merged == NamespacePolicy()) return usual_;
  return std::make_shared<const NamespaceRules>(RulesFrom(merged));
}

PolicyInForce Policies::InForce(std::string_view name) const {
  PolicyInForce in_force;
  ForEachMatch(name, [&](const Entries::value_type& entry) {
    const auto take = [&](const std::optional<NamespacePolicy>& policy, PolicySource source) {
      if (!policy.has_value()) return;
      FillFrom(in_force.policy, *policy, [&](PolicyKey key) {
        in_force.from[static_cast<size_t>(key)] = {source, entry.first};
      });
    };
    take(entry.second.called, PolicySource::kCall);
    take(entry.second.configured, PolicySource::kConfiguration);
    if (LetIssuersAsk(in_force.policy)) {
      in_force.from[static_cast<size_t>(PolicyKey::kWho)] = in_force.of(PolicyKey::kIssuers);
    }
  });
  NamespaceRules rules = RulesFrom(in_force.policy);
  const auto rate_of = [](const std::optional<Rate>& policys, const std::optional<Rate>& hubs,
                          const Rate& by_default) {
    return policys.has_value() ? policys : hubs.value_or(by_default);
  };
  in_force.policy = {.who = rules.needs_token ? WhoMayEnter::kToken : WhoMayEnter::kAnyone,
                     .issuers = std::move(rules.issuers),
                     .max_peers = rules.max_peers,
                     .announce_data = rules.announce_data,
                     .discovery_limit = rules.discovery_limit,
                     .duplicate = rules.duplicate,
                     .message_rate = rate_of(in_force.policy.message_rate, options_.message_rate,
                                             kDefaultMessageRate),
                     .announce_rate = rate_of(in_force.policy.announce_rate, options_.announce_rate,
                                              kDefaultAnnounceRate)};
  return in_force;
}

std::vector<PolicyRecord> Policies::List() const {
  std::vector<PolicyRecord> list;
  for (const auto& [name, entry] : entries_) {
    if (entry.called.has_value()) list.push_back({name, PolicySource::kCall, *entry.called});
    if (entry.configured.has_value()) {
      list.push_back({name, PolicySource::kConfiguration, *entry.configured});
    }
  }
  return list;
}

absl::Status Policies::CheckRoom(size_t count, size_t bytes) const {
  if (count > kMostPolicies) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a hub has at most ", kMostPolicies,
                     " policies of its configuration and of calls; one with a * at its end does "
                     "for many namespaces"));
  }
  if (bytes > kMostPolicyBytes) {
    return absl::ResourceExhaustedError(absl::StrCat("the policies of a hub have at most ",
                                                     kMostPolicyBytes,
                                                     " bytes, names and issuers together"));
  }
  return absl::OkStatus();
}

absl::Status Policies::CheckName(std::string_view name) const {
  if (name != hub_mesh_namespace_) return CheckPolicyName(name);
  return absl::InvalidArgumentError(
      absl::StrCat(Shown(name),
                   " is where hubs meet, and no policy holds there; --hub-admission says who "
                   "comes in"));
}

absl::Status Policies::CheckConfigured(const std::vector<NamedPolicy>& policies) const {
  size_t count = policies.size();
  size_t bytes = 0;
  for (const NamedPolicy& each : policies) {
    absl::Status status = CheckName(each.name);
    if (status.ok()) status = CheckPolicy(each.policy);
    if (!status.ok()) return status;
    bytes += BytesOf(each);
  }
  for (const auto& [name, entry] : entries_) {
    if (!entry.called.has_value()) continue;
    ++count;
    bytes += BytesOf({name, *entry.called});
  }
  return CheckRoom(count, bytes);
}

void Policies::Configure(const std::vector<NamedPolicy>& policies) {
  for (auto& [name, entry] : entries_) entry.configured.reset();
  for (const NamedPolicy& each : policies) entries_[each.name].configured = each.policy;
  std::erase_if(entries_, [](const auto& entry) { return entry.second.is_empty(); });
  Changed();
}

void Policies::OnOptionsChanged() {
  usual_paces_ = std::make_shared<const MemberPaces>(PacesFor(options_));
  usual_ = std::make_shared<const NamespaceRules>(RulesFrom({}));
  ++version_;
}

absl::Status Policies::CheckCall(const NamedPolicy& given) const {
  absl::Status status = CheckName(given.name);
  if (status.ok()) status = CheckPolicy(given.policy);
  if (!status.ok()) return status;
  if (given.policy == NamespacePolicy()) return absl::OkStatus();  // adds nothing
  size_t count = 1;
  size_t bytes = BytesOf(given);
  for (const PolicyRecord& record : List()) {
    bytes += BytesOf({record.name, record.policy});
    if (record.source != PolicySource::kCall || record.name != given.name) ++count;
  }
  return CheckRoom(count, bytes);
}

void Policies::Call(const NamedPolicy& given) {
  if (given.policy == NamespacePolicy()) return;
  NamespacePolicy policy = given.policy;
  std::optional<NamespacePolicy>& called = entries_[given.name].called;
  if (called.has_value()) FillFrom(policy, *called, [](PolicyKey) {});
  called = std::move(policy);
  Changed();
}

bool Policies::Forget(std::string_view name) {
  const auto found = entries_.find(name);
  if (found == entries_.end() || !found->second.called.has_value()) return false;
  found->second.called.reset();
  if (found->second.is_empty()) entries_.erase(found);
  Changed();
  return true;
}

std::optional<PolicySource> Policies::SourceOf(std::string_view name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  return found->second.called.has_value() ? PolicySource::kCall : PolicySource::kConfiguration;
}

Policies Policies::After(const NamedPolicy& given) const {
  Policies after(*this);
  after.Call(given);
  return after;
}

void Policies::Changed() {
  pattern_lengths_.clear();
  size_ = 0;
  for (const auto& [name, entry] : entries_) {
    size_ += (entry.called.has_value() ? 1 : 0) + (entry.configured.has_value() ? 1 : 0);
    if (IsPattern(name)) pattern_lengths_.push_back(name.size() - 1);
  }
  std::sort(pattern_lengths_.begin(), pattern_lengths_.end(), std::greater<>());
  pattern_lengths_.erase(std::unique(pattern_lengths_.begin(), pattern_lengths_.end()),
                         pattern_lengths_.end());
  ++version_;
}

}  // namespace pigeonhub
