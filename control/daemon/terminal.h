// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <string_view>

#include "control/daemon/config/config.h"
#include "pigeonhub/event.h"
#include "server/base/output.h"
#include "server/base/variables.h"

namespace pigeonhub {

// The terminal of a person who started the hub by hand, if there is one. What it says there, the
// log need not say, too.
class Terminal {
 public:
  Terminal(const Config& config, const Variables& variables);

  bool is_there() const { return is_there_; }
  // Whether it was there, and its window or connection was closed since.
  bool is_closed() const;
  // Whether it shows colours (NO_COLOR), and characters beyond ASCII.
  bool has_colour() const { return has_colour_; }
  bool has_utf8() const { return has_utf8_; }
  // Whether what happens at the hub is shown line by line.
  bool shows_lines() const { return shows_lines_; }
  // Whether each signal between peers has such a line, too.
  bool shows_signals() const { return shows_signals_; }

  // Whether the person is told of this event in other words than the log's.
  bool Tells(const Event& event) const;
  // Prints a line there, or several, each with a line end, and folds those that are wider than it;
  // nothing where there is no terminal. What nobody reads is lost, and counted in the next one.
  // Thread-safe.
  void Say(std::string_view text) const;

 private:
  bool is_there_;
  bool has_colour_;
  bool has_utf8_;
  bool shows_lines_;
  bool shows_signals_;
  mutable Output output_{STDOUT_FILENO};
  mutable std::atomic<uint64_t> lost_ = 0;
};

}  // namespace pigeonhub
