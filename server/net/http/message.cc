// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/message.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "server/core/reason.h"

namespace pigeonhub::net {
namespace {

std::string_view Phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 413:
      return "Payload Too Large";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

}  // namespace

HttpResponse PlainAnswer(int status, Reason reason, std::string_view why) {
  std::string words(ReasonName(reason));
  words.append(": ").append(why);
  return PlainAnswer(status, WithHelp(words, reason));
}

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
  // These two never have a body (RFC 9110 15.3.5 and 15.4.5).
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) bytes += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  bytes += keep ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  if (!head_only && !bodiless) bytes += response.body;
  return bytes;
}

bool IsToken(std::string_view text) {
  const auto is_token_character = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
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
