// SPDX-License-Identifier: Apache-2.0
//
// The client's end of a WebSocket. Its calls block. The hub's ClientSession speaks the protocol;
// this class gives it a stream.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/probe/stream.h"
#include "server/base/websocket_url.h"
#include "server/net/websocket/client_session.h"

namespace pigeonhub::cli {

class WebSocket final : private net::Session::Host, private net::ClientSession::Handler {
 public:
  // UNAVAILABLE if the host cannot be reached. FAILED_PRECONDITION, with the HTTP status, if the
  // server refuses.
  static absl::StatusOr<std::unique_ptr<WebSocket>> Open(const WebSocketUrl& url,
                                                         const Entry& entry, Deadline deadline);

  absl::Status Send(std::string_view message, Deadline deadline);

  // Waits for the next message. FAILED_PRECONDITION, with code and reason, after the server has
  // closed.
  absl::StatusOr<std::string> Receive(Deadline deadline);

  // Sends a close frame with code 1000, and does not wait for the answer.
  void Close(Deadline deadline);

 private:
  WebSocket(std::unique_ptr<Stream> stream, const WebSocketUrl& url, const Entry& entry);

  // net::Session::Host
  void Write(std::string_view header, std::string_view payload) override;
  void OnFrame() override {}
  void OnMessage(std::string&& payload) override { messages_.push_back(std::move(payload)); }
  void OnPeerClose(uint16_t code, std::string_view text) override;
  void OnViolation(Reason reason) override;

  // net::ClientSession::Handler
  void OnAccepted() override { accepted_ = true; }
  void OnRefused(const net::ClientHandshake::Refusal& refusal) override;

  // Sends what the session has written.
  absl::Status Flush(Deadline deadline);
  // Waits for bytes, lets the session handle them, and sends what it answers.
  absl::Status ReadMore(Deadline deadline);

  const std::unique_ptr<Stream> stream_;
  net::ClientSession session_;
  std::string written_;               // the session wrote it, and it is not sent yet
  std::deque<std::string> messages_;  // they came, and Receive has not returned them yet
  bool accepted_ = false;
  absl::Status end_;  // why no more messages come; OK as long as some may
};

}  // namespace pigeonhub::cli
