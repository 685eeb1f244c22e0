// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "server/base/digest.h"
#include "server/base/tls_files.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Notices that the files of a TLS server were replaced. Files that cannot be used leave in force
// what was there before, and one line in the log says why.
//
// Thread-safe.
class TlsFilesWatch {
 public:
  // `whose` completes the lines of the log: "new certificates of WHOSE are in force". `log`
  // outlives this.
  TlsFilesWatch(TlsFiles files, std::string whose, Log& log)
      : files_(std::move(files)), whose_(std::move(whose)), log_(log) {}

  const TlsFiles& files() const { return files_; }

  // The content of the files as it is now, or in one line why it cannot be used.
  absl::StatusOr<TlsTexts> Open() ABSL_LOCKS_EXCLUDED(mutex_);
  // Looks at the files. Returns their content if it can be used, and is not that which Open or Look
  // returned last.
  std::optional<TlsTexts> Look() ABSL_LOCKS_EXCLUDED(mutex_);

  // Why the content that is in the files now is not in force; empty: it is.
  std::string problem() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether there is any content in force.
  bool any_in_force() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  std::optional<TlsTexts> KeepLocked(const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const TlsFiles files_;
  const std::string whose_;
  Log& log_;
  mutable Mutex mutex_;
  std::optional<Digest> in_force_ ABSL_GUARDED_BY(mutex_);
  std::string problem_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
