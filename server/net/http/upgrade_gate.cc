// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/upgrade_gate.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/net/http/bearer_protocol.h"
#include "server/net/http/program.h"
#include "server/wire/target.h"

namespace pigeonhub::net {
namespace {

constexpr Duration kRetryAfter = std::chrono::seconds(5);

bool IsBase64Digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

// Sixteen bytes in base64: 22 digits and the padding.
bool IsKey(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") &&
         std::all_of(key.begin(), key.end() - 2, IsBase64Digit);
}

// A list of subprotocols that names each once (RFC 6455 4.1).
bool AreProtocols(std::string_view list) {
  std::set<absl::string_view> names;
  for (absl::string_view part : absl::StrSplit(absl::string_view(list.data(), list.size()), ',')) {
    part = absl::StripAsciiWhitespace(part);
    if (!IsToken({part.data(), part.size()}) || !names.insert(part).second) return false;
  }
  return true;
}

HandshakeRefusal Bad(std::string_view why, int status = 400) {
  return {Reason::kBadHandshake, PlainAnswer(status, Reason::kBadHandshake, why)};
}

HandshakeRefusal WithRetryAfter(HandshakeRefusal refusal, Duration retry_after) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(retry_after).count();
  refusal.response.headers.emplace_back("Retry-After", std::to_string(seconds));
  return refusal;
}

// What the embedding program answered, as an HTTP answer.
HandshakeRefusal NotAdmitted(const absl::Status& answer) {
  std::string why(answer.message());
  switch (answer.code()) {
    case absl::StatusCode::kUnauthenticated: {
      HandshakeRefusal refusal{Reason::kNotAdmitted, PlainAnswer(401, std::move(why))};
      // Every 401 has to have this header (RFC 9110 15.5.2). Browsers ask their user nothing for
      // this scheme.
      refusal.response.headers.emplace_back("WWW-Authenticate", "Bearer");
      return refusal;
    }
    case absl::StatusCode::kResourceExhausted:
      return WithRetryAfter({Reason::kNotAdmitted, PlainAnswer(429, std::move(why))}, kRetryAfter);
    case absl::StatusCode::kUnavailable:
      return WithRetryAfter({Reason::kNotAdmitted, PlainAnswer(503, std::move(why))}, kRetryAfter);
    default:
      return {Reason::kNotAdmitted, PlainAnswer(403, std::move(why))};
  }
}

}  // namespace

HandshakeRefusal Later(Reason reason, std::string_view why) {
  return WithRetryAfter({reason, PlainAnswer(503, reason, why)}, kRetryAfter);
}

HandshakeRefusal TooManyTokensFailed(Duration retry_after) {
  constexpr Reason kReason = Reason::kAuthFailureRate;
  return WithRetryAfter(
      {kReason, PlainAnswer(429, kReason, "too many tokens of this address failed")}, retry_after);
}

bool WantsWebSocket(const HttpRequest& request) {
  if (request.upgrades) return true;
  if (request.method != "GET") return false;
  return !request.websocket_key.empty() || !wire::PeerIdOfTarget(request.target).empty();
}

std::optional<HandshakeRefusal> CheckHandshake(const HttpRequest& request) {
  if (!request.upgrades) {
    HandshakeRefusal refusal =
        Bad("a WebSocket was asked for without `Upgrade: websocket`; if there is a proxy, let it "
            "pass Upgrade and Connection on.",
            426);
    refusal.response.headers.emplace_back("Upgrade", "websocket");
    refusal.response.headers.emplace_back("Connection", "Upgrade");
    return refusal;
  }
  if (request.method != "GET") return Bad("a WebSocket handshake is a GET request.");
  if (request.version != "HTTP/1.1") return Bad("a WebSocket handshake needs HTTP/1.1.");
  if (request.has_body) return Bad("a WebSocket handshake has no body.");
  if (request.websocket_version != "13") {
    HandshakeRefusal refusal = Bad("only WebSocket version 13 is spoken here.", 426);
    refusal.response.headers.emplace_back("Sec-WebSocket-Version", "13");
    return refusal;
  }
  if (!IsKey(request.websocket_key)) return Bad("Sec-WebSocket-Key must be 16 bytes in base64.");
  if (!request.websocket_protocols.empty() && !AreProtocols(request.websocket_protocols)) {
    return Bad("Sec-WebSocket-Protocol must be a list of names, each once.");
  }
  if (!request.websocket_protocols.empty() &&
      FirstProtocolIn(request.websocket_protocols).empty()) {
    return Bad("Sec-WebSocket-Protocol must name a protocol beside the one that has the token.");
  }
  return std::nullopt;
}

std::optional<HandshakeRefusal> UpgradeGate::Check(const HttpRequest& request,
                                                   bool short_of_descriptors) const {
  if (std::optional<HandshakeRefusal> refusal = CheckHandshake(request)) return refusal;
  if (refusing_.load(std::memory_order_relaxed)) {
    return Later(Reason::kNotServing, "this hub is shutting down.");
  }
  if (budget_.is_short()) {
    return Later(Reason::kMemoryLimit, "this hub is short of memory.");
  }
  if (short_of_descriptors) {
    return Later(Reason::kOutOfDescriptors, "this hub is short of file descriptors.");
  }
  if (!origins_.Allow(request)) {
    return HandshakeRefusal{
        Reason::kOriginNotAllowed,
        PlainAnswer(403, Reason::kOriginNotAllowed,
                    "pages of this origin may not connect here; --allow-origin names those "
                    "that may")};
  }
  return std::nullopt;
}

std::optional<HandshakeRefusal> UpgradeGate::CheckAddress(AddressLease& lease, SteadyTime now) {
  const std::optional<AddressTable::Refusal> refusal = lease.Admit(now);
  if (!refusal.has_value()) return std::nullopt;
  const auto later = [&](std::string_view why, int status) {
    return WithRetryAfter({refusal->reason, PlainAnswer(status, refusal->reason, why)},
                          refusal->retry_after);
  };
  switch (refusal->reason) {
    case Reason::kAuthFailureRate:
      return TooManyTokensFailed(refusal->retry_after);
    case Reason::kAddressShare:
      return later("the last places of this hub are kept for other addresses", 503);
    default:
      return later("too many new connections from this address", 429);
  }
}

std::optional<HandshakeRefusal> UpgradeGate::Admit(const HttpRequest& request) const {
  if (!admit_) return std::nullopt;
  const absl::Status answer = admit_(ForProgram(request));
  if (answer.ok()) return std::nullopt;
  return NotAdmitted(answer);
}

}  // namespace pigeonhub::net
