// SPDX-License-Identifier: Apache-2.0
#include "server/net/gate.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "server/net/memory_use.h"

namespace pigeonhub::net {
namespace {

constexpr std::string_view kRetryAfterSeconds = "5";

bool IsBase64Digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

// Sixteen bytes in base64: 22 digits and the padding.
bool IsKey(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") &&
         std::all_of(key.begin(), key.end() - 2, IsBase64Digit);
}

Refusal Bad(std::string why) { return {Reason::kBadHandshake, PlainAnswer(400, std::move(why))}; }

Refusal Later(Reason reason, std::string why) {
  Refusal refusal{reason, PlainAnswer(503, std::move(why))};
  refusal.response.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  return refusal;
}

}  // namespace

std::optional<Refusal> CheckHandshake(const HttpRequest& request) {
  if (request.method != "GET") return Bad("A WebSocket handshake is a GET request.");
  if (request.version != "HTTP/1.1") return Bad("A WebSocket handshake needs HTTP/1.1.");
  if (request.has_body) return Bad("A WebSocket handshake has no body.");
  if (request.websocket_version != "13") {
    Refusal refusal{Reason::kBadHandshake,
                    PlainAnswer(426, "Only WebSocket version 13 is spoken here.")};
    refusal.response.headers.emplace_back("Sec-WebSocket-Version", "13");
    return refusal;
  }
  if (!IsKey(request.websocket_key)) return Bad("Sec-WebSocket-Key must be 16 bytes in base64.");
  return std::nullopt;
}

void Gate::Sample() {
  if (memory_limit_ == 0) return;
  short_of_memory_.store(ResidentBytes() > memory_limit_, std::memory_order_relaxed);
}

std::optional<Refusal> Gate::Check(const HttpRequest& request) const {
  if (std::optional<Refusal> refusal = CheckHandshake(request)) return refusal;
  if (refusing_.load(std::memory_order_relaxed)) {
    return Later(Reason::kNotServing, "This hub is shutting down.");
  }
  if (short_of_memory_.load(std::memory_order_relaxed)) {
    return Later(Reason::kMemoryLimit, "This hub is short of memory.");
  }
  return std::nullopt;
}

}  // namespace pigeonhub::net
