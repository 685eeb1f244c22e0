// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/client_handshake.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "server/base/masked_url.h"
#include "server/base/text.h"
#include "server/net/http/message.h"
#include "server/net/websocket/handshake_key.h"

namespace pigeonhub::net {
namespace {

// How much of a header's value is shown.
constexpr size_t kShownOfHeader = 200;
constexpr size_t kShownOfBody = 300;

// The value of a header, whose name may be in upper or lower case; empty if there is none.
std::string_view Header(const std::vector<absl::string_view>& lines, absl::string_view name) {
  for (absl::string_view line : lines) {
    if (!absl::StartsWithIgnoreCase(line, name)) continue;
    line.remove_prefix(name.size());
    if (!absl::ConsumePrefix(&line, ":")) continue;
    line = absl::StripAsciiWhitespace(line);
    return {line.data(), line.size()};
  }
  return {};
}

// Reads seconds, or a date in the form that RFC 9110 prefers. Nothing for any other text.
std::optional<std::chrono::seconds> ReadRetryAfter(std::string_view header) {
  const absl::string_view text(header.data(), header.size());
  // A longer wait makes no difference to whoever waits.
  constexpr std::chrono::seconds kMost = std::chrono::hours(24);
  const auto bounded = [&](absl::Duration wait) {
    return std::clamp(absl::ToChronoSeconds(wait), std::chrono::seconds(0), kMost);
  };
  uint32_t seconds = 0;
  if (absl::SimpleAtoi(text, &seconds)) return bounded(absl::Seconds(seconds));
  absl::Time date;
  std::string error;
  if (!absl::ParseTime("%a, %d %b %E4Y %H:%M:%S GMT", text, &date, &error)) return std::nullopt;
  return bounded(date - absl::Now());
}

// Short, so that a line of the log has all of it.
ClientHandshake::Refusal HttpRefusal(uint16_t status, const std::vector<absl::string_view>& lines) {
  ClientHandshake::Refusal refusal{status, absl::StrCat("HTTP ", status)};
  std::string more;
  if (const auto retry_after = ReadRetryAfter(Header(lines, "Retry-After"))) {
    refusal.retry_after = *retry_after;
    more = absl::StrCat("Retry-After: ", retry_after->count(), " s");
  }
  if (const std::string_view location = Header(lines, "Location"); !location.empty()) {
    more += more.empty() ? "Location: " : ", Location: ";
    AppendEscaped(more, MaskedUrl(location), kShownOfHeader);
  }
  if (!more.empty()) absl::StrAppend(&refusal.why, " (", more, ")");
  return refusal;
}

}  // namespace

ClientHandshake::ClientHandshake(std::string authority, std::string target, Headers headers)
    : authority_(std::move(authority)),
      target_(std::move(target)),
      headers_(std::move(headers)),
      key_(NewHandshakeKey()) {}

std::string ClientHandshake::Request() const {
  std::string request = "GET " + target_ + " HTTP/1.1\r\nHost: " + authority_ +
                        "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
                        key_ + "\r\n";
  for (const auto& [name, value] : headers_) request += name + ": " + value + "\r\n";
  return request + "\r\n";
}

std::optional<ClientHandshake::Refusal> ClientHandshake::Check(std::string_view head,
                                                               std::string_view rest) const {
  const std::vector<absl::string_view> lines =
      absl::StrSplit(absl::string_view(head.data(), head.size()), "\r\n");
  // "HTTP/1.1 101 Switching Protocols"
  const absl::string_view status_line = lines.front();
  uint16_t status = 0;
  if (!absl::StartsWith(status_line, "HTTP/1.") || status_line.size() < 12 ||
      std::from_chars(status_line.data() + 9, status_line.data() + 12, status).ec != std::errc()) {
    return Refusal{.why = "the answer is not HTTP"};
  }
  if (status != 101) {
    Refusal refusal = HttpRefusal(status, lines);
    AppendEscaped(refusal.said, Trimmed(rest.substr(0, rest.find('\n'))), kShownOfBody);
    return refusal;
  }
  if (!ListHas(Header(lines, "Connection"), "upgrade") ||
      !ListHas(Header(lines, "Upgrade"), "websocket")) {
    return Refusal{.why = "the answer upgrades to something else"};
  }
  if (Header(lines, "Sec-WebSocket-Accept") != AcceptKeyFor(key_)) {
    return Refusal{.why = "the answer is to another question (Sec-WebSocket-Accept)"};
  }
  // None was offered.
  if (!Header(lines, "Sec-WebSocket-Extensions").empty() ||
      !Header(lines, "Sec-WebSocket-Protocol").empty()) {
    return Refusal{.why = "the answer chose an extension or a protocol that was not offered"};
  }
  return std::nullopt;
}

}  // namespace pigeonhub::net
