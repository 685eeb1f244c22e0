// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "control/conversions/event_conversions.h"
#include "control/history/line_file.h"
#include "server/runtime/clock.h"
#include "server/runtime/event_log.h"
#include "server/runtime/exposition.h"
#include "server/runtime/log.h"

namespace pigeonhub::history {

// Writes down what happens: it reads the event log from the first event on, as a watcher does, and
// adds a line for each to a file. It has no queue. While the file takes nothing, as on a full disk,
// it keeps its place in the event log, and goes on from there later; what the log pushed out
// meanwhile stands in the file as a gap with its exact count. Signals are left out.
//
// Write is called by one thread at a time, AddMetrics by any.
class EventRecorder {
 public:
  // All but the file outlive this.
  EventRecorder(const EventLog& events, EventSource source, std::unique_ptr<LineFile> file,
                const Clock& clock, Log& log);

  // Writes what there is. The log is told once when that begins to fail, and once when it goes on.
  void Write();

  // pigeonhub_event_log_…
  void AddMetrics(Exposition& out) const;

 private:
  // Adds the next few events; false if there are none, or they cannot be written.
  bool WriteSome();
  void NoteFailure(const absl::Status& status, UnixMillis oldest);
  void NoteSuccess();

  const EventLog& events_;
  const EventSource source_;
  const std::unique_ptr<LineFile> file_;
  const Clock& clock_;
  Log& log_;
  uint64_t next_ = 1;  // what to read next
  uint64_t missed_while_failing_ = 0;
  bool failing_ = false;

  std::atomic<uint64_t> written_{0};
  std::atomic<uint64_t> failures_{0};
  std::atomic<uint64_t> missed_{0};
  std::atomic<UnixMillis> oldest_waiting_{0};  // when it happened; 0: none waits
};

}  // namespace pigeonhub::history
