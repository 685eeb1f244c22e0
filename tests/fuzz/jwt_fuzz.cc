// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as the token of a peer, as its header, and as its claims.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "server/auth/token/jws.h"
#include "server/auth/token/make_token.h"
#include "server/auth/token/parse_claims.h"
#include "server/auth/token/token_verifier.h"
#include "server/base/base64url.h"
#include "server/base/text.h"
#include "tests/fuzz/require.h"

namespace pigeonhub::auth {
namespace {

const Secret kSecret(32, 's');

void ReadToken(std::string_view text) {
  const auto jws = ParseJws(text);
  if (jws.ok()) {
    REQUIRE(ToBase64Url(jws->header) + "." + ToBase64Url(jws->payload) == jws->signed_text);
    REQUIRE(std::string(jws->signed_text) + "." + ToBase64Url(jws->signature) == text);
  }
  TokenVerifier verifier({});
  verifier.SetKeys(KeyOrigin::kFiles, {{kSecret, "k"}});
  const auto examined = verifier.Examine(text, 0);
  if (const auto* refusal = std::get_if<TokenRefusal>(&examined)) {
    REQUIRE(IsPlainText(refusal->rule));
    REQUIRE(jws.ok() || refusal->reason == Reason::kTokenInvalid || text.empty());
  } else {
    REQUIRE(ParseJwsHeader(jws->header).ok());
  }
}

void ReadClaims(std::string_view text) {
  const auto claims = ParseTokenClaims(text);
  if (!claims.ok()) return;
  REQUIRE(claims->attributes.size() <= 16);
  for (const std::string& pattern : claims->namespaces) {
    REQUIRE(!pattern.empty() && pattern.find('*') >= pattern.size() - 1);
    REQUIRE(GrantsNamespace(*claims, pattern));
  }
  // What we write of it says the same; there is no end at the moment 0, and no room for all.
  if (claims->expires_at == 0 || text.size() > kLongestToken / 2) return;
  const auto token = MakeToken(*claims, "", kSecret);
  REQUIRE(token.ok());
  REQUIRE(*ParseTokenClaims(ParseJws(*token)->payload) == *claims);
}

}  // namespace
}  // namespace pigeonhub::auth

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  pigeonhub::auth::ReadToken(text);
  pigeonhub::auth::ReadClaims(text);
  const auto header = pigeonhub::auth::ParseJwsHeader(text);
  if (header.ok()) REQUIRE(header->kid.value_or("").size() <= 256);
  return 0;
}
