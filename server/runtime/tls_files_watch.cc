// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/tls_files_watch.h"

#include <string_view>
#include <utility>

#include "server/base/text.h"

namespace pigeonhub {

absl::StatusOr<TlsTexts> TlsFilesWatch::Open() {
  if (const auto checked = CheckTlsFiles(files_); !checked.ok()) return checked.status();
  auto texts = ReadTlsFiles(files_);
  if (!texts.ok()) return texts.status();
  MutexLock lock(mutex_);
  in_force_ = texts->digest();
  problem_.clear();
  return texts;
}

std::optional<TlsTexts> TlsFilesWatch::Look() {
  MutexLock lock(mutex_);
  absl::StatusOr<TlsTexts> texts = ReadTlsFiles(files_);
  if (!texts.ok()) return KeepLocked(texts.status());
  const Digest digest = texts->digest();
  if (digest == in_force_) {
    problem_.clear();
    return std::nullopt;
  }
  if (const auto context = MakeServerContext(files_, *texts); !context.ok()) {
    return KeepLocked(context.status());
  }
  if (in_force_) log_.Info("new certificates of " + whose_ + " are in force");
  in_force_ = digest;
  problem_.clear();
  return *std::move(texts);
}

// Logs what is wrong with the files, each problem once.
std::optional<TlsTexts> TlsFilesWatch::KeepLocked(const absl::Status& status) {
  std::string problem(status.message());
  // The log cuts long values, and a long path would push the reason out.
  std::string_view file;
  for (const std::string* path : {&files_.certificate, &files_.key, &files_.client_ca}) {
    const std::string shown = ' ' + Shown(*path);
    const size_t at = path->empty() ? std::string::npos : problem.find(shown);
    if (at == std::string::npos) continue;
    file = *path;
    problem.erase(at, shown.size());
    break;
  }
  if (problem != problem_) {
    log_.Warn("new certificates of " + whose_ + " are not taken over, the old ones stay",
              {{"problem", std::string_view(problem)}, {"file", file}});
  }
  problem_ = problem;
  return std::nullopt;
}

std::string TlsFilesWatch::problem() const {
  MutexLock lock(mutex_);
  return problem_;
}

bool TlsFilesWatch::any_in_force() const {
  MutexLock lock(mutex_);
  return in_force_.has_value();
}

}  // namespace pigeonhub
