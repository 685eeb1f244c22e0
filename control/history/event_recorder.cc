// SPDX-License-Identifier: Apache-2.0

#include "control/history/event_recorder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "control/history/event_json.h"
#include "control/history/lag.h"

namespace pigeonhub::history {
namespace {

// Lines that are made before they are written, 1 MiB or so at most.
constexpr size_t kBatch = 256;

}  // namespace

EventRecorder::EventRecorder(const EventLog& events, EventSource source,
                             std::unique_ptr<LineFile> file, const Clock& clock, Log& log)
    : events_(events),
      source_(std::move(source)),
      file_(std::move(file)),
      clock_(clock),
      log_(log) {}

void EventRecorder::Write() {
  while (WriteSome()) {
  }
}

bool EventRecorder::WriteSome() {
  const EventLog::Batch batch = events_.Read(next_, kBatch, kRecordedRings);
  if (batch.events.empty() && batch.lost == 0) {
    next_ = batch.next;
    return false;
  }
  std::string lines;
  if (batch.lost > 0) lines += GapJson({batch.lost, batch.first}, source_) + '\n';
  for (const Event& event : batch.events) lines += EventJson(event, source_) + '\n';
  if (const absl::Status status = file_->Append(lines); !status.ok()) {
    NoteFailure(status, batch.events.empty() ? clock_.Read().unix_ms : batch.events[0].unix_ms);
    return false;
  }
  next_ = batch.next;
  written_ += batch.events.size();
  missed_ += batch.lost;
  missed_while_failing_ += batch.lost;
  NoteSuccess();
  return true;
}

void EventRecorder::NoteFailure(const absl::Status& status, UnixMillis oldest) {
  ++failures_;
  oldest_waiting_ = oldest;
  if (std::exchange(failing_, true)) return;
  missed_while_failing_ = 0;
  const std::string why(status.message());
  log_.Error(
      "the event log cannot be written; events wait in memory, of which the oldest make room",
      {{"problem", Whole(why)}});
}

void EventRecorder::NoteSuccess() {
  oldest_waiting_ = 0;
  if (!std::exchange(failing_, false)) return;
  log_.Info("the event log is written again", {{"missed", missed_while_failing_}});
}

void EventRecorder::AddMetrics(Exposition& out) const {
  out.Counter("pigeonhub_event_log_written_total", "Events written to the file of --event-log.",
              static_cast<double>(written_.load()));
  out.Counter("pigeonhub_event_log_failures_total", "Attempts to write there that failed.",
              static_cast<double>(failures_.load()));
  out.Counter("pigeonhub_event_log_missed_total",
              "Events that made room for others before they could be written.",
              static_cast<double>(missed_.load()));
  out.Gauge("pigeonhub_event_log_lag_seconds",
            "How long ago the oldest event happened that could not be written yet.",
            LagSeconds(oldest_waiting_.load(), clock_));
}

}  // namespace pigeonhub::history
