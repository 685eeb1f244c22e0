// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/token_answers.h"

#include <cstdlib>

#include <google/protobuf/timestamp.pb.h>

#include "absl/strings/str_join.h"
#include "cli/nouns/message_cells.h"
#include "pigeonctl/v1/answers.pb.h"
#include "server/auth/token/parse_claims.h"
#include "server/base/duration.h"

namespace pigeonhub::cli {
namespace {

using pigeonctl::v1::TokenContent;

// Of all years that a token can tell, which nanoseconds do not reach.
google::protobuf::Timestamp TimestampOf(UnixMillis time) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(time / 1000);
  return timestamp;
}

// "2026-03-01T12:00:00Z, in 1h" or "…, 5m12s ago".
std::string WhenText(const google::protobuf::Timestamp& time,
                     std::chrono::system_clock::time_point now) {
  constexpr int64_t kCentury = int64_t{100} * 366 * 24 * 3600;
  const std::string text = TimeText(time);
  const int64_t ahead =
      time.seconds() -
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (text == "-" || std::abs(ahead) > kCentury) return text;
  const std::string distance = RoughDuration(std::chrono::seconds(std::abs(ahead)));
  return text + (ahead > 0 ? ", in " + distance : ", " + distance + " ago");
}

void Fill(TokenContent& content, const auth::JwsHeader& header, const TokenClaims& claims) {
  content.set_algorithm(std::string(auth::AlgorithmName(header.algorithm)));
  content.set_key_id(header.kid.value_or(""));
  content.set_issuer(claims.issuer);
  content.set_subject(claims.subject);
  for (const std::string& one : claims.audiences) content.add_audiences(one);
  if (claims.issued_at != 0) *content.mutable_issued() = TimestampOf(claims.issued_at);
  if (claims.not_before != 0) *content.mutable_not_before() = TimestampOf(claims.not_before);
  *content.mutable_expires() = TimestampOf(claims.expires_at);
  content.set_token_id(claims.token_id);
  for (const std::string& one : claims.namespaces) content.add_namespaces(one);
  if (claims.peer) content.set_peer_id(std::string(claims.peer->text()));
  content.set_hub(claims.hub);
  for (const auto& [name, value] : claims.attributes) {
    auto& attribute = *content.add_attributes();
    attribute.set_name(name);
    attribute.set_value(value);
  }
}

Table FactsOf(const TokenContent& content, std::chrono::system_clock::time_point now) {
  if (!content.problem().empty()) {
    return Facts({{"header", content.header()},
                  {"claims", content.claims()},
                  {"problem", Cell(content.problem(), Tone::kBad)}});
  }
  std::vector<std::string> attributes;
  for (const auto& one : content.attributes()) {
    attributes.push_back(one.name() + "=" + one.value());
  }
  return Facts({{"algorithm", content.algorithm()},
                {"key id", OrDash(content.key_id())},
                {"issuer", OrDash(content.issuer())},
                {"subject", OrDash(content.subject())},
                {"audience", OrDash(absl::StrJoin(content.audiences(), ", "))},
                {"issued", WhenText(content.issued(), now)},
                {"not before", WhenText(content.not_before(), now)},
                {"expires", WhenText(content.expires(), now)},
                {"token id", OrDash(content.token_id())},
                {"namespaces", OrDash(absl::StrJoin(content.namespaces(), ", "))},
                {"peer", OrDash(content.peer_id())},
                {"hub", content.hub() ? "yes" : "no"},
                {"attributes", OrDash(absl::StrJoin(attributes, ", "))}});
}

}  // namespace

void PrintToken(Session& session, const std::string& token) {
  pigeonctl::v1::Token message;
  message.set_token(token);
  session.Print(
      Answer{.message = &message, .items = {&message}, .names = {token}, .sentence = token});
}

void PrintContent(Session& session, const auth::Jws& jws) {
  TokenContent content;
  content.set_header(jws.header);
  content.set_claims(jws.payload);
  const auto header = auth::ParseJwsHeader(jws.header);
  const auto claims = auth::ParseTokenClaims(jws.payload);
  if (!header.ok()) {
    content.set_problem(std::string(header.status().message()));
  } else if (!claims.ok()) {
    content.set_problem(std::string(claims.status().message()));
  } else {
    Fill(content, *header, *claims);
  }
  session.Print(Answer{.message = &content,
                       .items = {&content},
                       .names = {content.token_id()},
                       .tables = {FactsOf(content, session.environment().now())}});
  session.Say("nothing of this is checked; pigeonctl token check does that");
}

void PrintRefused(Session& session, const auth::TokenRefusal& refusal,
                  const std::vector<std::string>& files) {
  pigeonctl::v1::TokenCheck check;
  check.set_reason(std::string(ReasonName(refusal.reason)));
  check.set_problem(refusal.rule);
  if (refusal.is_of_keys) {
    check.set_problem(refusal.rule + "; the keys were those of " + absl::StrJoin(files, ", "));
  }
  session.Print(Answer{.message = &check,
                       .items = {&check},
                       .names = {check.reason()},
                       .sentence = check.reason() + ": " + check.problem()});
}

void PrintAccepted(Session& session, const TokenClaims& claims) {
  pigeonctl::v1::TokenCheck check;
  check.set_accepted(true);
  *check.mutable_expires() = TimestampOf(claims.expires_at);
  for (const std::string& one : claims.namespaces) check.add_namespaces(one);
  const std::string grants =
      claims.namespaces.empty() ? "nothing" : absl::StrJoin(claims.namespaces, ", ");
  const std::string until = WhenText(check.expires(), session.environment().now());
  session.Print(Answer{.message = &check,
                       .items = {&check},
                       .names = {"accepted"},
                       .sentence = "accepted until " + until + "; grants " + grants});
}

}  // namespace pigeonhub::cli
