// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a hub token.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/auth/hub_keys.h"
#include "server/auth/hub_token.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace pigeonhub;
  constexpr std::string_view kKey = "0123456789abcdef0123456789abcdef";
  constexpr UnixMillis kNow = 1'700'000'000'000;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);

  auth::HubKeys keys;
  REQUIRE(keys.Set(kKey).ok());
  const std::optional<auth::HubToken> token = auth::ParseHubToken(text);
  if (token.has_value()) {
    REQUIRE(auth::LooksLikeHubToken(text));
    REQUIRE(std::string(token->claims) + "." + std::string(token->mac) == text);
    REQUIRE(token->key.has_value() == !token->addressee.empty());
    const auth::HubKeys::Expected expected{PeerId(), "mesh", /*is_addressee=*/true};
    if (!keys.Refusal(*token, expected, kNow).has_value()) {
      // Accepted is only what we would have made ourselves, and only once.
      const auth::HubTokenClaims claims{.hub = expected.hub,
                                        .network = expected.network,
                                        .expiry = token->expiry,
                                        .nonce = token->nonce,
                                        .key = token->key.value_or(PublicKey()),
                                        .addressee = token->addressee};
      REQUIRE(auth::MakeHubToken(claims, kKey) == text);
      REQUIRE(keys.Refusal(*token, expected, kNow) == Reason::kHubTokenReplayed);
    }
  }

  // The same bytes as a file of keys.
  if (auth::HubKeys::Check(text).ok()) REQUIRE(keys.Set(text).ok());
  return 0;
}
