// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/make_token.h"

#include "absl/status/status.h"
#include "server/auth/token/jws.h"
#include "server/auth/token/parse_claims.h"
#include "server/auth/token/signature.h"
#include "server/base/base64url.h"
#include "server/base/json_writer.h"
#include "server/base/text.h"

namespace pigeonhub::auth {
namespace {

void WriteText(JsonWriter& json, std::string_view name, const std::string& text) {
  if (!text.empty()) json.Key(name).String(text);
}

void WriteTexts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  json.Key(name).BeginArray();
  for (const std::string& text : texts) json.String(text);
  json.EndArray();
}

// Whole seconds without a dot, as most readers expect them.
void WriteTime(JsonWriter& json, std::string_view name, UnixMillis time) {
  if (time == 0) return;
  json.Key(name);
  if (time % 1000 == 0) {
    json.Number(time / 1000);
  } else {
    json.Number(static_cast<double>(time) / 1000);
  }
}

void WritePrivateClaim(JsonWriter& json, const TokenClaims& claims) {
  json.Key("peerpigeon").BeginObject();
  WriteTexts(json, "ns", claims.namespaces);
  if (claims.peer.has_value()) json.Key("peer").Word(claims.peer->text());
  if (claims.hub) json.Key("hub").Bool(true);
  if (!claims.attributes.empty()) {
    json.Key("attrs").BeginObject();
    for (const auto& [name, value] : claims.attributes) {
      std::string escaped;
      AppendJsonEscaped(escaped, name);
      json.Key(escaped).String(value);
    }
    json.EndObject();
  }
  json.EndObject();
}

std::string PayloadOf(const TokenClaims& claims) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject();
  WriteText(json, "iss", claims.issuer);
  WriteText(json, "sub", claims.subject);
  WriteTexts(json, "aud", claims.audiences);
  WriteTime(json, "iat", claims.issued_at);
  WriteTime(json, "nbf", claims.not_before);
  WriteTime(json, "exp", claims.expires_at);
  WriteText(json, "jti", claims.token_id);
  WritePrivateClaim(json, claims);
  json.EndObject();
  return text;
}

std::string HeaderOf(Algorithm algorithm, std::string_view kid) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject().Key("alg").Word(AlgorithmName(algorithm));
  json.Key("typ").Word("JWT");
  if (!kid.empty()) json.Key("kid").String(kid);
  json.EndObject();
  return text;
}

}  // namespace

absl::StatusOr<std::string> MakeToken(const TokenClaims& claims, std::string_view kid,
                                      const KeyMaterial& key) {
  const Algorithm algorithm = UsualAlgorithm(KindOf(key));
  const std::string header = HeaderOf(algorithm, kid);
  const std::string payload = PayloadOf(claims);
  if (const auto parsed = ParseJwsHeader(header); !parsed.ok()) return parsed.status();
  if (const auto parsed = ParseTokenClaims(payload); !parsed.ok()) return parsed.status();
  std::string token = ToBase64Url(header) + "." + ToBase64Url(payload);
  const std::string signature = Sign(key, algorithm, token);
  if (signature.empty()) return absl::InvalidArgumentError("OpenSSL cannot sign with this key");
  token += "." + ToBase64Url(signature);
  if (const auto parsed = ParseJws(token); !parsed.ok()) return parsed.status();
  return token;
}

}  // namespace pigeonhub::auth
