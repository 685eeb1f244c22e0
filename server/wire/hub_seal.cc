// SPDX-License-Identifier: Apache-2.0

#include "server/wire/hub_seal.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/strings/escaping.h"
#include "server/core/mesh/node_seal.h"

namespace pigeonhub::wire {
namespace {

constexpr std::string_view kPrefix = "hub-seal1:";
constexpr std::string_view kKeysPrefix = "hub-keys1:";
constexpr size_t kStartSize = 8;
constexpr size_t kSize = kStartSize + sizeof(PublicKey) + sizeof(PublicKey) + sizeof(Signature);
// Four characters for three bytes, without padding.
constexpr size_t kTextSize = (kSize * 4 + 2) / 3;

std::optional<HubSeal> ParseSeal(std::string_view text) {
  std::string bytes;
  if (text.size() != kTextSize ||
      !absl::WebSafeBase64Unescape(absl::string_view(text.data(), text.size()), &bytes) ||
      bytes.size() != kSize) {
    return std::nullopt;
  }
  HubSeal seal;
  auto from = bytes.begin();
  const auto take = [&](auto& field) {
    std::copy_n(from, field.size(), field.begin());
    from += static_cast<std::ptrdiff_t>(field.size());
  };
  for (; from != bytes.begin() + kStartSize; ++from) {
    seal.start = seal.start << 8 | static_cast<unsigned char>(*from);
  }
  take(seal.signing_key);
  take(seal.agreement_key);
  take(seal.signature);
  if (seal.start > mesh::kMostNumber) return std::nullopt;
  return seal;
}

}  // namespace

std::string TextOf(const HubSeal& seal) {
  std::string bytes;
  bytes.reserve(kSize);
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(seal.start >> shift);
  bytes.append(seal.signing_key.begin(), seal.signing_key.end());
  bytes.append(seal.agreement_key.begin(), seal.agreement_key.end());
  bytes.append(seal.signature.begin(), seal.signature.end());
  return std::string(kPrefix) + absl::WebSafeBase64Escape(bytes);
}

bool TakeSeal(std::vector<std::string>& capabilities, std::shared_ptr<const HubSeal>& seal) {
  const auto is_seal = [](const std::string& one) { return one.starts_with(kPrefix); };
  const auto found = std::find_if(capabilities.begin(), capabilities.end(), is_seal);
  if (found == capabilities.end()) return true;
  const std::optional<HubSeal> parsed = ParseSeal(std::string_view(*found).substr(kPrefix.size()));
  capabilities.erase(found);
  if (!parsed.has_value() || std::any_of(capabilities.begin(), capabilities.end(), is_seal)) {
    return false;
  }
  seal = std::make_shared<const HubSeal>(*parsed);
  return true;
}

std::string TextOfKeys(const std::vector<HubNode::Neighbor>& neighbors) {
  std::string bytes;
  size_t used = 0;
  for (size_t i = 0; i < std::min(neighbors.size(), kMostKeysOfNeighbors); ++i) {
    const KeyPrefix key = neighbors[i].key.value_or(KeyPrefix());
    bytes.append(key.begin(), key.end());
    if (neighbors[i].key.has_value()) used = bytes.size();
  }
  if (used == 0) return {};
  return std::string(kKeysPrefix) + absl::WebSafeBase64Escape(bytes.substr(0, used));
}

bool TakeKeys(std::vector<std::string>& capabilities, std::vector<HubNode::Neighbor>& neighbors) {
  const auto found =
      std::find_if(capabilities.begin(), capabilities.end(),
                   [](const std::string& one) { return one.starts_with(kKeysPrefix); });
  if (found == capabilities.end()) return true;
  const absl::string_view text = absl::string_view(*found).substr(kKeysPrefix.size());
  std::string bytes;
  const bool is_read = absl::WebSafeBase64Unescape(text, &bytes);
  capabilities.erase(found);
  if (!is_read || bytes.size() % sizeof(KeyPrefix) != 0) return false;
  const size_t keys = bytes.size() / sizeof(KeyPrefix);
  if (keys > std::min(neighbors.size(), kMostKeysOfNeighbors)) return false;
  for (size_t i = 0; i < keys; ++i) {
    KeyPrefix key;
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(i * key.size()), key.size(),
                key.begin());
    if (key != KeyPrefix()) neighbors[i].key = key;
  }
  return true;
}

}  // namespace pigeonhub::wire
