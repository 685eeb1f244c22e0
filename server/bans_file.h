// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pigeonhub/time.h"
#include "server/runtime/clock.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/file_lock.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"
#include "server/wire/ban_line.h"

namespace pigeonhub {

// Keeps the bans in a file, so that they outlast the process: read at the start, and written anew
// by a thread of its own when they have changed. Nobody waits for the disk. Two hubs with one file
// would overwrite each other, so PATH.lock is held as long as this is there. Thread-safe.
class BansFile {
 public:
  // An empty path: there is no file. The references outlive this.
  BansFile(std::string path, Dispatcher& dispatcher, const Clock& clock, Log& log)
      : path_(std::move(path)), dispatcher_(dispatcher), clock_(clock), log_(log) {}

  // The bans in the file; none if there is no such file yet. INVALID_ARGUMENT, one line with the
  // number of the line, for what is no ban.
  static absl::StatusOr<wire::BanLines> Read(const std::string& path, UnixMillis now);

  // Hands the bans of the file to the hub. A file that cannot be read, or that another hub has, is
  // left as it is.
  void Load();
  // What was wrong with the file; OK if nothing was.
  const absl::Status& loaded() const { return loaded_; }
  // Shows that the file can be written, by writing it.
  absl::Status Write() ABSL_LOCKS_EXCLUDED(writing_);
  // From any thread: the bans have changed.
  void NoteChange() ABSL_LOCKS_EXCLUDED(mutex_);
  // Writes what is not written yet, and ends the thread.
  void Close();

 private:
  absl::Status TakeLock();
  bool is_kept() const { return !path_.empty() && loaded_.ok(); }
  void Run(const std::stop_token& stop) ABSL_LOCKS_EXCLUDED(mutex_);
  std::string Text() const;

  const std::string path_;
  Dispatcher& dispatcher_;
  const Clock& clock_;
  Log& log_;
  FileLock lock_;
  absl::Status loaded_;
  Mutex writing_;  // one writes
  Mutex mutex_;
  std::condition_variable_any wake_;
  bool changed_ ABSL_GUARDED_BY(mutex_) = false;  // and Run has not seen it
  std::jthread thread_;
};

}  // namespace pigeonhub
