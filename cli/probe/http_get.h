// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "cli/probe/stream.h"
#include "server/base/websocket_url.h"

namespace pigeonhub::cli {

// The body that the server at the URL's host and port answers to a GET of `target`; at most 1 MiB.
// FAILED_PRECONDITION for any status but 200.
absl::StatusOr<std::string> HttpGet(const WebSocketUrl& url, const Entry& entry,
                                    std::string_view target, Deadline deadline);

}  // namespace pigeonhub::cli
