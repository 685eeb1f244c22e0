// SPDX-License-Identifier: Apache-2.0
//
// What the token of a peer says of it (a JWT, RFC 7519), once its signature has been checked.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/peer_id.h"
#include "pigeonhub/time.h"

namespace pigeonhub {

// What whoever made the token says of its peer: names and values.
using TokenAttributes = std::map<std::string, std::string>;

struct TokenClaims {
  std::string issuer;    // `iss`; empty: none
  std::string subject;   // `sub`, the user; empty: none
  std::string token_id;  // `jti`; empty: none
  std::vector<std::string> audiences;
  // 0: the token does not say.
  UnixMillis issued_at = 0;
  UnixMillis not_before = 0;
  UnixMillis expires_at = 0;
  // The namespaces that the peer may announce on: names, or beginnings of names with one `*` behind
  // them. Empty: none.
  std::vector<std::string> namespaces;
  std::optional<PeerId> peer;  // the only id that it is for; empty: any
  bool hub = false;            // it admits a hub, which may meet the others
  // For operators to see and to choose by, at most 16.
  TokenAttributes attributes;

  friend bool operator==(const TokenClaims&, const TokenClaims&) = default;
};

// Immutable claims with many holders. Null: a peer without a token.
using SharedClaims = std::shared_ptr<const TokenClaims>;

// Whether the token says all of it; nobody without a token does, unless nothing is wanted.
inline bool HasAttributes(const TokenClaims* claims, const TokenAttributes& wanted) {
  if (wanted.empty()) return true;
  if (claims == nullptr) return false;
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& attribute) {
    const auto found = claims->attributes.find(attribute.first);
    return found != claims->attributes.end() && found->second == attribute.second;
  });
}

// "team=red, tier=pro", in the order of names.
inline std::string AttributesText(const TokenAttributes& attributes) {
  std::string text;
  for (const auto& [name, value] : attributes) {
    if (!text.empty()) text += ", ";
    text.append(name).append("=").append(value);
  }
  return text;
}

// Whether `pattern` is `name`, or a beginning of it with one `*` behind.
inline bool MatchesNamespace(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return pattern == name;
  return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

// Whether the token lets its peer announce on the namespace.
inline bool GrantsNamespace(const TokenClaims& claims, std::string_view name) {
  for (const std::string& pattern : claims.namespaces) {
    if (MatchesNamespace(pattern, name)) return true;
  }
  return false;
}

}  // namespace pigeonhub
