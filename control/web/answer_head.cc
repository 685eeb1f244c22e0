// SPDX-License-Identifier: Apache-2.0

#include "control/web/answer_head.h"

#include <boost/beast/http/status.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace pigeonhub {

std::string AnswerHead(const WebAnswer& answer, WebFraming framing, bool keeps_connection) {
  namespace http = boost::beast::http;
  const auto reason =
      http::obsolete_reason(http::int_to_status(static_cast<unsigned>(answer.status)));
  std::string head = absl::StrCat("HTTP/1.1 ", answer.status, " ",
                                  absl::string_view(reason.data(), reason.size()), "\r\n");
  // These two have no body, and so nothing to say of one.
  const bool has_body = answer.status != 204 && answer.status != 304;
  if (has_body) {
    absl::StrAppend(&head, "Content-Type: ", answer.content_type, "\r\n");
    if (framing == WebFraming::kLength) {
      absl::StrAppend(&head, "Content-Length: ", answer.body.size(), "\r\n");
    } else if (framing == WebFraming::kChunked) {
      absl::StrAppend(&head, "Transfer-Encoding: chunked\r\n");
    }
  }
  for (const auto& [name, value] : answer.headers)
    absl::StrAppend(&head, name, ": ", value, "\r\n");
  if (!keeps_connection) absl::StrAppend(&head, "Connection: close\r\n");
  return head + "\r\n";
}

std::string Chunk(std::string_view bytes) {
  std::string chunk = absl::StrCat(absl::Hex(bytes.size()), "\r\n");
  return chunk.append(bytes).append("\r\n");
}

}  // namespace pigeonhub
