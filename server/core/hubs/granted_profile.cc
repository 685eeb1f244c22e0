// SPDX-License-Identifier: Apache-2.0

#include "server/core/hubs/granted_profile.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace pigeonhub {
namespace {

constexpr std::string_view kRegion = "\"region\"";
constexpr std::string_view kCapabilities = "\"capabilities\"";

// Where the first member of valid JSON text ends: at a comma that is in no string and no value.
size_t EndOfMember(std::string_view members) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < members.size(); ++i) {
    const char c = members[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    } else if (c == ',' && depth == 0) {
      return i;
    }
  }
  return members.size();
}

void Append(std::string_view member, std::string& members) {
  if (!members.empty() && !member.empty()) members += ',';
  members += member;
}

}  // namespace

Profile WithGrant(const Profile& announced, const Profile& grant) {
  if (grant.hub == nullptr || grant.members == nullptr) return announced;
  auto details = std::make_shared<HubDetails>();
  if (announced.hub != nullptr) *details = *announced.hub;
  const bool has_region = !grant.hub->region.empty();
  const bool has_capabilities = !grant.hub->capabilities.empty();
  if (has_region) details->region = grant.hub->region;
  if (has_capabilities) details->capabilities = grant.hub->capabilities;

  std::string members;
  std::string_view rest = announced.members == nullptr ? "" : std::string_view(*announced.members);
  while (!rest.empty()) {
    const std::string_view member = rest.substr(0, EndOfMember(rest));
    rest.remove_prefix(std::min(member.size() + 1, rest.size()));
    const bool replaced = (has_region && member.starts_with(kRegion)) ||
                          (has_capabilities && member.starts_with(kCapabilities));
    if (!replaced) Append(member, members);
  }
  // Last, as there the last of two counts: a key may be written with escapes.
  Append(*grant.members, members);
  return {std::make_shared<const std::string>(std::move(members)), announced.is_hub,
          std::move(details)};
}

}  // namespace pigeonhub
