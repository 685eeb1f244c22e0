// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/parse_claims.h"

#include <cmath>
#include <cstddef>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/auth/token/strict_json.h"
#include "server/base/text.h"

namespace pigeonhub::auth {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t kLongestText = 256;
constexpr size_t kLongestNamespace = 1024;
constexpr size_t kMostAttributes = 16;
constexpr size_t kLongestAttributeName = 64;
constexpr double kLastSecond = 253'402'300'799;  // of the year 9999

absl::Status WrongClaims(absl::string_view rule) { return absl::InvalidArgumentError(rule); }

absl::Status ReadText(object json, const char* name, std::string& out) {
  const auto member = Member(json, name);
  if (!member) return absl::OkStatus();
  const auto text = StringOf(*member);
  if (!text || text->size() > kLongestText || !IsPlainText(*text)) {
    return WrongClaims(absl::StrCat(name, " is text of at most ", kLongestText,
                                    " bytes without control characters"));
  }
  out = *text;
  return absl::OkStatus();
}

absl::Status ReadTime(object json, const char* name, UnixMillis& out) {
  const auto member = Member(json, name);
  if (!member) return absl::OkStatus();
  double seconds = 0;
  if (member->get(seconds) != simdjson::SUCCESS || std::abs(seconds) > kLastSecond) {
    return WrongClaims(absl::StrCat(name, " is a number of seconds since 1970"));
  }
  out = std::llround(seconds * 1000);
  return absl::OkStatus();
}

absl::Status ReadAudiences(object json, std::vector<std::string>& out) {
  const auto member = Member(json, "aud");
  if (!member) return absl::OkStatus();
  const auto add = [&](element one) {
    const auto text = StringOf(one);
    if (!text || text->size() > kLongestText || !IsPlainText(*text)) return false;
    out.emplace_back(*text);
    return true;
  };
  bool good = true;
  if (simdjson::dom::array array; member->get(array) == simdjson::SUCCESS) {
    for (const element one : array) good = good && add(one);
  } else {
    good = add(*member);
  }
  if (good) return absl::OkStatus();
  return WrongClaims(absl::StrCat("aud is text of at most ", kLongestText,
                                  " bytes without control characters, or an array of such"));
}

bool IsGrant(std::string_view entry) {
  const size_t star = entry.find('*');
  return IsPlainName(entry, kLongestNamespace) &&
         (star == std::string_view::npos || star == entry.size() - 1);
}

absl::Status ReadNamespaces(object json, std::vector<std::string>& out) {
  const auto member = Member(json, "ns");
  if (!member) return absl::OkStatus();
  simdjson::dom::array array;
  if (member->get(array) != simdjson::SUCCESS) return WrongClaims("peerpigeon.ns is an array");
  for (const element one : array) {
    const auto entry = StringOf(one);
    if (!entry || !IsGrant(*entry)) {
      return WrongClaims(
          "each entry of peerpigeon.ns is the name of a namespace, or the beginning of "
          "names with one * behind it");
    }
    out.emplace_back(*entry);
  }
  return absl::OkStatus();
}

absl::Status ReadAttributes(object json, std::map<std::string, std::string>& out) {
  const auto member = Member(json, "attrs");
  if (!member) return absl::OkStatus();
  object attributes;
  bool good = member->get(attributes) == simdjson::SUCCESS && attributes.size() <= kMostAttributes;
  if (good) {
    for (const auto& field : attributes) {
      const auto value = StringOf(field.value);
      good = good && value && IsPlainName(field.key, kLongestAttributeName) &&
             value->size() <= kLongestText && IsPlainText(*value);
      if (good) out.emplace(field.key, *value);
    }
  }
  if (good) return absl::OkStatus();
  return WrongClaims(absl::StrCat("peerpigeon.attrs is an object of at most ", kMostAttributes,
                                  " strings of at most ", kLongestText,
                                  " bytes, their names of at most ", kLongestAttributeName,
                                  ", without control characters"));
}

absl::Status ReadPrivateClaim(object json, TokenClaims& out) {
  const auto member = Member(json, "peerpigeon");
  if (!member) return absl::OkStatus();
  object claim;
  if (member->get(claim) != simdjson::SUCCESS) return WrongClaims("peerpigeon is an object");
  if (const auto peer = Member(claim, "peer")) {
    out.peer = PeerId::Parse(StringOf(*peer).value_or(""));
    if (!out.peer.has_value())
      return WrongClaims("peerpigeon.peer is an id of 40 hexadecimal digits");
  }
  if (const auto hub = Member(claim, "hub"); hub && hub->get(out.hub) != simdjson::SUCCESS) {
    return WrongClaims("peerpigeon.hub is true or false");
  }
  if (absl::Status read = ReadNamespaces(claim, out.namespaces); !read.ok()) return read;
  return ReadAttributes(claim, out.attributes);
}

}  // namespace

absl::StatusOr<TokenClaims> ParseTokenClaims(std::string_view json) {
  simdjson::dom::parser parser;
  const auto document = ParseStrictObject(parser, json);
  if (!document) {
    return WrongClaims(
        "the claims are not a JSON object in which each name of an object is used once");
  }
  if (!Member(*document, "exp")) return WrongClaims("exp is missing: each token ends");
  TokenClaims claims;
  for (const absl::Status& read :
       {ReadText(*document, "iss", claims.issuer), ReadText(*document, "sub", claims.subject),
        ReadText(*document, "jti", claims.token_id), ReadAudiences(*document, claims.audiences),
        ReadTime(*document, "iat", claims.issued_at), ReadTime(*document, "nbf", claims.not_before),
        ReadTime(*document, "exp", claims.expires_at), ReadPrivateClaim(*document, claims)}) {
    if (!read.ok()) return read;
  }
  return claims;
}

}  // namespace pigeonhub::auth
