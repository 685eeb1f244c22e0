// SPDX-License-Identifier: Apache-2.0

#include "control/web/web_desk.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "control/call/rpc_error.h"
#include "control/web/connect_answer.h"
#include "control/web/static_files.h"
#include "control/web/web_session.h"
#include "server/base/forwarding.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kSessionPath = "/session";

WebAnswer Line(int status, std::string line, std::optional<WebRefusal> refusal = {}) {
  return {status, "text/plain; charset=utf-8", std::move(line) + '\n', {}, refusal};
}

WebAnswer NotKnown(std::string line) {
  WebAnswer answer = Line(401, std::move(line), WebRefusal::kCredential);
  answer.headers.emplace_back("WWW-Authenticate", "Bearer");
  return answer;
}

bool IsRead(const WebRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

// Whether a page asks that is not from here. Browsers say so, and pages cannot change what they
// say; other programs say nothing.
bool IsCrossSite(const WebRequest& request) {
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") return true;
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return false;
  const size_t scheme = origin.find("://");
  return scheme == std::string_view::npos ||
         !EqualsIgnoringCase(origin.substr(scheme + 3), request.header("Host"));
}

}  // namespace

void AddCommonHeaders(WebAnswer& answer) {
  answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
  answer.headers.emplace_back("Referrer-Policy", "no-referrer");
  const auto& headers = answer.headers;
  const bool says_how_to_keep = std::any_of(headers.begin(), headers.end(), [](const auto& header) {
    return header.first == "Cache-Control";
  });
  if (!says_how_to_keep) answer.headers.emplace_back("Cache-Control", "no-store");
}

WebDesk::WebDesk(const Authority& authority, Log& log, Setup setup)
    : authority_(authority), log_(log), setup_(std::move(setup)) {}

size_t WebDesk::MostBody(const WebRequest& head, const WebPeer& peer) const {
  const bool calls = IsConnectPath(head.path) && CallerOf(head, peer).principal.has_value();
  return calls ? kMostMessage : kMostFromStranger;
}

std::variant<WebAnswer, WebCall> WebDesk::Decide(const WebRequest& request,
                                                 const WebPeer& peer) const {
  std::variant<WebAnswer, WebCall> decision;
  if (auto refused = Refuse(request)) {
    decision = *std::move(refused);
  } else if (request.path == kSessionPath) {
    decision = AnswerSession(request, peer);
  } else if (IsConnectPath(request.path)) {
    decision = ReadCall(request, peer);
  } else if (IsRead(request)) {
    decision = FileAnswer(setup_.files, request);
  } else {
    WebAnswer answer = Line(405, "there is nothing here but files to get");
    answer.headers.emplace_back("Allow", "GET, HEAD");
    decision = std::move(answer);
  }
  if (auto* answer = std::get_if<WebAnswer>(&decision)) AddCommonHeaders(*answer);
  return decision;
}

std::optional<WebAnswer> WebDesk::Refuse(const WebRequest& request) const {
  if (request.path.empty() || request.path.front() != '/') {
    return Line(400, "the target of a request begins with /", WebRefusal::kNoHttp);
  }
  // A page anywhere can have its own name lead to this machine, and is then of one origin with us.
  const std::string_view host = request.header("Host");
  if (setup_.is_local && !setup_.behind_proxy && !NamesThisMachine(host)) {
    return Line(403,
                "this port answers this machine alone, and was asked as " + Shown(host) +
                    "; ask as localhost or 127.0.0.1, or set --console-behind-proxy where a proxy "
                    "passes requests on",
                WebRefusal::kHost);
  }
  const bool wants_file =
      IsRead(request) && request.path != kSessionPath && !IsConnectPath(request.path);
  if (!wants_file && IsCrossSite(request)) {
    return Line(403,
                "a page of another site asks; only the console's own pages, and programs that are "
                "no browsers, may. A proxy in between has to keep the header Host",
                WebRefusal::kCrossSite);
  }
  return std::nullopt;
}

