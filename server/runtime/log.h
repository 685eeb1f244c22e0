// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "pigeonhub/log.h"
#include "server/runtime/clock.h"

namespace pigeonhub {

enum class LogFormat { kText, kJson };

// A text that is not cut: a problem and what to do, or a path. It is this program's, an operator's,
// or bounded elsewhere. Escaped as all others; 1 KiB is the most.
struct Whole {
  explicit Whole(std::string_view whole) : text(whole) {}
  std::string_view text;
};

// One named value of a log line.
struct Field {
  std::string_view name;
  std::variant<std::string_view, Whole, int64_t, uint64_t, double, bool> value;
};

// Writes one line an entry to a file descriptor or a function, text for people or JSON for
// machines. Strings are escaped and cut at 64 bytes, so those from the network may come as they
// are; what has to be read to its end is Whole. Payloads (SDP, announce data) are never handed to
// it.
//
// It holds up nobody. A message text that repeats gets 20 lines in a row and then one a second,
// which says how many it stands for ("repeated": n). While the descriptor accepts no more (a pipe
// that nobody reads), lines are dropped and counted ("log lines lost").
//
// Thread-safe.
class Log {
 public:
  Log(LogLevel level, LogFormat format, int fd, const Clock& clock);
  // Hands its lines to `sink`, in the form for people.
  Log(LogLevel level, LogSink sink, const Clock& clock);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void SetLevel(LogLevel level);
  bool Enabled(LogLevel level) const;

  // `message` is a constant sentence without values: repeated lines are recognized by it.
  void Debug(std::string_view message, std::initializer_list<Field> fields = {});
  void Info(std::string_view message, std::initializer_list<Field> fields = {});
  void Warn(std::string_view message, std::initializer_list<Field> fields = {});
  void Error(std::string_view message, std::initializer_list<Field> fields = {});
  // As Info, but repeated ones are not held back: for lines of which nobody may miss one, such as
  // who changed what. Whoever causes them is trusted or has a limit elsewhere.
  void Record(std::string_view message, std::initializer_list<Field> fields = {});

 private:
  struct State;
  void Write(LogLevel level, std::string_view message, std::initializer_list<Field> fields);
  std::unique_ptr<State> state_;
};

}  // namespace pigeonhub
