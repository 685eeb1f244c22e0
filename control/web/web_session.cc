// SPDX-License-Identifier: Apache-2.0

#include "control/web/web_session.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "control/access/roles.h"
#include "pigeonhub_version.h"
#include "server/base/json_writer.h"
#include "server/base/percent.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kCookie = "pigeonhub_token";
constexpr size_t kMostToken = 4096;
constexpr char kHex[] = "0123456789ABCDEF";

// What a cookie may have (RFC 6265), and does not mean anything here.
bool IsPlainInCookie(char c) {
  return c > ' ' && c < '\x7f' && c != '"' && c != ',' && c != ';' && c != '\\' && c != '%';
}

std::string PercentEncoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (IsPlainInCookie(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return encoded;
}

}  // namespace

absl::StatusOr<std::string> TokenOfSignIn(std::string_view body) {
  google::protobuf::Struct fields;
  const auto status =
      google::protobuf::util::JsonStringToMessage({body.data(), body.size()}, &fields);
  if (status.ok()) {
    const auto token = fields.fields().find("token");
    const std::string text =
        token == fields.fields().end() ? "" : std::string(token->second.string_value());
    if (!text.empty() && text.size() <= kMostToken) return text;
  }
  return absl::InvalidArgumentError("signing in takes {\"token\":\"…\"} with a control token");
}

std::optional<std::string> TokenOfCookie(std::string_view cookies) {
  while (!cookies.empty()) {
    const size_t end = std::min(cookies.find(';'), cookies.size());
    const std::string_view cookie = Trimmed(cookies.substr(0, end));
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    const size_t equals = cookie.find('=');
    if (equals == std::string_view::npos || cookie.substr(0, equals) != kCookie) continue;
    auto token = PercentDecoded(cookie.substr(equals + 1));
    if (token && !token->empty()) return token;
  }
  return std::nullopt;
}

std::string CookieOfToken(std::string_view token, bool secure) {
  std::string cookie(kCookie);
  cookie += '=' + PercentEncoded(token) + "; HttpOnly; SameSite=Strict; Path=/";
  if (token.empty()) cookie += "; Max-Age=0";
  if (secure) cookie += "; Secure";
  return cookie;
}

std::string SessionJson(const WebSession& session) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject().Key("name").Shown(session.caller.name);
  json.Key("role").Word(RoleName(session.caller.role));
  json.Key("hubId").Word(session.hub_id);
  json.Key("version").Shown(kVersion);
  json.Key("signedIn").Bool(session.signed_in).EndObject();
  return text;
}

}  // namespace pigeonhub
