// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/key_files.h"

#include <algorithm>

#include "absl/status/status.h"
#include "server/auth/token/key_file.h"
#include "server/base/characters.h"
#include "server/base/files.h"

namespace pigeonhub::auth {
namespace {

absl::Status WrongIn(const std::string& path, const absl::Status& status) {
  return absl::InvalidArgumentError(Displayable(path) + ": " + std::string(status.message()));
}

// Whether the file may hold these keys, given who else can read or change it.
absl::Status CheckKeeping(const std::string& path, const std::vector<TokenKey>& keys) {
  return (HaveSecret(keys) ? ReadSecretFile(path) : ReadTrustedFile(path)).status();
}

}  // namespace

bool HaveSecret(const std::vector<TokenKey>& keys) {
  return std::any_of(keys.begin(), keys.end(),
                     [](const TokenKey& key) { return KindOf(key.material) == KeyKind::kSecret; });
}

absl::StatusOr<std::vector<TokenKey>> ReadKeyFile(const std::string& path) {
  const auto text = ReadSmallFile(path);
  if (!text.ok()) return text.status();
  auto keys = ParseKeyFile(*text, KidOf(path));
  if (!keys.ok()) return WrongIn(path, keys.status());
  if (absl::Status kept = CheckKeeping(path, *keys); !kept.ok()) return kept;
  return keys;
}

absl::StatusOr<Jwks> ReadJwksFile(const std::string& path) {
  const auto text = ReadSmallFile(path);
  if (!text.ok()) return text.status();
  auto set = ParseJwks(*text, JwksOrigin::kFile);
  if (!set.ok()) return WrongIn(path, set.status());
  if (absl::Status kept = CheckKeeping(path, set->keys); !kept.ok()) return kept;
  return set;
}

absl::StatusOr<std::string> ReadKeyFileText(const std::string& path) {
  if (const auto keys = ReadKeyFile(path); !keys.ok()) return keys.status();
  return ReadSmallFile(path);
}

absl::StatusOr<std::string> ReadJwksFileText(const std::string& path) {
  if (const auto set = ReadJwksFile(path); !set.ok()) return set.status();
  return ReadSmallFile(path);
}

absl::StatusOr<KeyMaterial> ReadSigningKey(const std::string& path) {
  const auto text = ReadSecretFile(path);
  if (!text.ok()) return text.status();
  auto key = ParseSigningKey(*text);
  if (!key.ok()) return WrongIn(path, key.status());
  return key;
}

}  // namespace pigeonhub::auth
