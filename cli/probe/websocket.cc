// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/websocket.h"

#include <utility>

#include "cli/probe/refusal_advice.h"
#include "server/net/websocket/close_code.h"
#include "server/net/websocket/frame.h"

namespace pigeonhub::cli {
namespace {

constexpr size_t kLargestMessage = 4 << 20;

absl::Status Broken(std::string_view what) {
  return absl::FailedPreconditionError("the server does not speak WebSocket properly: " +
                                       std::string(what));
}

// A hub that waits for a PROXY header speaks no HTTP yet, and so says nothing.
absl::Status EndedWithoutAWord(const absl::Status& status) {
  return absl::UnavailableError(
      std::string(status.message()) +
      " without an answer; a hub with --proxy-protocol is checked with the same flag");
}

net::ClientHandshake::Headers HeadersOf(const Entry& entry) {
  net::ClientHandshake::Headers headers;
  if (!entry.token.empty()) headers.emplace_back("Authorization", "Bearer " + entry.token);
  if (!entry.origin.empty()) headers.emplace_back("Origin", entry.origin);
  return headers;
}

}  // namespace

WebSocket::WebSocket(std::unique_ptr<Stream> stream, const WebSocketUrl& url, const Entry& entry)
    : stream_(std::move(stream)),
      session_(*this, *this, kLargestMessage,
               net::ClientHandshake(url.authority(), url.target, HeadersOf(entry))) {}

absl::StatusOr<std::unique_ptr<WebSocket>> WebSocket::Open(const WebSocketUrl& url,
                                                           const Entry& entry, Deadline deadline) {
  auto stream = Connect(url, entry, deadline);
  if (!stream.ok()) return stream.status();
  std::unique_ptr<WebSocket> socket(new WebSocket(*std::move(stream), url, entry));
  socket->session_.Ask();
  while (socket->session_.phase() == net::Session::Phase::kHandshake) {
    const absl::Status status = socket->ReadMore(deadline);
    if (absl::IsUnavailable(status) && !entry.proxy_protocol) return EndedWithoutAWord(status);
    if (!status.ok()) return status;
  }
  // A server that accepted may have closed the connection since then. Receive reports that.
  if (!socket->accepted_) return socket->end_;
  return socket;
}

absl::Status WebSocket::Send(std::string_view message, Deadline deadline) {
  std::string header;
  net::AppendTextFrameHeader(message.size(), header);
  session_.Send(header, message);
  return Flush(deadline);
}

absl::StatusOr<std::string> WebSocket::Receive(Deadline deadline) {
  while (messages_.empty()) {
    if (!end_.ok()) return end_;
    if (absl::Status status = ReadMore(deadline); !status.ok()) return status;
  }
  std::string message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

void WebSocket::Close(Deadline deadline) {
  session_.Close(net::kNormalClosure, {});
  // If this fails, the server is gone already, and does not need the frame.
  Flush(deadline).IgnoreError();
}

absl::Status WebSocket::Flush(Deadline deadline) {
  if (written_.empty()) return absl::OkStatus();
  return stream_->Write(std::exchange(written_, {}), deadline);
}

absl::Status WebSocket::ReadMore(Deadline deadline) {
  if (absl::Status status = Flush(deadline); !status.ok()) return status;
  absl::StatusOr<std::string> bytes = stream_->Read(deadline);
  if (!bytes.ok()) return bytes.status();
  session_.Feed(bytes->data(), bytes->size());
  const absl::Status sent = Flush(deadline);
  // If this fails, the server has closed the connection, and does not need the answer.
  return end_.ok() ? sent : absl::OkStatus();
}

void WebSocket::Write(std::string_view header, std::string_view payload) {
  written_.append(header).append(payload);
}

void WebSocket::OnRefused(const net::ClientHandshake::Refusal& refusal) {
  if (refusal.status == 0) {
    end_ = Broken(refusal.why);
    return;
  }
  std::string said = refusal.said;
  while (said.ends_with('.')) said.pop_back();
  if (!said.empty()) said.insert(0, ": ");
  end_ = absl::FailedPreconditionError("the server refused the upgrade: " + refusal.why + said +
                                       RefusalAdvice(refusal.said));
}

void WebSocket::OnPeerClose(uint16_t code, std::string_view text) {
  const std::string why =
      code == net::kNoCloseCode ? "without a code" : std::to_string(code) + ' ' + std::string(text);
  end_ = absl::FailedPreconditionError("the server closed the connection: " + why);
}

void WebSocket::OnViolation(Reason reason) {
  switch (reason) {
    case Reason::kMessageTooBig:
      end_ = Broken("a message too large to be one of its own");
      break;
    case Reason::kInvalidUtf8:
      end_ = Broken("a text that is not UTF-8");
      break;
    default:
      end_ = Broken("a frame that RFC 6455 does not allow");
  }
}

}  // namespace pigeonhub::cli
