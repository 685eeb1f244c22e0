// SPDX-License-Identifier: Apache-2.0

#include "server/base/base64url.h"

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace pigeonhub {

std::string ToBase64Url(std::string_view bytes) {
  return absl::WebSafeBase64Escape({bytes.data(), bytes.size()});
}

std::optional<std::string> FromBase64Url(std::string_view text) {
  std::string bytes;
  // Abseil's reader takes padding and white space as well.
  if (!absl::WebSafeBase64Unescape({text.data(), text.size()}, &bytes)) return std::nullopt;
  return ToBase64Url(bytes) == text ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace pigeonhub
