// SPDX-License-Identifier: Apache-2.0

#include "control/call/paging.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/escaping.h"
#include "server/base/digest.h"

namespace pigeonhub {
namespace {

constexpr size_t kMarkLength = 8;

}  // namespace

std::optional<size_t> PageSize(int32_t page_size) {
  if (page_size < 0) return std::nullopt;
  if (page_size == 0) return kDefaultPageSize;
  return std::min<size_t>(page_size, kMaxPageSize);
}

PageTokens::PageTokens(std::string_view list) {
  const Digest digest = DigestOf(list);
  mark_.assign(digest.begin(), digest.begin() + kMarkLength);
}

std::string PageTokens::Make(std::string_view place) const {
  return absl::WebSafeBase64Escape(mark_ + std::string(place));
}

std::optional<std::string> PageTokens::Read(std::string_view token) const {
  std::string text;
  if (!absl::WebSafeBase64Unescape({token.data(), token.size()}, &text)) return std::nullopt;
  if (!text.starts_with(mark_)) return std::nullopt;
  return text.substr(mark_.size());
}

std::optional<uint64_t> PageTokens::ReadNumber(std::string_view token) const {
  if (token.empty()) return 0;
  const std::optional<std::string> place = Read(token);
  if (!place) return std::nullopt;
  uint64_t number = 0;
  const char* const end = place->data() + place->size();
  const auto [stop, error] = std::from_chars(place->data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace pigeonhub
