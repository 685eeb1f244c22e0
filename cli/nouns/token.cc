// SPDX-License-Identifier: Apache-2.0
//
// Tokens of peers, made and looked at without asking a hub.

#include <algorithm>
#include <iterator>
#include <variant>

#include "cli/nouns/attributes.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/nouns/token_answers.h"
#include "server/auth/token/jws.h"
#include "server/auth/token/key_files.h"
#include "server/auth/token/make_token.h"
#include "server/auth/token/token_verifier.h"
#include "server/base/random.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

constexpr std::chrono::hours kUsualTtl{1};
constexpr size_t kTokenIdDigits = 32;

UnixMillis NowOf(Session& session) {
  const auto now = session.environment().now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

absl::Status Missing(absl::string_view what) {
  return absl::InvalidArgumentError("give " + std::string(what));
}

// A file of the user's that cannot be read is wrong usage, whatever the cause.
absl::Status UsageOf(const absl::Status& status) {
  return absl::InvalidArgumentError(status.message());
}

absl::StatusOr<TokenClaims> ClaimsOf(const Arguments& arguments, UnixMillis now) {
  TokenClaims claims;
  claims.issuer = arguments.text("issuer");
  claims.subject = arguments.text("sub");
  claims.audiences = arguments.all("audience");
  claims.namespaces = arguments.all("ns");
  claims.hub = arguments.has("hub");
  claims.token_id = RandomHex(kTokenIdDigits);
  const auto ttl = arguments.duration("ttl").value_or(kUsualTtl);
  if (ttl < std::chrono::seconds(1)) return absl::InvalidArgumentError("--ttl is 1s or more");
  // Tokens tell times in seconds.
  claims.issued_at = now / 1000 * 1000;
  claims.expires_at =
      claims.issued_at + std::chrono::duration_cast<std::chrono::seconds>(ttl).count() * 1000;
  if (const std::string peer = arguments.text("peer"); !peer.empty()) {
    claims.peer = PeerId::Parse(peer);
    if (!claims.peer) {
      return absl::InvalidArgumentError("--peer takes an id of 40 hexadecimal digits, not " +
                                        Shown(peer));
    }
  }
  const auto attributes = AttributesOf(arguments);
  if (!attributes.ok()) return attributes.status();
  claims.attributes = *attributes;
  return claims;
}

absl::StatusOr<ExitCode> Create(Session& session, const Arguments& arguments) {
  if (!arguments.has("key")) return Missing("--key FILE, the secret or private key to sign with");
  if (!arguments.has("ns") && !arguments.has("hub")) {
    return Missing("--ns NAME for each namespace; a token without any grants nothing");
  }
  const auto claims = ClaimsOf(arguments, NowOf(session));
  if (!claims.ok()) return claims.status();
  const auto key = auth::ReadSigningKey(arguments.text("key"));
  if (!key.ok()) return UsageOf(key.status());
  const auto token = auth::MakeToken(*claims, arguments.text("kid"), *key);
  if (!token.ok()) return token.status();
  PrintToken(session, *token);
  return ExitCode::kOk;
}

// The operand, or for "-" what stands on standard input.
std::string TokenOf(Session& session, const Arguments& arguments) {
  const std::string& operand = arguments.operands()[0];
  if (operand != "-") return std::string(Trimmed(operand));
  // Enough to see that it is longer than a token is.
  std::string text(2 * auth::kLongestToken, '\0');
  std::istream& in = session.environment().in;
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  return std::string(Trimmed(text));
}

absl::StatusOr<ExitCode> Inspect(Session& session, const Arguments& arguments) {
  const auto jws = auth::ParseJws(TokenOf(session, arguments));
  if (!jws.ok()) return jws.status();
  PrintContent(session, *jws);
  return ExitCode::kOk;
}

std::vector<std::string> KeyFilesOf(const Arguments& arguments) {
  std::vector<std::string> files = arguments.all("key");
  for (const std::string& path : arguments.all("jwks")) files.push_back(path);
  return files;
}

absl::StatusOr<std::vector<auth::TokenKey>> KeysOf(const Arguments& arguments) {
  std::vector<auth::TokenKey> keys;
  const auto add = [&](std::vector<auth::TokenKey>& more) {
    std::move(more.begin(), more.end(), std::back_inserter(keys));
  };
  for (const std::string& path : arguments.all("key")) {
    auto read = auth::ReadKeyFile(path);
    if (!read.ok()) return UsageOf(read.status());
    add(*read);
  }
  for (const std::string& path : arguments.all("jwks")) {
    auto read = auth::ReadJwksFile(path);
    if (!read.ok()) return UsageOf(read.status());
    add(read->keys);
  }
  if (keys.empty()) return Missing("--key FILE or --jwks FILE, the keys to check the token with");
  return keys;
}

absl::StatusOr<ExitCode> CheckToken(Session& session, const Arguments& arguments) {
  auto keys = KeysOf(arguments);
  if (!keys.ok()) return keys.status();
  auth::TokenVerifier verifier(
      {.issuers = arguments.all("issuer"), .audiences = arguments.all("audience")});
  verifier.SetKeys(auth::KeyOrigin::kFiles, *std::move(keys));
  const auto examined = verifier.Examine(TokenOf(session, arguments), NowOf(session));
  if (const auto* refusal = std::get_if<auth::TokenRefusal>(&examined)) {
    PrintRefused(session, *refusal, KeyFilesOf(arguments));
    return ExitCode::kNotAllowed;
  }
  PrintAccepted(session, *std::get<SharedClaims>(examined));
  return ExitCode::kOk;
}

}  // namespace

