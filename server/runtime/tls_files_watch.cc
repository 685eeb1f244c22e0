// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/tls_files_watch.h"

#include <utility>

namespace pigeonhub {

TlsFilesWatch::TlsFilesWatch(TlsFiles files, const std::string& whose, Log& log)
    : files_(std::move(files)),
      watch_("certificates of " + whose, {files_.certificate, files_.key, files_.client_ca}, log) {}

absl::StatusOr<TlsTexts> TlsFilesWatch::Open() {
  absl::StatusOr<TlsTexts> texts = ReadTlsFiles(files_);
  if (!texts.ok()) return texts.status();
  if (const auto context = MakeServerContext(files_, *texts); !context.ok()) {
    return context.status();
  }
  watch_.Look(texts->digest());
  return texts;
}

std::optional<TlsTexts> TlsFilesWatch::Look() {
  absl::StatusOr<TlsTexts> texts = ReadTlsFiles(files_);
  if (!texts.ok()) {
    watch_.Look(texts.status());
    return std::nullopt;
  }
  absl::StatusOr<Digest> found = texts->digest();
  // What is in force was checked when it came.
  if (*found != watch_.in_force()) {
    if (const auto context = MakeServerContext(files_, *texts); !context.ok()) {
      found = context.status();
    }
  }
  if (watch_.Look(found) != FilesWatch::News::kReplaced) return std::nullopt;
  return *std::move(texts);
}

}  // namespace pigeonhub
