// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/program.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "server/wire/target.h"

namespace pigeonhub::net {
namespace {

bool HasControls(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
}

}  // namespace

Request ForProgram(const HttpRequest& request) {
  const std::string_view path = request.path();
  return {.method = request.method,
          .path = path,
          .query = request.target.substr(std::min(path.size() + 1, request.target.size())),
          .peer_id = wire::PeerIdOfTarget(request.target),
          .address = request.address,
          .header = request.header};
}

HttpResponse FromProgram(Response response) {
  HttpResponse answer{.status = response.status,
                      .headers = std::move(response.headers),
                      .body = std::move(response.body)};
  if (!response.content_type.empty()) {
    answer.headers.emplace_back("Content-Type", std::move(response.content_type));
  }
  // A line end in a header would let whoever wrote the header add another one, or a whole answer.
  const bool is_valid =
      answer.status >= 200 && answer.status <= 599 &&
      std::all_of(answer.headers.begin(), answer.headers.end(),
                  [](const auto& h) { return IsToken(h.first) && !HasControls(h.second); });
  if (!is_valid) {
    return PlainAnswer(500,
                       "The program that this hub runs in gave an answer that is not valid HTTP.");
  }
  return answer;
}

}  // namespace pigeonhub::net
