// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/descriptor.h"
#include "server/runtime/clock.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// The file of --audit-log: a line for each change that somebody made or tried over the control API.
// Lines are added at its end, whatever --log-level says. Only its owner may read a file that this
// creates.
class AuditLog {
 public:
  // Opens the file, or creates it. UNAVAILABLE, one line, where that fails. `clock` outlives this.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(std::string path, LogFormat format,
                                                        const Clock& clock);

  Log& log() { return log_; }

  // Goes on in the file that has the path now: a tool that rotates logs has renamed the other one.
  // Keeps the file it has where that fails.
  absl::Status Reopen();

 private:
  AuditLog(std::string path, Descriptor file, LogFormat format, const Clock& clock);

  const std::string path_;
  const Descriptor file_;
  Log log_;
};

}  // namespace pigeonhub
