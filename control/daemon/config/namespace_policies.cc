// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/namespace_policies.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "control/daemon/config/config_options.h"
#include "control/daemon/config/option_values.h"
#include "server/base/nearest_word.h"
#include "server/base/size.h"
#include "server/base/text.h"
#include "server/core/namespace_policy.h"

namespace pigeonhub {
namespace {

constexpr std::pair<std::string_view, WhoMayEnter> kWho[] = {{"anyone", WhoMayEnter::kAnyone},
                                                             {"token", WhoMayEnter::kToken}};
constexpr std::pair<std::string_view, OnDuplicate> kDuplicate[] = {
    {"probe", OnDuplicate::kProbe},
    {"replace", OnDuplicate::kReplace},
    {"reject", OnDuplicate::kReject}};

// CheckPolicy knows the bounds of numbers.
constexpr uint64_t kAnyNumber = uint64_t{1} << 40;

template <typename T>
absl::Status ParsePolicyChoice(const Values& values, const auto& choices, std::optional<T>& out) {
  T value{};
  absl::Status status = ParseChoice(values[0], choices, value);
  if (status.ok()) out = value;
  return status;
}

absl::Status ParseCount(const Values& values, std::optional<size_t>& out) {
  return ParseNumber(values[0], 0, kAnyNumber, out);
}

struct Row {
  PolicyKey key;
  absl::Status (*parse)(const Values& values, NamespacePolicy& policy);
  // Empty where the policy does not have the key.
  std::string (*print)(const NamespacePolicy& policy);
};

std::string PrintCount(const std::optional<size_t>& count) {
  return count.has_value() ? std::to_string(*count) : std::string();
}

const Row kRows[] = {
    {PolicyKey::kWho,
     [](const Values& v, NamespacePolicy& p) { return ParsePolicyChoice(v, kWho, p.who); },
     [](const NamespacePolicy& p) { return p.who ? PrintChoice(kWho, *p.who) : std::string(); }},
    {PolicyKey::kIssuers,
     [](const Values& v, NamespacePolicy& p) {
       p.issuers = v;
       return absl::OkStatus();
     },
     [](const NamespacePolicy& p) {
       if (!p.issuers.has_value()) return std::string();
       std::string list;
       for (const std::string& issuer : *p.issuers) {
         list += (list.empty() ? "" : ", ") + Quoted(issuer);
       }
       return "[" + list + "]";
     }},
    {PolicyKey::kMaxPeers,
     [](const Values& v, NamespacePolicy& p) { return ParseCount(v, p.max_peers); },
     [](const NamespacePolicy& p) { return PrintCount(p.max_peers); }},
    {PolicyKey::kAnnounceData,
     [](const Values& v, NamespacePolicy& p) -> absl::Status {
       const std::optional<uint64_t> size = ParseSize(v[0]);
       if (!size.has_value()) {
         return Bad(v[0], "is not a size (such as 512 or 4KiB; a plain number is bytes)");
       }
       p.announce_data = *size;
       return absl::OkStatus();
     },
     [](const NamespacePolicy& p) {
       if (!p.announce_data.has_value()) return std::string();
       return Quoted(FormatSize(*p.announce_data));
     }},
    {PolicyKey::kDiscoveryLimit,
     [](const Values& v, NamespacePolicy& p) { return ParseCount(v, p.discovery_limit); },
     [](const NamespacePolicy& p) { return PrintCount(p.discovery_limit); }},
    {PolicyKey::kDuplicate,
     [](const Values& v, NamespacePolicy& p) {
       return ParsePolicyChoice(v, kDuplicate, p.duplicate);
     },
     [](const NamespacePolicy& p) {
       return p.duplicate ? PrintChoice(kDuplicate, *p.duplicate) : std::string();
     }},
    {PolicyKey::kMessageRate,
     [](const Values& v, NamespacePolicy& p) {
       return ParseRateValue(v[0], RateOf::kEvents, p.message_rate);
     },
     [](const NamespacePolicy& p) { return PrintRate(p.message_rate, RateOf::kEvents); }},
    {PolicyKey::kAnnounceRate,
     [](const Values& v, NamespacePolicy& p) {
       return ParseRateValue(v[0], RateOf::kEvents, p.announce_rate);
     },
     [](const NamespacePolicy& p) { return PrintRate(p.announce_rate, RateOf::kEvents); }},
};
static_assert(std::size(kRows) == kPolicyKeyCount);

const Row* FindRow(std::string_view name) {
  const auto found = std::find_if(std::begin(kRows), std::end(kRows),
                                  [&](const Row& row) { return PolicyKeyName(row.key) == name; });
  return found == std::end(kRows) ? nullptr : found;
}

absl::Status UnknownKey(const std::string& key) {
  if (FindConfigOption(key) != nullptr) {
    return absl::InvalidArgumentError(Quoted(key) +
                                      " is a key of the hub, and none of a policy; "
                                      "put it above the first table");
  }
  std::vector<std::string> names;
  for (const Row& row : kRows) names.emplace_back(PolicyKeyName(row.key));
  std::string hint = DidYouMean(key, names);
  if (hint.empty()) hint = "; a policy has " + Listed(names);
  return absl::InvalidArgumentError("unknown key " + Quoted(key) + " of a policy" + hint);
}

absl::Status ParseKey(const TomlEntry& entry, NamespacePolicy& policy) {
  const Row* row = FindRow(entry.key);
  if (row == nullptr) return UnknownKey(entry.key);
  if (entry.is_list && row->key != PolicyKey::kIssuers) {
    return absl::InvalidArgumentError(entry.key + ": takes one value, no list");
  }
  absl::Status status = row->parse(entry.values, policy);
  if (status.ok()) return CheckPolicy(policy);
  return absl::InvalidArgumentError(entry.key + ": " + std::string(status.message()));
}

absl::Status At(std::string_view file, int line, const absl::Status& status) {
  return absl::InvalidArgumentError(std::string(file) + ":" + std::to_string(line) + ": " +
                                    std::string(status.message()));
}

}  // namespace

absl::StatusOr<NamedPolicy> ParseNamespacePolicy(const TomlSection& section,
                                                 std::string_view file) {
  NamedPolicy named{section.name, {}};
  if (const auto status = CheckPolicyName(named.name); !status.ok()) {
    return At(file, section.line, status);
  }
  for (const TomlEntry& entry : section.entries) {
    if (const auto status = ParseKey(entry, named.policy); !status.ok()) {
      return At(file, entry.line, status);
    }
  }
  return named;
}

std::string PrintNamespacePolicy(const NamedPolicy& named) {
  std::string text = "[" + std::string(kNamespaceSection) + "." + Quoted(named.name) + "]\n";
  for (const Row& row : kRows) {
    const std::string value = row.print(named.policy);
    if (!value.empty()) text += std::string(PolicyKeyName(row.key)) + " = " + value + "\n";
  }
  return text;
}

}  // namespace pigeonhub