Command TokenCommand() {
  const Operand token{.name = "TOKEN",
                      .help =
                          "The token, or - to read it from standard input, where nobody else "
                          "on this machine sees it"};
  return {
      .name = "token",
      .summary = "Make and check the tokens that let peers in",
      .details = "No hub is asked.",
      .examples = {"pigeonctl token create --key app.keys --ns chat --sub user42"},
      .commands = {
          {.name = "create",
           .summary = "Print a token, and nothing else",
           .details = "Signed with the first secret of the file (HS256), or with its private key "
                      "in PEM: RSA (RS256), P-256 (ES256), P-384 (ES384), Ed25519 (EdDSA).",
           .examples =
               {"pigeonctl token create --key app.keys --ns chat --ns 'game:*' --sub user42",
                "pigeonctl token create --key 2026-11.key --kid 2026-11 --ns chat --ttl 10m"},
           .flags = {{.name = "key",
                      .value = "FILE",
                      .help = "The secret or private key to sign with",
                      .words = Words::kFiles},
                     {.name = "ns",
                      .value = "NAME",
                      .help = "Grant this namespace, or with one * at its end all that begin so",
                      .words = Words::kNamespaces,
                      .repeated = true},
                     {.name = "sub", .value = "USER", .help = "Whose it is"},
                     {.name = "peer",
                      .value = "ID",
                      .help = "Only for this peer id",
                      .words = Words::kPeers},
                     {.name = "ttl",
                      .value = "TIME",
                      .help = "How long it is good (default: 1h)",
                      .kind = Kind::kDuration},
                     AttributeFlag("What operators see of the peer"),
                     {.name = "audience",
                      .value = "NAME",
                      .help = "For hubs of this --token-audience",
                      .repeated = true},
                     {.name = "issuer", .value = "NAME", .help = "Who makes it"},
                     {.name = "kid",
                      .value = "NAME",
                      .help =
                          "Name the key, for hubs that have more than eight (default: no name)"},
                     Switch("hub", "Admit a hub")},
           .run = Create},
          {.name = "inspect",
           .summary = "Show what a token says, without checking it",
           .examples = {"pigeonctl token inspect - < token"},
           .operands = {token},
           .run = Inspect},
          {.name = "check",
           .summary = "Ask whether a token is good now, and which rule it breaks",
           .details = "Exit code 4 if it is not. Clocks may differ by 60 s. Who it is for is only "
                      "looked at with --audience, who made it with --issuer.",
           .examples =
               {"pigeonctl token check - --key app.keys < token",
                "pigeonctl token check - --jwks jwks.json --audience hub.example.org < token"},
           .operands = {token},
           .flags = {{.name = "key",
                      .value = "FILE",
                      .help = "A file of secrets or public keys, as the hub's --token-key",
                      .words = Words::kFiles,
                      .repeated = true},
                     {.name = "jwks",
                      .value = "FILE",
                      .help = "A set of JSON web keys, as the hub's --token-jwks",
                      .words = Words::kFiles,
                      .repeated = true},
                     {.name = "audience",
                      .value = "NAME",
                      .help = "Refuse tokens for others",
                      .repeated = true},
                     {.name = "issuer",
                      .value = "NAME",
                      .help = "Refuse tokens of others",
                      .repeated = true}},
           .run = CheckToken},
      }};
}

}  // namespace pigeonhub::cli
