// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/http_get.h"

#include <utility>

namespace pigeonhub::cli {
namespace {

constexpr size_t kLargest = 1 << 20;

bool IsOk(std::string_view line) { return line.find(" 200") != std::string_view::npos; }

// Whether the first line has come, and says something else than 200.
bool IsRefusal(std::string_view answer) {
  const size_t end = answer.find("\r\n");
  return end != std::string_view::npos && !IsOk(answer.substr(0, end));
}

}  // namespace

absl::StatusOr<std::string> HttpGet(const WebSocketUrl& url, const Entry& entry,
                                    std::string_view target, Deadline deadline) {
  auto stream = Connect(url, entry, deadline);
  if (!stream.ok()) return stream.status();
  std::string request = "GET " + std::string(target) + " HTTP/1.1\r\nHost: " + url.authority() +
                        "\r\nConnection: close\r\n\r\n";
  if (absl::Status status = (*stream)->Write(request, deadline); !status.ok()) return status;
  std::string answer;
  // Who refuses, or takes the request for another one, may leave the connection open.
  while (answer.size() < kLargest && !IsRefusal(answer)) {
    absl::StatusOr<std::string> bytes = (*stream)->Read(deadline);
    if (absl::IsUnavailable(bytes.status())) break;  // the end
    if (!bytes.ok()) return bytes.status();
    answer += *bytes;
  }
  const std::string line = answer.substr(0, answer.find("\r\n"));
  if (!IsOk(line)) return absl::FailedPreconditionError(line);
  const size_t body = answer.find("\r\n\r\n");
  return body == std::string::npos ? std::string() : answer.substr(body + 4);
}

}  // namespace pigeonhub::cli
