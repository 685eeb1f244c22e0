// SPDX-License-Identifier: Apache-2.0

#include "server/peer_tokens.h"

#include <chrono>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/auth/provider/http_fetcher.h"
#include "server/auth/token/jwks.h"
#include "server/auth/token/key_file.h"

namespace pigeonhub {
namespace {

absl::StatusOr<std::vector<auth::TokenKey>> Parse(const TokenKeys& given) {
  std::vector<auth::TokenKey> keys;
  for (const TokenKeys::File& file : given.files) {
    auto parsed = auth::ParseKeyFile(file.text, file.kid);
    if (!parsed.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("token key ", file.kid, ": ", parsed.status().message()));
    }
    for (auth::TokenKey& key : *parsed) {
      key.source = file.path;
      keys.push_back(std::move(key));
    }
  }
  if (!given.jwks.empty()) {
    auto set = auth::ParseJwks(given.jwks, auth::JwksOrigin::kFile);
    if (!set.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("token_jwks: ", set.status().message()));
    }
    for (auth::TokenKey& key : set->keys) {
      key.source = given.jwks_path;
      keys.push_back(std::move(key));
    }
  }
  return keys;
}

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

PeerTokens::PeerTokens(const HubServerOptions& options, const Clock& clock, Log& log)
    : auth_(options.auth),
      clock_(clock),
      log_(log),
      issuers_(absl::StrJoin(options.token_issuers, ", ")),
      verifier_({options.token_issuers, options.token_audiences, options.token_leeway},
                {.unknown_kid =
                     [this](std::string_view kid) {
                       if (refresher_ != nullptr) refresher_->NoteUnknownKid(kid);
                     },
                 .wrong_issuer =
                     [this](std::string_view issuer) {
                       log_.Warn(
                           "a token of an issuer was refused that --token-issuer does not name",
                           {{"issuer", Whole(issuer)}, {"named", Whole(issuers_)}});
                     }}) {
  // Start says what is wrong with these.
  if (auto keys = Parse(options.token_keys); keys.ok()) {
    verifier_.SetKeys(auth::KeyOrigin::kFiles, *std::move(keys), clock.Read().unix_ms);
  }
  if (options.token_jwks_url.empty() || !auth::CheckJwksUrl(options.token_jwks_url).ok()) return;
  refresher_ = std::make_unique<auth::JwksRefresher>(
      std::make_unique<auth::HttpFetcher>(options.token_jwks_url), clock);
  refresher_->Start({.use =
                         [this, url = options.token_jwks_url](std::vector<auth::TokenKey> keys) {
                           for (auth::TokenKey& key : keys) key.source = url;
                           verifier_.SetKeys(auth::KeyOrigin::kUrl, std::move(keys),
                                             clock_.Read().unix_ms);
                         },
                     .report = [this](const auth::JwksState& state) { LogFetch(state); }});
}

absl::Status PeerTokens::CheckOptions(const HubServerOptions& options) {
  if (absl::Status keys = CheckKeys(options.token_keys); !keys.ok()) return keys;
  if (!options.token_jwks_url.empty()) {
    if (absl::Status url = auth::CheckJwksUrl(options.token_jwks_url); !url.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("token_jwks: ", url.message()));
    }
    if (options.token_audiences.empty()) {
      return absl::InvalidArgumentError(
          "token_audience: an identity provider makes tokens for others, too; say which are for "
          "this hub");
    }
  }
  const bool has_keys = !options.token_keys.files.empty() || !options.token_keys.jwks.empty() ||
                        !options.token_jwks_url.empty();
  if (options.auth != PeerAuth::kNone && !has_keys) {
    return absl::InvalidArgumentError(
        "auth: there is nothing to check tokens with; name keys by token-key or token-jwks");
  }
  if (!options.token_cookie.empty() && options.allow_origins.empty()) {
    return absl::InvalidArgumentError(
        "token_cookie: browsers send cookies for every page; say by allow-origin which may "
        "connect");
  }
  return absl::OkStatus();
}

absl::Status PeerTokens::CheckKeys(const TokenKeys& keys) { return Parse(keys).status(); }

absl::Status PeerTokens::SetKeys(const absl::StatusOr<TokenKeys>& keys) {
  auto parsed =
      keys.ok() ? Parse(*keys) : absl::StatusOr<std::vector<auth::TokenKey>>(keys.status());
  is_refused_ = !parsed.ok();
  ++(parsed.ok() ? changes_ : refused_);
  if (!parsed.ok()) return parsed.status();
  verifier_.SetKeys(auth::KeyOrigin::kFiles, *std::move(parsed), clock_.Read().unix_ms);
  return absl::OkStatus();
}

TokenAnswer PeerTokens::Check(std::string_view token) const {
  if (auth_ == PeerAuth::kNone) {
    return {.is_looked_at = false,
            .rule = "--auth is none: no token is looked at, and whoever comes gets in"};
  }
  auto examined = verifier_.Examine(token, clock_.Read().unix_ms);
  if (auto* refusal = std::get_if<auth::TokenRefusal>(&examined)) {
    return {.claims = nullptr, .reason = refusal->reason, .rule = std::move(refusal->rule)};
  }
  return {.claims = std::get<SharedClaims>(std::move(examined))};
}

void PeerTokens::LogFetch(const auth::JwksState& state) {
  if (state.problem == last_problem_) return;
  last_problem_ = state.problem;
  if (state.problem.empty()) {
    return log_.Info("the keys of the identity provider are fetched",
                     {{"keys", uint64_t{state.keys}}, {"skipped", uint64_t{state.skipped}}});
  }
  log_.Warn("the keys of the identity provider are not fetched; those that there are count on",
            {{"problem", Whole(state.problem)}, {"keys", uint64_t{state.keys}}});
}

void PeerTokens::AddMetrics(Exposition& out) const {
  out.Gauge("pigeonhub_token_keys", "Keys that tokens of peers are checked with.",
            static_cast<double>(verifier_.key_count()));
  out.Gauge("pigeonhub_token_files_refused",
            "1 while the files of token keys hold something that cannot be used, so that the old "
            "stays.",
            is_refused_);
  for (const auto& [result, count] :
       {std::pair{"ok", changes_.load()}, {"refused", refused_.load()}}) {
    out.Counter("pigeonhub_token_files_changes_total",
                "Times that changed files of token keys were taken over, or could not be used.",
                static_cast<double>(count), {{"result", result}});
  }
  if (refresher_ == nullptr) return;
  const auth::JwksState state = refresher_->state();
  if (state.age.has_value()) {
    out.Gauge("pigeonhub_token_jwks_age_seconds",
              "Since the keys of the identity provider were fetched.", Seconds(*state.age));
  }
  for (const auto& [result, count] : {std::pair{"ok", state.fetches}, {"failed", state.failures}}) {
    out.Counter("pigeonhub_token_jwks_fetches_total",
                "Times that the keys of the identity provider were fetched, or were not.",
                static_cast<double>(count), {{"result", result}});
  }
}

}  // namespace pigeonhub
