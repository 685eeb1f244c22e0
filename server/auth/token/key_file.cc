// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/key_file.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/text.h"

namespace pigeonhub::auth {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kPublicKey = "PUBLIC KEY";

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

absl::Status WrongAt(size_t line, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", what));
}

// A line that counts, or a block of PEM.
struct Entry {
  size_t line = 0;         // where it begins, from 1
  std::string_view label;  // of a block: "PUBLIC KEY"; empty for a line
  std::string text;        // of a block with its first and last line
};

absl::StatusOr<std::vector<Entry>> EntriesOf(std::string_view text) {
  std::vector<Entry> entries;
  std::optional<Entry> block;
  size_t number = 0;
  for (const absl::string_view raw : absl::StrSplit(View(text), '\n')) {
    ++number;
    const std::string_view line = Trimmed({raw.data(), raw.size()});
    if (block.has_value()) {
      block->text.append(line).append(1, '\n');
      if (line.starts_with(kEnd)) entries.push_back(*std::exchange(block, std::nullopt));
    } else if (line.starts_with(kBegin) && line.ends_with(kDashes) &&
               line.size() > kBegin.size() + kDashes.size()) {
      const size_t size = line.size() - kBegin.size() - kDashes.size();
      block = Entry{number, line.substr(kBegin.size(), size), std::string(line) + "\n"};
    } else if (!line.empty() && line.front() != '#') {
      entries.push_back({number, {}, std::string(line)});
    }
  }
  if (block.has_value()) return WrongAt(block->line, "this block of PEM has no end");
  return entries;
}

bool IsPem(const std::vector<Entry>& entries) {
  return std::any_of(entries.begin(), entries.end(),
                     [](const Entry& entry) { return !entry.label.empty(); });
}

// Whether the line is what everybody may know: a secret made of that protects nothing.
bool LooksPublic(std::string_view line) {
  constexpr std::string_view kBeginnings[] = {"-----", "{", "[", "ssh-", "ecdsa-sha2-", "MII"};
  const auto begins = [&](std::string_view beginning) { return line.starts_with(beginning); };
  std::string der;
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings), begins) ||
         (absl::Base64Unescape(View(line), &der) && IsPublicKeyDer(der));
}

absl::StatusOr<KeyMaterial> SecretOf(const Entry& entry) {
  if (LooksPublic(entry.text)) {
    return WrongAt(entry.line,
                   "this looks like a part of a public key or of a JWKS, not like a secret; give "
                   "public keys as whole PEM blocks, and a JWKS with --token-jwks");
  }
  auto secret = MakeSecret(entry.text);
  if (!secret.ok()) return WrongAt(entry.line, secret.status().message());
  return KeyMaterial(*std::move(secret));
}

absl::StatusOr<KeyMaterial> PublicKeyOf(const Entry& entry) {
  if (entry.label.empty()) {
    return WrongAt(entry.line, "a line between blocks of PEM; keep secrets in a file of their own");
  }
  if (entry.label != kPublicKey) {
    return WrongAt(entry.line,
                   absl::StrCat("a block of ", View(Shown(entry.label)),
                                "; only PUBLIC KEY is read (openssl pkey -pubout makes it)"));
  }
  auto key = PublicKeyFromPem(entry.text);
  if (!key.ok()) return WrongAt(entry.line, key.status().message());
  return KeyMaterial(*std::move(key));
}

}  // namespace

std::string KidOf(std::string_view path) { return std::filesystem::path(path).stem().string(); }

absl::StatusOr<std::vector<TokenKey>> ParseKeyFile(std::string_view text, std::string_view kid) {
  const auto entries = EntriesOf(text);
  if (!entries.ok()) return entries.status();
  const bool is_pem = IsPem(*entries);
  std::vector<TokenKey> keys;
  for (const Entry& entry : *entries) {
    if (keys.size() == kMostKeysOfFile) {
      return WrongAt(entry.line, absl::StrCat("more than ", kMostKeysOfFile, " keys"));
    }
    auto key = is_pem ? PublicKeyOf(entry) : SecretOf(entry);
    if (!key.ok()) return key.status();
    keys.push_back({*std::move(key), std::string(kid)});
  }
  if (keys.empty()) return WrongAt(1, "there is no key in this file");
  return keys;
}

absl::StatusOr<KeyMaterial> ParseSigningKey(std::string_view text) {
  const auto entries = EntriesOf(text);
  if (!entries.ok()) return entries.status();
  if (entries->empty()) return WrongAt(1, "there is no key in this file");
  if (!IsPem(*entries)) return SecretOf(entries->front());
  // "EC PARAMETERS" stands before the key where openssl ecparam made it.
  const auto found = std::find_if(entries->begin(), entries->end(), [](const Entry& entry) {
    return entry.label.ends_with("PRIVATE KEY");
  });
  if (found == entries->end()) {
    return WrongAt(entries->front().line, "there is no PRIVATE KEY here to sign with");
  }
  auto key = PrivateKeyFromPem(found->text);
  if (!key.ok()) return WrongAt(found->line, key.status().message());
  return KeyMaterial(*std::move(key));
}

}  // namespace pigeonhub::auth
