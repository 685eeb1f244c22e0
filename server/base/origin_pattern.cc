// SPDX-License-Identifier: Apache-2.0

#include "server/base/origin_pattern.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "server/base/address.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kAny = "*";
constexpr std::string_view kSame = "same";
constexpr std::string_view kNoOrigin = "null";
constexpr std::string_view kEachHost = "*.";
constexpr std::string_view kAfterScheme = "://";

std::string InLowerCase(std::string_view text) {
  return absl::AsciiStrToLower({text.data(), text.size()});
}

bool IsOfScheme(unsigned char c) {
  return absl::ascii_isalnum(c) || c == '+' || c == '-' || c == '.';
}

bool IsOfHost(unsigned char c) {
  return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_' || c == '[' || c == ']' ||
         c == ':';
}

std::string_view PortOfScheme(std::string_view scheme) {
  if (scheme == "https") return ":443";
  return scheme == "http" ? ":80" : "";
}

// Host and port, without the port that is usual for the scheme. Empty for what is neither.
std::string Authority(std::string_view text, std::string_view scheme) {
  const std::optional<HostAndPort> parts = SplitHostAndPort(text);
  if (!parts.has_value() || parts->host.empty()) return {};
  if (!std::all_of(text.begin(), text.end(), IsOfHost)) return {};
  if (text.starts_with('[') != IsIpv6(parts->host)) return {};
  if (parts->port.has_value() && ParsePort(*parts->port).value_or(0) == 0) return {};
  const std::string_view usual = PortOfScheme(scheme);
  if (!usual.empty() && text.ends_with(usual)) text.remove_suffix(usual.size());
  return std::string(text);
}

struct WebOrigin {
  std::string scheme{};
  std::string authority{};

  std::string text() const { return scheme + std::string(kAfterScheme) + authority; }
};

std::optional<WebOrigin> ParseOrigin(std::string_view text) {
  const std::string lower = InLowerCase(text);
  const size_t end = lower.find(kAfterScheme);
  if (end == std::string::npos || end == 0) return std::nullopt;
  WebOrigin origin{.scheme = lower.substr(0, end)};
  if (!std::all_of(origin.scheme.begin(), origin.scheme.end(), IsOfScheme)) return std::nullopt;
  origin.authority =
      Authority(std::string_view(lower).substr(end + kAfterScheme.size()), origin.scheme);
  if (origin.authority.empty()) return std::nullopt;
  return origin;
}

}  // namespace

absl::StatusOr<OriginPattern> OriginPattern::Parse(std::string_view text) {
  if (text == kAny) return OriginPattern(Kind::kAny, std::string(kAny));
  if (text == kSame) return OriginPattern(Kind::kSame, std::string(kSame));
  if (text == kNoOrigin) return OriginPattern(Kind::kExact, std::string(kNoOrigin));
  std::string host(text);
  const size_t star = host.find(std::string(kAfterScheme) + std::string(kEachHost));
  const bool is_each_host = star != std::string::npos;
  if (is_each_host) host.erase(star + kAfterScheme.size(), kEachHost.size());
  if (const std::optional<WebOrigin> origin = ParseOrigin(host)) {
    if (!is_each_host) return OriginPattern(Kind::kExact, origin->text());
    return OriginPattern(Kind::kSubdomains,
                         origin->scheme + std::string(kAfterScheme) + "." + origin->authority);
  }
  return absl::InvalidArgumentError(
      Shown(text) +
      " is not an origin such as https://example.org or https://*.example.org, nor same, nor *");
}

bool OriginPattern::Matches(std::string_view origin, std::string_view host) const {
  if (kind_ == Kind::kAny) return true;
  if (kind_ == Kind::kExact && origin == text_) return true;
  const std::optional<WebOrigin> page = ParseOrigin(origin);
  if (!page.has_value()) return false;
  switch (kind_) {
    case Kind::kAny:
      return true;
    case Kind::kExact:
      return page->text() == text_;
    case Kind::kSame:
      return page->authority == Authority(InLowerCase(host), page->scheme);
    case Kind::kSubdomains: {
      const std::string_view ending = std::string_view(text_).substr(text_.find(kAfterScheme) + 3);
      return text_.starts_with(page->scheme + std::string(kAfterScheme)) &&
             page->authority.size() > ending.size() && page->authority.ends_with(ending) &&
             !page->authority.starts_with('.');
    }
  }
  return false;
}

}  // namespace pigeonhub
