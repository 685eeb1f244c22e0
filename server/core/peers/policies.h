// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "pigeonhub/namespace_policy.h"
#include "pigeonhub/reason.h"
#include "pigeonhub/token_claims.h"
#include "server/core/options.h"
#include "server/core/peers/spending.h"

namespace pigeonhub {

// What holds in one namespace, ready to be asked.
struct NamespaceRules {
  bool needs_token = false;
  std::vector<std::string> issuers;  // empty: any
  size_t max_peers = 0;
  size_t announce_data = 0;
  // With more than `full_introductions` members a newcomer meets `discovery_limit` of them; 0:
  // everyone, always.
  size_t discovery_limit = 0;
  size_t full_introductions = 0;
  OnDuplicate duplicate = OnDuplicate::kProbe;
  std::shared_ptr<const MemberPaces> paces;
};

// Why somebody with these claims may not be in a namespace with these rules; empty if it may.
std::optional<Reason> WhyNotWelcome(const NamespaceRules& rules, const TokenClaims* claims);

// The policies that are set, and what follows from them for a namespace. None holds for the
// namespace on which hubs meet.
class Policies {
 public:
  // Takes over options.namespaces. `hub_mesh_namespace` may change, and outlives this.
  Policies(const HubOptions& options, const std::string& hub_mesh_namespace);

  // Kept where rules are asked for often.
  struct Known {
    uint64_t version = 0;
    std::shared_ptr<const NamespaceRules> rules;
  };
  // `known` belongs to `name`.
  const NamespaceRules& Of(std::string_view name, Known& known) const {
    if (known.version != version_) known = {version_, Of(name)};
    return *known.rules;
  }
  // What is kept there, if it still holds; else null.
  const NamespaceRules* IfKnown(const Known& known) const {
    return known.version == version_ ? known.rules.get() : nullptr;
  }
  std::shared_ptr<const NamespaceRules> Of(std::string_view name) const;
  // What holds where no policy matches, and for who is in no namespace.
  const NamespaceRules& usual() const { return *usual_; }
  // What holds in a namespace of this name, which need not exist. For the name of a policy with `*`
  // what holds in those that no more exact policy matches.
  PolicyInForce InForce(std::string_view name) const;
  // In the order of their names; of one name that of the call first.
  std::vector<PolicyRecord> List() const;
  // As many as List has.
  size_t size() const { return size_; }

  // The options have other limits now.
  void OnOptionsChanged();

  // Replaces those of the configuration. RESOURCE_EXHAUSTED if there is no room for them.
  absl::Status CheckConfigured(const std::vector<NamedPolicy>& policies) const;
  void Configure(const std::vector<NamedPolicy>& policies);
  // A call gives the policy these keys; those that calls gave before stay.
  absl::Status CheckCall(const NamedPolicy& given) const;
  void Call(const NamedPolicy& given);
  // What calls said of the name is forgotten. True if they said something.
  bool Forget(std::string_view name);
  // How the policy of a name is set; empty: not at all. kCall if by both.
  std::optional<PolicySource> SourceOf(std::string_view name) const;

  // What Call with `given` makes of them.
  Policies After(const NamedPolicy& given) const;

 private:
  struct Entry {
    std::optional<NamespacePolicy> called;
    std::optional<NamespacePolicy> configured;
    bool is_empty() const { return !called.has_value() && !configured.has_value(); }
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  // Calls `visit` with the entries that match, the most exact first.
  template <typename Visit>
  void ForEachMatch(std::string_view name, Visit visit) const;
  NamespaceRules RulesFrom(const NamespacePolicy& merged) const;
  NamespacePolicy Merged(std::string_view name) const;
  // Why no policy can have this name.
  absl::Status CheckName(std::string_view name) const;
  absl::Status CheckRoom(size_t count, size_t bytes) const;
  void Changed();

  const HubOptions& options_;
  const std::string& hub_mesh_namespace_;
  Entries entries_;
  // Lengths of the beginnings, longest first, each once.
  std::vector<size_t> pattern_lengths_;
  size_t size_ = 0;
  uint64_t version_ = 1;
  std::shared_ptr<const MemberPaces> usual_paces_;
  std::shared_ptr<const NamespaceRules> usual_;
};

}  // namespace pigeonhub
