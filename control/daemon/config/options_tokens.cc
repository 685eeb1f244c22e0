// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <utility>

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "server/base/duration.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr std::pair<std::string_view, PeerAuth> kAuth[] = {
    {"none", PeerAuth::kNone},
    {"optional", PeerAuth::kOptional},
    {"required", PeerAuth::kRequired},
};

constexpr std::pair<std::string_view, TokenExpiry> kExpiry[] = {
    {"keep", TokenExpiry::kKeep},
    {"close", TokenExpiry::kClose},
};

constexpr std::pair<std::string_view, bool> kOnOff[] = {{"on", true}, {"off", false}};

absl::Status ParseText(const std::string& text, std::string& out) {
  if (text.empty()) return absl::InvalidArgumentError("is empty");
  out = text;
  return absl::OkStatus();
}

absl::Status ParseCookie(const std::string& text, std::string& out) {
  if (text.empty() || text.find_first_of(" \t\"(),/:;<=>?@[\\]{}") != std::string::npos) {
    return Bad(text, "is not the name of a cookie");
  }
  return ParseText(text, out);
}

constexpr ConfigOption kTokensOptions[] = {
    {.name = "auth",
     .value_name = "none|optional|required",
     .description =
         "whether peers have to show a token (JWT), which says who they are and on which "
         "namespaces they may announce; optional: whoever shows one has to show a good "
         "one",
     .parse = [](const Values& v, Config& c) { return ParseChoice(v[0], kAuth, c.auth); },
     .print = [](const Config& c) { return PrintChoice(kAuth, c.auth); }},
    {.name = "token-key",
     .value_name = "FILE",
     .description = "check tokens with these keys: secrets of 32 bytes or more, one a line, or "
                    "public keys in PEM form; tokens call them by the name of the file without its "
                    "extension; may be repeated",
     .parse = [](const Values& v, Config& c) { return ParseEach(v, ParsePath, c.token_keys); },
     .print = [](const Config& c) { return PrintTexts(c.token_keys); },
     .absent = "none",
     .is_list = true},
    {.name = "token-jwks",
     .value_name = "FILE|URL",
     .description = "check tokens with this set of JSON web keys, as identity providers have it; a "
                    "URL is asked again and again",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.token_jwks); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.token_jwks); },
     .absent = "none"},
    {.name = "token-issuer",
     .value_name = "NAME",
     .description = "refuse tokens of others (iss); may be repeated",
     .parse = [](const Values& v, Config& c) { return ParseEach(v, ParseText, c.token_issuers); },
     .print = [](const Config& c) { return PrintTexts(c.token_issuers); },
     .absent = "any",
     .is_list = true},
    {.name = "token-audience",
     .value_name = "NAME",
     .description = "refuse tokens for others (aud); may be repeated; has to be given where "
                    "--token-jwks is a URL",
     .parse = [](const Values& v, Config& c) { return ParseEach(v, ParseText, c.token_audiences); },
     .print = [](const Config& c) { return PrintTexts(c.token_audiences); },
     .absent = "any",
     .is_list = true},
    {.name = "token-leeway",
     .value_name = "TIME",
     .description = "by how much the clocks of whoever makes tokens and of this machine may differ",
     .parse =
         [](const Values& v, Config& c) {
           return ParseDurationValue(v[0], Duration::zero(), std::chrono::hours(1), c.token_leeway);
         },
     .print = [](const Config& c) { return Quoted(FormatDuration(c.token_leeway)); }},
    {.name = "token-cookie",
     .value_name = "NAME",
     .description = "take tokens from this cookie, too; browsers send cookies for every page, so "
                    "--allow-origin has to say which pages may connect",
     .parse = [](const Values& v, Config& c) { return ParseCookie(v[0], c.token_cookie); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.token_cookie); },
     .absent = "no cookie"},
    {.name = "token-query",
     .value_name = "on|off",
     .description = "take tokens from the URL (?token=), too, which is all that an unmodified "
                    "client in a browser can do; proxies write URLs into their logs",
     .parse = [](const Values& v, Config& c) { return ParseChoice(v[0], kOnOff, c.token_query); },
     .print = [](const Config& c) { return PrintChoice(kOnOff, c.token_query); }},
    {.name = "token-expiry",
     .value_name = "keep|close",
     .description = "whether a connection goes on when its token has expired, or ends",
     .parse = [](const Values& v, Config& c) { return ParseChoice(v[0], kExpiry, c.token_expiry); },
     .print = [](const Config& c) { return PrintChoice(kExpiry, c.token_expiry); }},
};

}  // namespace

OptionGroup TokensGroup() { return {"Tokens of peers", kTokensOptions}; }

}  // namespace pigeonhub
