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

void TokenVerifier::Use::Note(UnixMillis now) {
  // Nothing hangs on them, and they are much cheaper than the signature was.
  last.store(now, std::memory_order_relaxed);
  count.fetch_add(1, std::memory_order_relaxed);
}

void TokenVerifier::SetKeys(KeyOrigin origin, std::vector<TokenKey> keys, UnixMillis now) {
  const std::shared_ptr<const Keys> before = this->keys()[static_cast<size_t>(origin)];
  Keys held;
  held.reserve(keys.size());
  for (TokenKey& key : keys) {
    const auto known = std::find_if(before->begin(), before->end(), [&](const Held& one) {
      return one.key.kid == key.kid && IsSame(one.key.material, key.material);
    });
    auto use = known == before->end() ? std::make_shared<Use>(now) : known->use;
    held.push_back({std::move(key), std::move(use)});
  }
  auto shared = std::make_shared<const Keys>(std::move(held));
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

std::vector<TokenKeyRecord> TokenVerifier::Records() const {
  std::vector<TokenKeyRecord> records;
  for (const auto& of_origin : keys()) {
    for (const auto& [key, use] : *of_origin) {
      const std::string_view kind =
          key.only.has_value() ? AlgorithmName(*key.only) : KeyKindName(KindOf(key.material));
      records.push_back({key.kid, std::string(kind), key.source, use->loaded_at,
                         use->last.load(std::memory_order_relaxed),
                         use->count.load(std::memory_order_relaxed)});
    }
  }
  return records;
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

  if (auto refusal = SignatureRefusal(*jws, *header, now)) return *std::move(refusal);
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

std::optional<TokenRefusal> TokenVerifier::SignatureRefusal(const Jws& jws, const JwsHeader& header,
                                                            UnixMillis now) const {
  bool knows_kid = false;
  size_t tried = 0;
  for (const auto& of_origin : keys()) {
    for (const auto& [key, use] : *of_origin) {
      if (header.kid.has_value() && !key.IsCalled(*header.kid)) continue;
      knows_kid = true;
      if (!key.Serves(header.algorithm) || tried == kMostTried) continue;
      ++tried;
      if (IsSigned(key.material, header.algorithm, jws.signed_text, jws.signature)) {
        use->Note(now);
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
