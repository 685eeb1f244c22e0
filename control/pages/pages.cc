// SPDX-License-Identifier: Apache-2.0

#include "control/pages/pages.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "control/pages/dev_pages.h"
#include "control/pages/query.h"
#include "server/core/reason.h"
#include "server/net/http/peer_credentials.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kForTheDemo =
    "This is for pages of this hub; open /demo at its own address.";

Response Json(std::string body) {
  return {.content_type = "application/json",
          .body = std::move(body),
          .headers = {{"Cache-Control", "no-store"}}};
}

Response Forbidden(std::string_view why) {
  return {.status = 403, .body = std::string(why) + '\n'};
}

}  // namespace

Pages::Pages(PagesOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), turn_secret_(options_.ice.turn_secret) {}

void Pages::AddTo(HubServerOptions& options) {
  for (const std::string& text : options.allow_origins) {
    // The hub says what is wrong with one that is no pattern.
    if (auto pattern = OriginPattern::Parse(text); pattern.ok()) origins_.push_back(*pattern);
  }
  token_cookie_ = options.token_cookie;
  token_query_ = options.token_query;
  secure_ = !options.tls_cert_file.empty();
  const auto serve_file = [&](const char* path, const char* file) {
    options.routes[path] = [this, file](const Request& request) {
      return FileAnswer(options_.files, file, request);
    };
  };
  if (options_.has_client) {
    serve_file("/client.js", "peers/client.js");
    serve_file("/peerpigeon.js", "peers/peerpigeon.js");
    serve_file("/LICENSES.txt", "peers/LICENSES.txt");
  }
  if (options_.has_ice) {
    options.routes["/ice"] = [this](const Request& request) { return Ice(request); };
  }
  const bool is_dev = options_.dev != DevReach::kOff;
  if (is_dev) {
    serve_file("/demo", "peers/demo.html");
    serve_file("/demo.js", "peers/demo.js");
    serve_file("/demo.css", "peers/demo.css");
    serve_file("/icon.svg", "console/icon.svg");
    options.routes["/qr.svg"] = QrAnswer;
    options.routes["/dev.json"] = [this](const Request& request) { return Dev(request); };
    options.routes["/explain"] = [this](const Request& request) { return Explain(request); };
  }
  options.other_paths = [this, is_dev](const Request& request) {
    return FrontPageAnswer({.has_client = options_.has_client,
                            .has_ice = options_.has_ice,
                            .is_dev = is_dev,
                            .secure = secure_},
                           request);
  };
}

void Pages::SetTurnSecret(std::string secret) {
  MutexLock lock(mutex_);
  turn_secret_ = std::move(secret);
}

std::optional<Response> Pages::RefusalOfIce(const Request& request,
                                            std::optional<PeerId>& peer) const {
  // Addresses alone are no secret.
  const auto& urls = options_.ice.urls;
  if (std::none_of(urls.begin(), urls.end(), IsTurnUrl)) return std::nullopt;
  if (IsDeveloper(request, options_.dev) || IsOfOrigin(request, origins_)) {
    if (!hub_->RefusesBanned(request.address)) return std::nullopt;
    return Forbidden(WithHelp("banned: there are no credentials of TURN servers", Reason::kBanned));
  }
  const std::string target = "?" + std::string(request.query);
  net::HttpRequest asked;
  asked.target = target;
  asked.authorization = request.header("Authorization");
  asked.header = request.header;
  const std::optional<std::string> token =
      net::PeerTokenOf(asked, {.cookie = token_cookie_, .from_query = token_query_});
  TokenAnswer answer;
  if (token.has_value()) answer = hub_->CheckTokenFrom(request.address, *token);
  if (answer.claims != nullptr) {
    if (answer.claims->peer.has_value()) peer = answer.claims->peer;
    return std::nullopt;
  }
  if (answer.reason == Reason::kAuthFailureRate) {
    net::HttpResponse later = net::TooManyTokensFailed(answer.retry_after).response;
    // What kind of text it is, the hub says for us, and once.
    std::erase_if(later.headers, [](const auto& header) { return header.first == "Content-Type"; });
    return Response{
        .status = later.status, .body = std::move(later.body), .headers = std::move(later.headers)};
  }
  if (token.has_value() && answer.is_looked_at) {
    // By its name, as where peers connect: whoever asks for the token has to know what is wrong.
    const std::string why = std::string(ReasonName(answer.reason)) +
                            ": the token brings no credentials of TURN servers here";
    return Forbidden(WithHelp(why, answer.reason));
  }
  return Forbidden(
      "Credentials of TURN servers are for those who show a token (Authorization: Bearer, or "
      "?token=), and for pages of --allow-origin; see docs/app-developers.md#token");
}

Response Pages::Ice(const Request& request) const {
  // Not `peerId`: a GET that has it is taken for a WebSocket which lost its Upgrade on the way.
  std::optional<PeerId> peer = PeerId::Parse(QueryField(request, "peer"));
  if (auto refusal = RefusalOfIce(request, peer)) return *std::move(refusal);
  IceServers servers = options_.ice;
  {
    MutexLock lock(mutex_);
    servers.turn_secret = turn_secret_;
  }
  return Json(IceJson(servers, peer, clock_.Read().unix_ms));
}

Response Pages::Dev(const Request& request) const {
  if (!IsDeveloper(request, options_.dev)) return Forbidden(kForTheDemo);
  return Json(DevJson(options_.addresses ? options_.addresses() : std::vector<std::string>(),
                      options_.dev == DevReach::kNetwork,
                      options_.make_token ? options_.make_token() : std::string()));
}

Response Pages::Explain(const Request& request) const {
  if (!IsDeveloper(request, options_.dev)) return Forbidden(kForTheDemo);
  const auto question = ParsePairQuestion(request);
  if (!question.ok()) {
    return {.status = 400, .body = std::string(question.status().message()) + '\n'};
  }
  return Json(ExplanationJson(hub_->ExplainPair(*question)));
}

}  // namespace pigeonhub
