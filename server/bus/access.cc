// SPDX-License-Identifier: Apache-2.0

#include "server/bus/access.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/base/files.h"
#include "server/base/text.h"

namespace pigeonhub::bus {
namespace {

absl::StatusOr<std::string> PemOf(const std::string& path, absl::StatusOr<std::string> text) {
  if (text.ok() && text->find("-----BEGIN ") == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": holds nothing in PEM form"));
  }
  return text;
}

}  // namespace

absl::StatusOr<Credentials> ParseCredentials(std::string_view text, const std::string& path) {
  Credentials credentials;
  if (text.find("-----BEGIN NATS USER JWT-----") != std::string_view::npos) {
    credentials.creds_file = path;
    return credentials;
  }
  const std::string_view line = Trimmed(text);
  if (line.empty() || line.find('\n') != std::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": is neither a .creds file nor one line user:password or a token"));
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    credentials.token = line;
    return credentials;
  }
  credentials.user = line.substr(0, colon);
  credentials.password = line.substr(colon + 1);
  if (credentials.user.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": there is no user before the colon"));
  }
  return credentials;
}

absl::StatusOr<Access> ReadAccess(const AccessFiles& files) {
  Access access;
  if (!files.auth.empty()) {
    const auto text = ReadSecretFile(files.auth);
    if (!text.ok()) return text.status();
    auto credentials = ParseCredentials(*text, files.auth);
    if (!credentials.ok()) return credentials.status();
    access.credentials = *std::move(credentials);
  }
  if (!files.ca.empty()) {
    auto text = PemOf(files.ca, ReadSmallFile(files.ca));
    if (!text.ok()) return text.status();
    access.ca = *std::move(text);
  }
  if (!files.certificate.empty()) {
    auto text = PemOf(files.certificate, ReadSmallFile(files.certificate));
    if (!text.ok()) return text.status();
    access.certificate = *std::move(text);
  }
  if (!files.key.empty()) {
    auto text = PemOf(files.key, ReadSecretFile(files.key));
    if (!text.ok()) return text.status();
    access.key = *std::move(text);
  }
  return access;
}

}  // namespace pigeonhub::bus
