// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <string_view>

#include "server/base/descriptor.h"

namespace pigeonhub {

// What a program says where somebody reads along: a file, a pipe or a terminal. Whoever reads
// slowly, or no longer, holds up nobody for more than a moment; but a terminal that cannot be
// opened again, such as that of another user, may.
//
// Thread-safe.
class Output {
 public:
  // `fd` stays open as long as this is used; below 0 nothing is written.
  explicit Output(int fd);

  // Lines, in one write(2), so that those of several processes do not mix. False if not all of them
  // were taken at once: then the rest is lost, and what is written next begins on a new line.
  bool Write(std::string_view lines);

 private:
  int fd_;
  Descriptor opened_again_;  // a terminal that does not block; others may rely on `fd` to block
  std::atomic<bool> is_cut_ = false;   // within a line
  std::atomic<bool> is_full_ = false;  // it did not take the last one
};

}  // namespace pigeonhub