std::optional<Principal> WebDesk::Recognize(const WebRequest& request, const WebPeer& peer,
                                            std::optional<std::string> authorization) const {
  Credentials credentials;
  credentials.address = peer.address;
  credentials.authority = std::string(request.header("Host"));
  credentials.is_forwarded = setup_.behind_proxy || request.is_forwarded;
  credentials.authorization = std::move(authorization);
  credentials.has_certificate = peer.has_certificate;
  credentials.certificate_names = peer.certificate_names;
  return authority_.Recognize(credentials);
}

WebDesk::Caller WebDesk::CallerOf(const WebRequest& request, const WebPeer& peer) const {
  std::optional<std::string> authorization;
  if (const std::string_view header = request.header("Authorization"); !header.empty()) {
    authorization.emplace(header);
  } else if (const auto token = TokenOfCookie(request.header("Cookie"))) {
    authorization = "Bearer " + *token;
  }
  const bool showed_token = authorization.has_value();
  return {Recognize(request, peer, std::move(authorization)), showed_token};
}

WebAnswer WebDesk::AnswerSession(const WebRequest& request, const WebPeer& peer) const {
  if (request.method == "POST") return SignIn(request, peer);
  if (request.method == "DELETE") {
    const bool secure = setup_.has_tls || setup_.behind_proxy;
    return {204, {}, {}, {{"Set-Cookie", CookieOfToken({}, secure)}}};
  }
  if (!IsRead(request)) {
    WebAnswer answer = Line(405, "a session is looked at, begun and ended");
    answer.headers.emplace_back("Allow", "GET, HEAD, POST, DELETE");
    return answer;
  }
  const Caller caller = CallerOf(request, peer);
  if (!caller.principal) {
    return NotKnown("sign in with a token of the hub's --control-tokens file");
  }
  return {200,
          "application/json",
          SessionJson({*caller.principal, setup_.hub_id, caller.showed_token}),
          {}};
}

WebAnswer WebDesk::SignIn(const WebRequest& request, const WebPeer& peer) const {
  const auto token = TokenOfSignIn(request.body);
  if (!token.ok()) {
    const auto why = token.status().message();
    return Line(400, std::string(why));
  }
  if (!Recognize(request, peer, "Bearer " + *token)) {
    // As for a call over gRPC that a stranger makes.
    log_.Warn("control call without a valid credential",
              {{"method", "POST /session"}, {"from", std::string_view(peer.address)}});
    return NotKnown("no line of the hub's --control-tokens file has this token");
  }
  const bool secure = setup_.has_tls || setup_.behind_proxy;
  return {204, {}, {}, {{"Set-Cookie", CookieOfToken(*token, secure)}}};
}

std::variant<WebAnswer, WebCall> WebDesk::ReadCall(const WebRequest& request,
                                                   const WebPeer& peer) const {
  const Caller caller = CallerOf(request, peer);
  auto read = ReadConnectCall(request, caller.principal ? kMostMessage : kMostFromStranger);
  if (auto* answer = std::get_if<WebAnswer>(&read)) return std::move(*answer);
  if (const auto* refusal = std::get_if<ConnectRefusal>(&read)) return RefusalAnswer(*refusal);
  auto& call = std::get<ConnectCall>(read);
  if (caller.principal) return WebCall{std::move(call), *caller.principal};
  const grpc::Status status = RpcError(
      grpc::StatusCode::UNAUTHENTICATED, v1::REASON_NOT_AUTHENTICATED,
      "no valid credential came with the call; sign in, or send Authorization: Bearer with "
      "a token of the hub's --control-tokens file (without such a file, whoever calls "
      "localhost without a proxy needs none)");
  WebAnswer answer = RefusalAnswer({status, call.is_stream(), call.codec});
  answer.refusal = WebRefusal::kCredential;
  return answer;
}

}  // namespace pigeonhub
