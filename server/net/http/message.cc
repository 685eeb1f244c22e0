// SPDX-License-Identifier: Apache-2.0
#include "server/net/http/message.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace pigeonhub::net {
namespace {

std::string_view Phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 413:
      return "Payload Too Large";
    case 426:
      return "Upgrade Required";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

}  // namespace

HttpResponse PlainAnswer(int status, std::string body) {
  body += '\n';
  return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(body)};
}

std::string HttpBytes(const HttpResponse& response, bool head_only, bool keep) {
  std::string bytes = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  bytes += Phrase(response.status);
  bytes += "\r\n";
  for (const auto& [name, value] : response.headers) {
    bytes += name;
    bytes += ": ";
    bytes += value;
    bytes += "\r\n";
  }
  bytes += "Content-Length: " + std::to_string(response.body.size()) + "\r\nConnection: ";
  bytes += keep ? "keep-alive\r\n\r\n" : "close\r\n\r\n";
  if (!head_only) bytes += response.body;
  return bytes;
}

bool ListHas(std::string_view list, std::string_view word) {
  for (absl::string_view part : absl::StrSplit(absl::string_view(list.data(), list.size()), ',')) {
    if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(part), {word.data(), word.size()})) {
      return true;
    }
  }
  return false;
}

}  // namespace pigeonhub::net
