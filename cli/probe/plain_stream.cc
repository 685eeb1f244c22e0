// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/plain_stream.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace pigeonhub::cli {
namespace {

constexpr size_t kReadSize = 16384;

}  // namespace

absl::Status PlainStream::Write(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t sent =
        send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      return absl::UnavailableError(std::strerror(errno));
    } else if (absl::Status status = socket_.Wait(true, deadline); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> PlainStream::Read(Deadline deadline) {
  std::string bytes(kReadSize, '\0');
  while (true) {
    const ssize_t read = recv(socket_.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (read > 0) {
      bytes.resize(static_cast<size_t>(read));
      return bytes;
    }
    if (read == 0) return StreamEnded();
    if (errno != EAGAIN && errno != EINTR) return absl::UnavailableError(std::strerror(errno));
    if (absl::Status status = socket_.Wait(false, deadline); !status.ok()) return status;
  }
}

}  // namespace pigeonhub::cli
