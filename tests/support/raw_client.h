// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/frames.h"

namespace pigeonhub {

// A TCP client that says exactly what it is told to, and a WebSocket client where that is wanted.
// It answers nothing by itself, no ping and no close. Every wait has a limit, after which it is as
// if nothing came.
class RawClient {
 public:
  static constexpr std::chrono::milliseconds kLimit = std::chrono::seconds(60);

  // Connects to `address` (numeric). `receive_buffer`: bytes of the kernel's, 0: its default.
  // `from`: the address to come from, such as 127.0.0.2; empty: the system's choice.
  explicit RawClient(uint16_t port, const std::string& address = "127.0.0.1",
                     int receive_buffer = 0, const std::string& from = "");
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;

  bool connected() const { return connected_; }

  // False if the connection broke before all was taken.
  bool Send(std::string_view bytes);
  // Ends our half; the other may go on.
  void ShutdownSend();
  // Ends it as a crash would.
  void Reset();

  // Asks for a WebSocket and reads the answer; its status, 0 if none came.
  int Upgrade(const std::string& target, const std::string& headers = "");
  bool SendText(std::string_view text) { return Send(net::ClientFrame(net::kText, text)); }
  // The next frame; empty at the end of the stream.
  std::optional<net::ServerFrame> ReadFrame();
  // The next text message that contains `part`, whatever comes before it; empty at the end of the
  // stream or if a close frame comes first.
  std::string ReadTextWith(std::string_view part);
  // The next close frame, whatever comes before it.
  std::optional<net::ServerFrame> ReadClose();

  // The next HTTP answer, with its body; empty if the stream ends before that does.
  std::string ReadAnswer();
  // Everything up to `mark`, and the mark; empty if the stream ends before that.
  std::string ReadUntil(std::string_view mark);
  // Everything up to the end of the stream.
  std::string ReadToEnd();
  // True once the server has ended or reset the connection; drops what still comes.
  bool EndsWithin(std::chrono::milliseconds limit);

 private:
  // Reads something; false at the end of the stream or after `limit`.
  bool ReadSome(std::chrono::milliseconds limit);

  int descriptor_ = -1;
  bool connected_ = false;
  bool ended_ = false;
  std::string received_;
};

// The answer to one HTTP request, whole. The client ends its half after the request.
std::string HttpExchange(uint16_t port, const std::string& request);
std::string HttpGet(uint16_t port, const std::string& target);

// Upgrade request for `target`, with the headers a browser sends; `headers` may name another
// Origin.
std::string UpgradeRequest(const std::string& target, const std::string& headers = "");

}  // namespace pigeonhub
