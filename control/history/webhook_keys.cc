// SPDX-License-Identifier: Apache-2.0

#include "control/history/webhook_keys.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/base/digest.h"

namespace pigeonhub::history {
namespace {

constexpr size_t kShortest = 24;  // bytes
constexpr size_t kLongest = 64;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

absl::StatusOr<WebhookKeys> WebhookKeys::Parse(std::string_view text) {
  WebhookKeys keys;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(View(text), '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    std::string key;
    const bool is_base64 = absl::Base64Unescape(absl::StripPrefix(line, "whsec_"), &key);
    if (!is_base64 || key.size() < kShortest || key.size() > kLongest) {
      return absl::InvalidArgumentError(absl::StrCat(
          "line ", number, ": a key of webhooks is whsec_ and base64 of ", kShortest, " to ",
          kLongest, " bytes (echo whsec_$(openssl rand -base64 32) makes one)"));
    }
    if (keys.keys_.size() == kMostKeys) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": more than ", kMostKeys, " keys of webhooks"));
    }
    keys.keys_.push_back(std::move(key));
  }
  if (keys.keys_.empty()) {
    return absl::InvalidArgumentError(
        "there is no key of webhooks in it (echo whsec_$(openssl rand -base64 32) makes one)");
  }
  return keys;
}

std::string WebhookKeys::Sign(std::string_view id, int64_t unix_seconds,
                              std::string_view body) const {
  const std::string content = absl::StrCat(View(id), ".", unix_seconds, ".", View(body));
  std::string signatures;
  for (const std::string& key : keys_) {
    const Digest mac = MacOf(content, key);
    const absl::string_view bytes(reinterpret_cast<const char*>(mac.data()), mac.size());
    absl::StrAppend(&signatures, signatures.empty() ? "" : " ", "v1,", absl::Base64Escape(bytes));
  }
  return signatures;
}

}  // namespace pigeonhub::history
