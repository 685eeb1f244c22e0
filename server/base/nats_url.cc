// SPDX-License-Identifier: Apache-2.0

#include "server/base/nats_url.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "server/base/address.h"
#include "server/base/masked_url.h"
#include "server/base/percent.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr uint16_t kNatsPort = 4222;
constexpr size_t kLongestSubject = 64;

bool TakeScheme(std::string_view scheme, std::string_view& url) {
  if (!EqualsIgnoringCase(url.substr(0, scheme.size()), scheme)) return false;
  url.remove_prefix(scheme.size());
  return true;
}

// Reads what stands before the @. False where it is none.
bool ReadUser(std::string_view text, NatsUrl& url) {
  const size_t colon = text.find(':');
  const auto user = PercentDecoded(text.substr(0, colon));
  if (!user.has_value() || user->empty()) return false;
  url.user = *user;
  if (colon == std::string_view::npos) return true;
  url.password = PercentDecoded(text.substr(colon + 1));
  return url.password.has_value();
}

}  // namespace

absl::StatusOr<NatsUrl> NatsUrl::Parse(std::string_view url) {
  const auto wrong = [whole = MaskedUrl(url)](std::string_view why) {
    return absl::InvalidArgumentError(whole + ' ' + std::string(why) +
                                      "; write nats://host:port or tls://host:port");
  };
  NatsUrl parsed;
  std::string_view rest = url;
  parsed.secure = TakeScheme("tls://", rest);
  if (!parsed.secure && !TakeScheme("nats://", rest)) return wrong("is no address of a broker");
  const bool fit =
      std::all_of(rest.begin(), rest.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (!fit) return wrong("has characters that must be percent-encoded");
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?#") != std::string_view::npos) return wrong("has more than an address");
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) {
    if (!ReadUser(rest.substr(0, at), parsed)) return wrong("has no user name before its @");
    rest.remove_prefix(at + 1);
  }
  const std::optional<HostAndPort> parts = SplitHostAndPort(rest);
  if (!parts) return wrong("has a bracket or a colon too many or too few");
  if (parts->host.empty()) return wrong("names no host");
  if (rest.starts_with('[') && !IsIpv6(parts->host)) {
    return wrong("has no IPv6 address between its brackets");
  }
  parsed.host = absl::AsciiStrToLower({parts->host.data(), parts->host.size()});
  parsed.port = kNatsPort;
  if (const std::string_view digits = parts->port.value_or(""); !digits.empty()) {
    const std::optional<uint16_t> port = ParsePort(digits);
    if (!port || *port == 0) return wrong("has no port between 1 and 65535");
    parsed.port = *port;
  }
  return parsed;
}

std::string NatsUrl::address() const {
  return (secure ? "tls://" : "nats://") + JoinHostAndPort(host, port);
}

bool IsNatsToken(std::string_view text) {
  return !text.empty() && text.size() <= kLongestSubject &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
         });
}

bool IsNatsSubject(std::string_view text) {
  if (text.size() > kLongestSubject) return false;
  for (;;) {
    const size_t dot = text.find('.');
    if (!IsNatsToken(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace pigeonhub
