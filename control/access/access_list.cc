// SPDX-License-Identifier: Apache-2.0

#include "control/access/access_list.h"

#include <sys/stat.h>

#include <algorithm>

#include "server/base/files.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

// A shorter token can be guessed.
constexpr size_t kMinToken = 16;

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    line = Trimmed(line);
    if (line.empty()) return words;
    const size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

}  // namespace

absl::StatusOr<AccessList> AccessList::Parse(std::string_view text, std::string_view name) {
  AccessList list;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;

    // The line itself is never shown: it may hold a token.
    const auto wrong = [&](std::string_view what) {
      return absl::InvalidArgumentError(std::string(name) + ":" + std::to_string(number) + ": " +
                                        std::string(what));
    };
    const std::vector<std::string_view> words = Words(line);
    if (words.size() != 3) return wrong("a line is: name role credential");
    if (!IsPlainText(words[0]) || words[0].size() > 64) return wrong("not a name");
    const std::optional<Role> role = RoleNamed(words[1]);
    if (!role) return wrong("the role is viewer, operator or admin");
    const Principal principal{std::string(words[0]), *role};

    std::string_view credential = words[2];
    if (credential.starts_with("cert:")) {
      credential.remove_prefix(5);
      if (credential.empty()) return wrong("cert: is followed by a name in the certificate");
      list.certificates_.push_back({principal, std::string(credential)});
    } else if (credential.starts_with("sha256:")) {
      const std::optional<Digest> digest = ParseDigest(credential.substr(7));
      if (!digest) return wrong("sha256: is followed by 64 hexadecimal digits");
      list.tokens_.push_back({principal, *digest});
    } else {
      if (credential.size() < kMinToken) return wrong("a token has at least 16 characters");
      list.tokens_.push_back({principal, DigestOf(credential)});
    }
  }
  return list;
}

std::vector<std::string> AccessList::TokenNames() const {
  std::vector<std::string> names;
  names.reserve(tokens_.size());
  for (const TokenRow& row : tokens_) names.push_back(row.principal.name);
  return names;
}

std::optional<Principal> AccessList::FindToken(const Digest& token) const {
  // Compares every row, so that the time it takes does not show which row matched.
  const Principal* found = nullptr;
  for (const TokenRow& row : tokens_) {
    if (EqualInConstantTime(row.digest, token)) found = &row.principal;
  }
  if (found == nullptr) return std::nullopt;
  Principal principal = *found;
  principal.token = token;
  return principal;
}

std::optional<Principal> AccessList::FindCertificate(const std::vector<std::string>& names) const {
  for (const CertificateRow& row : certificates_) {
    if (std::find(names.begin(), names.end(), row.name) == names.end()) continue;
    Principal principal = row.principal;
    principal.certificate_names = names;
    return principal;
  }
  return std::nullopt;
}

absl::StatusOr<bool> AccessFile::Load(bool only_check) {
  MutexLock lock(mutex_);
  return LoadLocked(only_check);
}

absl::StatusOr<bool> AccessFile::LoadLocked(bool only_check) {
  const Stamp stamp = ReadStamp();
  const auto text = ReadSecretFile(path_);
  if (!text.ok()) return text.status();
  auto list = AccessList::Parse(*text, path_);
  if (!list.ok()) return list.status();
  const Digest digest = DigestOf(*text);
  const bool differs = digest != digest_;
  if (!only_check) {
    stamp_ = stamp;
    digest_ = digest;
    if (differs) ++version_;
    list_ = std::make_shared<const AccessList>(*std::move(list));
  }
  return differs;
}

std::shared_ptr<const AccessList> AccessFile::Current() {
  MutexLock lock(mutex_);
  LookLocked();
  return list_;
}

uint64_t AccessFile::Version() {
  MutexLock lock(mutex_);
  LookLocked();
  return version_;
}

void AccessFile::LookLocked() {
  const Stamp stamp = ReadStamp();
  if (stamp == stamp_) return;
  stamp_ = stamp;  // so that a bad file is logged once
  if (const auto loaded = LoadLocked(false); !loaded.ok()) {
    log_.Error("the tokens file is not taken over; the one before stays in force",
               {{"problem", std::string_view(loaded.status().message().data(),
                                             loaded.status().message().size())}});
  } else if (*loaded) {
    log_.Info("tokens file read again", {{"file", path_}});
  }
}

AccessFile::Stamp AccessFile::ReadStamp() const {
  struct stat about {};
  if (stat(path_.c_str(), &about) != 0) return {};
  // The time of the last change of any kind, because new permissions may make the file readable.
  return {about.st_ctim.tv_sec * int64_t{1'000'000'000} + about.st_ctim.tv_nsec, about.st_size,
          about.st_ino};
}

}  // namespace pigeonhub
