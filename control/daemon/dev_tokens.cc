// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/dev_tokens.h"

#include "server/auth/token/make_token.h"
#include "server/base/random.h"

namespace pigeonhub {
namespace {

constexpr char kKid[] = "dev";
constexpr size_t kDigits = 64;

}  // namespace

DevTokens::DevTokens() : secret_(RandomHex(kDigits)) {}

TokenKeys::File DevTokens::key() const { return {kKid, secret_}; }

std::string DevTokens::Make(const Config& config, UnixMillis now) const {
  TokenClaims claims;
  claims.issued_at = now;
  claims.expires_at =
      now + std::chrono::duration_cast<std::chrono::milliseconds>(kValidFor).count();
  claims.namespaces = {"*"};
  if (!config.token_issuers.empty()) claims.issuer = config.token_issuers.front();
  if (!config.token_audiences.empty()) claims.audiences = {config.token_audiences.front()};
  return auth::MakeToken(claims, kKid, auth::Secret(secret_)).value_or("");
}

}  // namespace pigeonhub
