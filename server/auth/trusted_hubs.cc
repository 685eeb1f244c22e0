// SPDX-License-Identifier: Apache-2.0

#include "server/auth/trusted_hubs.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/base64url.h"

namespace pigeonhub::auth {
namespace {

constexpr size_t kMostHubs = 4096;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string TextOf(const PublicKey& key) {
  return ToBase64Url(std::string(key.begin(), key.end()));
}

std::optional<PublicKey> ParsePublicKey(std::string_view text) {
  const std::optional<std::string> bytes = FromBase64Url(text);
  PublicKey key;
  if (!bytes.has_value() || bytes->size() != key.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), key.begin());
  return key;
}

absl::StatusOr<std::map<PeerId, PublicKey>> ParseTrustedHubs(std::string_view text) {
  std::map<PeerId, PublicKey> hubs;
  size_t number = 0;
  for (absl::string_view line : absl::StrSplit(View(text), '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    const auto wrong = [&](absl::string_view what) {
      return absl::InvalidArgumentError(absl::StrCat("line ", number, ": ", what));
    };
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() != 2) {
      return wrong("give a hub's id and its public key");
    }
    const std::optional<PeerId> id = PeerId::Parse({words[0].data(), words[0].size()});
    if (!id.has_value()) return wrong("a hub's id has 40 hexadecimal digits");
    const std::optional<PublicKey> key = ParsePublicKey({words[1].data(), words[1].size()});
    if (!key.has_value()) return wrong("a public key has 43 characters of base64url");
    if (!hubs.emplace(*id, *key).second) return wrong("this hub has a key above");
    if (hubs.size() > kMostHubs) return wrong(absl::StrCat("more than ", kMostHubs, " hubs"));
  }
  return hubs;
}

}  // namespace pigeonhub::auth
