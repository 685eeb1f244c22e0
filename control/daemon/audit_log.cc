// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/audit_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "server/base/text.h"

namespace pigeonhub {
namespace {

absl::StatusOr<Descriptor> OpenFile(const std::string& path) {
  constexpr mode_t kOwnerOnly = 0600;
  Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kOwnerOnly));
  if (file.is_open()) return file;
  return absl::UnavailableError("--audit-log: cannot open " + Shown(path) + ": " +
                                std::generic_category().message(errno));
}

}  // namespace

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(std::string path, LogFormat format,
                                                         const Clock& clock) {
  auto file = OpenFile(path);
  if (!file.ok()) return file.status();
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(path), *std::move(file), format, clock));
}

AuditLog::AuditLog(std::string path, Descriptor file, LogFormat format, const Clock& clock)
    : path_(std::move(path)),
      file_(std::move(file)),
      log_(LogLevel::kInfo, format, file_.get(), clock) {}

absl::Status AuditLog::Reopen() {
  const auto file = OpenFile(path_);
  if (!file.ok()) return file.status();
  // The log keeps its descriptor, and so may write meanwhile.
  dup3(file->get(), file_.get(), O_CLOEXEC);
  return absl::OkStatus();
}

}  // namespace pigeonhub
