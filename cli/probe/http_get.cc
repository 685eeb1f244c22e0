// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/http_get.h"

#include <utility>

namespace pigeonhub::cli {
namespace {

constexpr size_t kLargest = 1 << 20;

}  // namespace

absl::StatusOr<std::string> HttpGet(const WebSocketUrl& url, const Entry& entry,
                                    std::string_view target, Deadline deadline) {
  auto stream = Connect(url, entry, deadline);
  if (!stream.ok()) return stream.status();
  std::string request = "GET " + std::string(target) + " HTTP/1.1\r\nHost: " + url.authority() +
                        "\r\nConnection: close\r\n\r\n";
  if (absl::Status status = (*stream)->Write(request, deadline); !status.ok()) return status;
  std::string answer;
  while (answer.size() < kLargest) {
    absl::StatusOr<std::string> bytes = (*stream)->Read(deadline);
    if (absl::IsUnavailable(bytes.status())) break;  // the end
    if (!bytes.ok()) return bytes.status();
    answer += *bytes;
  }
  const std::string line = answer.substr(0, answer.find("\r\n"));
  if (line.find(" 200") == std::string::npos) return absl::FailedPreconditionError(line);
  const size_t body = answer.find("\r\n\r\n");
  return body == std::string::npos ? std::string() : answer.substr(body + 4);
}

}  // namespace pigeonhub::cli
