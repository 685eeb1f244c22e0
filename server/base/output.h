// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

#include "server/base/descriptor.h"

namespace pigeonhub {

// What a program says where somebody reads along: a file, a pipe or a terminal. Whoever reads
// slowly, or no longer, holds nobody up.
//
// Thread-safe.
class Output {
 public:
  // `fd` stays open as long as this is used; below 0 nothing is written.
  explicit Output(int fd);

  // In one write(2), so that lines of several processes do not mix. False if not all of it was
  // taken at once: then the rest is lost.
  bool Write(std::string_view text) const;

 private:
  int fd_;
  Descriptor opened_again_;  // a terminal that does not block; others may rely on `fd` to block
};

}  // namespace pigeonhub
