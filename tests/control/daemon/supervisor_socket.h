// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "tests/support/temporary_folder.h"

namespace pigeonhub {

// The end of $NOTIFY_SOCKET that a supervisor reads.
class SupervisorSocket {
 public:
  SupervisorSocket();
  ~SupervisorSocket();
  SupervisorSocket(const SupervisorSocket&) = delete;
  SupervisorSocket& operator=(const SupervisorSocket&) = delete;

  const std::string& path() const { return path_; }
  // Leaves no room for another message.
  void Fill() const;
  static constexpr std::string_view kFiller = "filler";
  // Waits for the next message; empty after ten seconds without one.
  std::string Receive() const;

 private:
  const TemporaryFolder folder_;
  const std::string path_;
  const int fd_;
};

}  // namespace pigeonhub
