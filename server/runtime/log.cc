// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/log.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <concepts>
#include <functional>
#include <map>
#include <utility>

#include "server/base/iso_time.h"
#include "server/base/json_writer.h"
#include "server/base/output.h"
#include "server/base/text.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {
namespace {

constexpr size_t kMessageLimit = 256;  // bytes
constexpr size_t kStringLimit = 64;    // bytes
constexpr size_t kWholeLimit = 1024;   // bytes

// A message text may come this often in a row, then once an interval.
constexpr int kBurst = 20;
constexpr Duration kInterval = std::chrono::seconds(1);
// Message texts are constants of the program; this bounds a caller who does not keep to it.
constexpr size_t kMaxThrottles = 1024;

constexpr std::string_view kNames[] = {"debug", "info", "warn", "error"};
constexpr std::string_view kPaddedNames[] = {"DEBUG", "INFO ", "WARN ", "ERROR"};

// Writes the value of a field.
struct ValueWriter {
  JsonWriter& json;
  LogFormat format;

  void operator()(std::string_view text) const { Write(text, kStringLimit); }
  void operator()(Whole whole) const { Write(whole.text, kWholeLimit); }
  void operator()(bool value) const { json.Bool(value); }
  void operator()(double value) const { json.Number(value); }
  void operator()(std::integral auto value) const { json.Number(value); }

 private:
  void Write(std::string_view text, size_t limit) const {
    if (format == LogFormat::kText && text.size() <= limit && IsWord(text)) {
      json.Raw(text);
    } else {
      json.Shown(text, limit);
    }
  }
};

std::string FormatLine(LogFormat format, UnixMillis unix_ms, LogLevel level,
                       std::string_view message, std::initializer_list<Field> fields,
                       uint64_t repeated) {
  std::string line;
  JsonWriter json(line);
  const auto name = static_cast<size_t>(level);
  const bool is_json = format == LogFormat::kJson;
  const auto append_field = [&](const Field& field) {
    if (is_json) {
      json.Key(field.name);
      std::visit(ValueWriter{json, format}, field.value);
    } else {
      line.append(1, ' ').append(field.name).append(1, '=');
      JsonWriter value(line);
      std::visit(ValueWriter{value, format}, field.value);
    }
  };

  if (is_json) {
    json.BeginObject().Key("time").Word(IsoTime(unix_ms)).Key("level").Word(kNames[name]);
    json.Key("msg").Shown(message, kMessageLimit);
  } else {
    line.append(IsoTime(unix_ms)).append(1, ' ').append(kPaddedNames[name]).append(1, ' ');
    AppendEscaped(line, message, kMessageLimit);
  }
  for (const Field& field : fields) append_field(field);
  if (repeated > 0) append_field({"repeated", repeated});
  if (is_json) json.EndObject();
  return line + '\n';
}

// Lets a burst of lines through, then one an interval, and counts those it holds back.
class Throttle {
 public:
  bool Admit(SteadyTime now) {
    if (spent_until_ > now + (kBurst - 1) * kInterval) return false;
    spent_until_ = std::max(spent_until_, now) + kInterval;
    return true;
  }

  LogLevel level = LogLevel::kInfo;
  uint64_t held = 0;

 private:
  SteadyTime spent_until_{};
};

}  // namespace

struct Log::State {
  // Says whether the line was taken.
  using Take = std::function<bool(LogLevel level, std::string_view line)>;

  State(LogLevel level, LogFormat format, Take take, const Clock& clock)
      : format(format), take(std::move(take)), clock(clock), level(level) {}

  void WriteLine(Now now, LogLevel line_level, std::string_view message,
                 std::initializer_list<Field> fields, uint64_t repeated)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (lost > 0) {
      const std::string note =
          FormatLine(format, now.unix_ms, LogLevel::kWarn, "log lines lost", {{"count", lost}}, 0);
      if (take(LogLevel::kWarn, note)) lost = 0;
    }
    const std::string line = FormatLine(format, now.unix_ms, line_level, message, fields, repeated);
    if (lost > 0 || !take(line_level, line)) ++lost;
  }

  // Says what was held back, where the throttle lets it or, at the end, regardless.
  void ReleaseHeld(Now now, bool at_end) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    for (auto& [message, throttle] : throttles) {
      if (throttle.held == 0 || !(at_end || throttle.Admit(now.steady))) continue;
      WriteLine(now, throttle.level, message, {}, std::exchange(throttle.held, 0));
    }
  }

  const LogFormat format;
  const Take take;
  const Clock& clock;
  std::atomic<LogLevel> level;

  Mutex mutex;
  std::map<std::string, Throttle, std::less<>> throttles ABSL_GUARDED_BY(mutex);
  // Lines that found the descriptor full since one last got through.
  uint64_t lost ABSL_GUARDED_BY(mutex) = 0;
};

Log::Log(LogLevel level, LogFormat format, int fd, const Clock& clock)
    : state_(std::make_unique<State>(
          level, format,
          [output = std::make_shared<Output>(fd)](LogLevel, std::string_view line) {
            return output->Write(line);
          },
          clock)) {}

Log::Log(LogLevel level, LogSink sink, const Clock& clock)
    : state_(std::make_unique<State>(
          level, LogFormat::kText,
          [sink = std::move(sink)](LogLevel line_level, std::string_view line) {
            line.remove_suffix(1);  // the line end
            sink(line_level, line);
            return true;
          },
          clock)) {}

Log::~Log() {
  MutexLock lock(state_->mutex);
  state_->ReleaseHeld(state_->clock.Read(), /*at_end=*/true);
}

void Log::SetLevel(LogLevel level) { state_->level.store(level, std::memory_order_relaxed); }

bool Log::Enabled(LogLevel level) const {
  return level >= state_->level.load(std::memory_order_relaxed);
}

void Log::Debug(std::string_view message, std::initializer_list<Field> fields) {
  Write(LogLevel::kDebug, message, fields);
}
void Log::Info(std::string_view message, std::initializer_list<Field> fields) {
  Write(LogLevel::kInfo, message, fields);
}
void Log::Warn(std::string_view message, std::initializer_list<Field> fields) {
  Write(LogLevel::kWarn, message, fields);
}
void Log::Error(std::string_view message, std::initializer_list<Field> fields) {
  Write(LogLevel::kError, message, fields);
}

void Log::Record(std::string_view message, std::initializer_list<Field> fields) {
  if (!Enabled(LogLevel::kInfo)) return;
  MutexLock lock(state_->mutex);
  state_->WriteLine(state_->clock.Read(), LogLevel::kInfo, message, fields, /*repeated=*/0);
}

void Log::Write(LogLevel level, std::string_view message, std::initializer_list<Field> fields) {
  if (!Enabled(level)) return;
  State& state = *state_;
  const Now now = state.clock.Read();
  MutexLock lock(state.mutex);

  auto found = state.throttles.find(message);
  if (found == state.throttles.end()) {
    if (state.throttles.size() == kMaxThrottles) {
      state.ReleaseHeld(now, /*at_end=*/true);
      state.throttles.clear();
    }
    found = state.throttles.emplace(message, Throttle{}).first;
  }
  Throttle& throttle = found->second;
  if (throttle.Admit(now.steady)) {
    state.WriteLine(now, level, message, fields, std::exchange(throttle.held, 0));
  } else {
    throttle.level = level;
    ++throttle.held;
  }
  state.ReleaseHeld(now, /*at_end=*/false);
}

}  // namespace pigeonhub
