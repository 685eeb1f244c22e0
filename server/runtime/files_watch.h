// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "server/base/digest.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Notices that files were replaced whose content is in use. What cannot be used leaves in force
// what was there before, and one line of the log says why. Who uses the files reads them, and shows
// what was found to this.
//
// Thread-safe.
class FilesWatch {
 public:
  enum class News : uint8_t {
    kNone,      // all is as it was
    kReplaced,  // something else is in force from now on
    kRefused,   // what is in the files cannot be used, for a reason that was not told yet
    kMended,    // the files hold again what is in force
  };

  // `what` completes the lines of the log: "new WHAT are in force". `paths` are those of the files.
  // `log` outlives this.
  FilesWatch(std::string what, std::vector<std::string> paths, Log& log)
      : what_(std::move(what)), log_(log), paths_(std::move(paths)) {}

  // What is in the files now: a digest of it if it can be used, else why not.
  News Look(const absl::StatusOr<Digest>& found) ABSL_LOCKS_EXCLUDED(mutex_);

  // From now on the files are these.
  void SetPaths(std::vector<std::string> paths) ABSL_LOCKS_EXCLUDED(mutex_);

  // What is in force; nothing before the first that can be used.
  std::optional<Digest> in_force() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Why what is in the files now is not in force; empty: it is.
  std::string problem() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  News KeepLocked(std::string problem) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string what_;
  Log& log_;
  mutable Mutex mutex_;
  std::vector<std::string> paths_ ABSL_GUARDED_BY(mutex_);
  std::optional<Digest> in_force_ ABSL_GUARDED_BY(mutex_);
  std::string problem_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
