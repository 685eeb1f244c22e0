// SPDX-License-Identifier: Apache-2.0
#include "server/net/http.h"

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

std::string HttpBytes(const HttpResponse& response, bool head_only) {
  std::string bytes = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  bytes += Phrase(response.status);
  bytes += "\r\n";
  for (const auto& [name, value] : response.headers) {
    bytes += name;
    bytes += ": ";
    bytes += value;
    bytes += "\r\n";
  }
  bytes +=
      "Content-Length: " + std::to_string(response.body.size()) + "\r\nConnection: close\r\n\r\n";
  if (!head_only) bytes += response.body;
  return bytes;
}

}  // namespace pigeonhub::net
