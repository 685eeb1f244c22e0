// SPDX-License-Identifier: Apache-2.0

#include "server/bus/trouble_log.h"

namespace pigeonhub::bus {
namespace {

std::string_view LineOf(absl::StatusCode kind) {
  switch (kind) {
    case absl::StatusCode::kUnauthenticated:
      return "the broker refuses this hub's credentials; they are read again at each try";
    case absl::StatusCode::kPermissionDenied:
      return "the broker does not let this hub publish and subscribe below its subject; its user "
             "needs both";
    case absl::StatusCode::kFailedPrecondition:
      return "no TLS with the broker; --nats-ca has to vouch for it, and its certificate has to "
             "have the name that the URL has";
    case absl::StatusCode::kResourceExhausted:
      return "this hub is too slow for what comes from the broker; what is dropped is said again";
    case absl::StatusCode::kDeadlineExceeded:
      return "the broker does not read what this hub says; it is hung up on";
    case absl::StatusCode::kOutOfRange:
      return "the broker carries no message as large as this hub's; raise its max_payload";
    default:
      return "no broker answers; hubs that have no other way to this one are out of its reach";
  }
}

}  // namespace

void TroubleLog::Note(std::string_view server, const absl::Status& trouble) {
  const std::string error(trouble.message());
  {
    MutexLock lock(mutex_);
    last_ = error;
    const auto [said, is_new] = said_.emplace(trouble.code(), error);
    // Of files each has a line of its own to say.
    const bool says_more = absl::IsInvalidArgument(trouble) && said->second != error;
    if (!is_new && !says_more) return;
    said->second = error;
  }
  if (absl::IsInvalidArgument(trouble)) {
    log_.Warn("for the broker: " + error);
  } else {
    log_.Warn(LineOf(trouble.code()), {{"server", server}, {"error", std::string_view(error)}});
  }
}

void TroubleLog::AllIsWell() {
  MutexLock lock(mutex_);
  said_.clear();
  last_.clear();
}

std::string TroubleLog::last() const {
  MutexLock lock(mutex_);
  return last_;
}

std::string TroubleLog::said(absl::StatusCode kind) const {
  MutexLock lock(mutex_);
  const auto found = said_.find(kind);
  return found == said_.end() ? std::string() : found->second;
}

}  // namespace pigeonhub::bus
