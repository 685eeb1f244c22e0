// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/jws.h"

#include <algorithm>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/auth/token/strict_json.h"
#include "server/base/base64url.h"
#include "server/base/text.h"

namespace pigeonhub::auth {
namespace {

constexpr size_t kLongestKid = 256;

absl::Status WrongJws(absl::string_view rule) { return absl::InvalidArgumentError(rule); }

// Other kinds of tokens say so here (RFC 8725, section 3.11): what an issuer signed for another
// purpose is not let in.
bool IsTokenType(std::string_view type) {
  constexpr std::string_view kTypes[] = {"jwt", "at+jwt", "application/jwt", "application/at+jwt"};
  return std::any_of(std::begin(kTypes), std::end(kTypes),
                     [&](std::string_view one) { return EqualsIgnoringCase(one, type); });
}

}  // namespace

absl::StatusOr<Jws> ParseJws(std::string_view token) {
  if (token.size() > kLongestToken) {
    return WrongJws(absl::StrCat("a token has at most ", kLongestToken, " bytes"));
  }
  const size_t first = token.find('.');
  const size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return WrongJws("a token has three parts with dots between them");
  }
  auto header = FromBase64Url(token.substr(0, first));
  auto payload = FromBase64Url(token.substr(first + 1, second - first - 1));
  auto signature = FromBase64Url(token.substr(second + 1));
  if (!header || !payload || !signature) {
    return WrongJws("the parts of a token are base64url without padding");
  }
  return Jws{*std::move(header), *std::move(payload), *std::move(signature),
             token.substr(0, second)};
}

absl::StatusOr<JwsHeader> ParseJwsHeader(std::string_view json) {
  simdjson::dom::parser parser;
  const auto object = ParseStrictObject(parser, json);
  if (!object) {
    return WrongJws("the header is not a JSON object in which each name is used once");
  }
  if (Member(*object, "crit") || Member(*object, "b64")) {
    return WrongJws("the header asks for an extension (crit, b64)");
  }
  if (const auto type = Member(*object, "typ")) {
    const auto text = StringOf(*type);
    if (!text || !IsTokenType(*text)) return WrongJws("the header's typ is not JWT");
  }
  JwsHeader header;
  const auto name = Member(*object, "alg");
  const auto text = name ? StringOf(*name) : std::nullopt;
  const auto algorithm = text ? FindAlgorithm(*text) : std::nullopt;
  if (!algorithm) return WrongJws("the header's alg is not one of those that are accepted");
  header.algorithm = *algorithm;
  if (const auto kid = Member(*object, "kid")) {
    const auto text = StringOf(*kid);
    if (!text || text->size() > kLongestKid) {
      return WrongJws(
          absl::StrCat("the header's kid is not text of at most ", kLongestKid, " bytes"));
    }
    header.kid = std::string(*text);
  }
  return header;
}

}  // namespace pigeonhub::auth
