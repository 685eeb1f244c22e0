// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/policy_commands.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "server/base/text.h"
#include "server/core/namespace_policy.h"

namespace pigeonhub {
namespace {

void AddEvicted(const Namespace& network, const NamespaceRules& rules,
                std::vector<EvictedPeer>& evicted) {
  std::vector<const Peer*> members;
  network.local.ForEach([&](const Namespace::LocalSlot& slot) { members.push_back(slot.member); });
  std::sort(members.begin(), members.end(),
            [](const Peer* a, const Peer* b) { return a->arrival.number() < b->arrival.number(); });
  size_t stay = 0;
  for (const Peer* member : members) {
    std::optional<Reason> why = WhyNotWelcome(rules, member->claims.get());
    if (!why.has_value() && ++stay > rules.max_peers) why = Reason::kNamespaceFull;
    if (why.has_value()) evicted.push_back({member->id, *network.name, *why});
  }
}

}  // namespace

absl::Status PolicyCommands::Check(const SetNamespacePolicy& command) const {
  return policies_.CheckCall(command.policy);
}

absl::Status PolicyCommands::Check(const UnsetNamespacePolicy& command) const {
  const std::optional<PolicySource> source = policies_.SourceOf(command.name);
  if (source == PolicySource::kCall) return absl::OkStatus();
  if (source == PolicySource::kConfiguration) {
    return absl::FailedPreconditionError(
        absl::StrCat("the policy of ", Shown(command.name),
                     " is the configuration's; take it out there, and reload"));
  }
  return absl::NotFoundError(absl::StrCat(Shown(command.name), " has no policy"));
}

absl::Status PolicyCommands::Check(const ConfigureNamespaces& command) const {
  return policies_.CheckConfigured(command.policies);
}

std::vector<EvictedPeer> PolicyCommands::WouldEvict(const SetNamespacePolicy& command) const {
  std::vector<EvictedPeer> evicted;
  if (!command.evict) return evicted;
  const Policies after = policies_.After(command.policy);
  const auto visit = [&](const Namespace& network) {
    if (!self_.IsHubMesh(network)) AddEvicted(network, *after.Of(*network.name), evicted);
  };
  const std::string& name = command.policy.name;
  if (!name.ends_with('*')) {
    if (const Namespace* network = namespaces_.Find(name)) visit(*network);
    return evicted;
  }
  const std::string_view beginning = std::string_view(name).substr(0, name.size() - 1);
  const auto& networks = namespaces_.in_order();
  for (auto it = networks.lower_bound(beginning);
       it != networks.end() && it->first.starts_with(beginning); ++it) {
    visit(*it->second);
  }
  return evicted;
}

void PolicyCommands::Apply(Turn& turn, const SetNamespacePolicy& command) {
  const std::vector<EvictedPeer> evicted = WouldEvict(command);
  policies_.Call(command.policy);
  rates_.OnPoliciesChanged(turn);
  for (const EvictedPeer& each : evicted) {
    contested_.Close(turn, *peers_.Find(each.peer), Reason::kEvicted);
  }
}

void PolicyCommands::Apply(Turn& turn, const UnsetNamespacePolicy& command) {
  policies_.Forget(command.name);
  rates_.OnPoliciesChanged(turn);
}

void PolicyCommands::Apply(Turn& turn, const ConfigureNamespaces& command) {
  policies_.Configure(command.policies);
  rates_.OnPoliciesChanged(turn);
}

}  // namespace pigeonhub
