// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/token_verifier.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/auth/token/parse_claims.h"
#include "server/auth/token/signature.h"

namespace pigeonhub::auth {
namespace {

TokenRefusal Invalid(const absl::Status& status) {
  return {Reason::kTokenInvalid, std::string(status.message())};
}

UnixMillis Milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

bool Contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Names are compared as they are, and many providers end theirs in a slash.
std::string WhyNoIssuer(const std::vector<std::string>& issuers, const std::string& issuer) {
  if (Contains(issuers, issuer + "/")) {
    return "iss is none of the issuers: it lacks the slash at the end";
  }
  if (issuer.ends_with('/') && Contains(issuers, issuer.substr(0, issuer.size() - 1))) {
    return "iss is none of the issuers: it has a slash at its end, and the issuer has none";
  }
  return "iss is none of the issuers";
}

// What a signed token that can be read is refused for.
std::optional<TokenRefusal> RefusalOf(const TokenClaims& claims, const TokenRules& rules,
                                      UnixMillis now) {
  const UnixMillis leeway = Milliseconds(rules.leeway);
  if (now >= claims.expires_at + leeway) {
    return TokenRefusal{Reason::kTokenExpired, "exp is over"};
  }
  if (now + leeway < claims.not_before) {
    return TokenRefusal{Reason::kTokenNotYetValid, "nbf is still to come"};
  }
  if (!rules.issuers.empty() && !Contains(rules.issuers, claims.issuer)) {
    return TokenRefusal{Reason::kTokenWrongIssuer, WhyNoIssuer(rules.issuers, claims.issuer)};
  }
  if (!rules.audiences.empty() &&
      std::none_of(claims.audiences.begin(), claims.audiences.end(),
                   [&](const std::string& one) { return Contains(rules.audiences, one); })) {
    return TokenRefusal{Reason::kTokenWrongAudience, "aud has none of the audiences"};
  }
  return std::nullopt;
}

}  // namespace

TokenVerifier::TokenVerifier(TokenRules rules, TokenListeners listeners)
    : rules_(std::move(rules)), listeners_(std::move(listeners)) {
  keys_.fill(std::make_shared<const Keys>());
}

void TokenVerifier::SetKeys(KeyOrigin origin, std::vector<TokenKey> keys) {
  auto shared = std::make_shared<const Keys>(std::move(keys));
  const std::lock_guard lock(mutex_);
  keys_[static_cast<size_t>(origin)].swap(shared);
}

TokenVerifier::KeysByOrigin TokenVerifier::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

size_t TokenVerifier::key_count() const {
  size_t count = 0;
  for (const auto& of_origin : keys()) count += of_origin->size();
  return count;
}

std::variant<SharedClaims, Reason> TokenVerifier::Check(std::string_view token,
                                                        UnixMillis now) const {
  auto examined = Examine(token, now);
  if (const auto* refusal = std::get_if<TokenRefusal>(&examined)) return refusal->reason;
  return std::get<0>(std::move(examined));
}

std::variant<SharedClaims, TokenRefusal> TokenVerifier::Examine(std::string_view token,
                                                                UnixMillis now) const {
  if (token.empty()) return TokenRefusal{Reason::kTokenMissing, "there is no token"};
  const auto jws = ParseJws(token);
  if (!jws.ok()) return Invalid(jws.status());
  const auto header = ParseJwsHeader(jws->header);
  if (!header.ok()) return Invalid(header.status());

  if (auto refusal = SignatureRefusal(*jws, *header)) return *std::move(refusal);
  auto claims = ParseTokenClaims(jws->payload);
  if (!claims.ok()) {
    return TokenRefusal{Reason::kTokenMalformed, std::string(claims.status().message())};
  }
  if (auto refusal = RefusalOf(*claims, rules_, now)) {
    if (refusal->reason == Reason::kTokenWrongIssuer && listeners_.wrong_issuer != nullptr) {
      listeners_.wrong_issuer(claims->issuer);
    }
    return *std::move(refusal);
  }
  return std::make_shared<const TokenClaims>(*std::move(claims));
}

std::optional<TokenRefusal> TokenVerifier::SignatureRefusal(const Jws& jws,
                                                            const JwsHeader& header) const {
  bool knows_kid = false;
  size_t tried = 0;
  for (const auto& of_origin : keys()) {
    for (const TokenKey& key : *of_origin) {
      if (header.kid.has_value() && !key.IsCalled(*header.kid)) continue;
      knows_kid = true;
      if (!key.Serves(header.algorithm) || tried == kMostTried) continue;
      ++tried;
      if (IsSigned(key.material, header.algorithm, jws.signed_text, jws.signature)) {
        return std::nullopt;
      }
    }
  }
  if (header.kid.has_value() && !knows_kid) {
    if (listeners_.unknown_kid != nullptr) listeners_.unknown_kid(*header.kid);
    return TokenRefusal{Reason::kTokenInvalid, "no key has the header's kid", true};
  }
  return TokenRefusal{
      Reason::kTokenInvalid,
      tried == 0 ? "no such key is for the header's alg" : "no key that may have signed it did",
      true};
}

}  // namespace pigeonhub::auth
