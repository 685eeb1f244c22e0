// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/stream.h"

#include <utility>

#include "cli/probe/plain_stream.h"
#include "cli/probe/tls_stream.h"
#include "server/base/proxy_header.h"

namespace pigeonhub::cli {
namespace {

absl::Status StatusOf(const TlsAttempt& attempt, const std::string& ca) {
  switch (attempt.fault) {
    case TlsFault::kFiles:
      return absl::InvalidArgumentError("the TLS file " + ca + " cannot be read");
    case TlsFault::kNoAnswer:
      return absl::DeadlineExceededError(attempt.why + "; is it wss there, not ws?");
    case TlsFault::kNotTrusted:
    case TlsFault::kExpired:
    case TlsFault::kNotYetValid:
    case TlsFault::kOtherName:
      return absl::UnavailableError("TLS: " + attempt.why);
    default:
      return absl::UnavailableError(attempt.why + "; is it wss there, not ws?");
  }
}

}  // namespace

absl::Status StreamEnded() { return absl::UnavailableError("the server ended the connection"); }

absl::StatusOr<std::unique_ptr<Stream>> Connect(const WebSocketUrl& url, const Entry& entry,
                                                Deadline deadline) {
  absl::StatusOr<Socket> socket = Socket::Connect(url.host, url.port, deadline);
  if (!socket.ok()) return socket.status();
  PlainStream plain(*std::move(socket));
  if (entry.proxy_protocol) {
    absl::Status status = plain.Write(kLocalProxyHeader, deadline);
    if (!status.ok()) return status;
  }
  if (!url.secure) return std::make_unique<PlainStream>(std::move(plain));
  TlsAttempt attempt =
      TryTls(std::move(plain).TakeSocket(), {.name = url.host, .ca = entry.ca}, deadline);
  if (attempt.stream == nullptr) return StatusOf(attempt, entry.ca);
  return std::move(attempt.stream);
}

}  // namespace pigeonhub::cli
