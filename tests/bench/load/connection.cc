// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/connection.h"

#include <charconv>

namespace pigeonhub::bench {
namespace {

// The sample handshake of RFC 6455, section 1.3: a fixed key has a fixed answer, so it can be
// checked without SHA-1.
constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr std::string_view kRetryAfter = "\r\nRetry-After: ";

// The standard wants an unpredictable key against proxies that take frames for HTTP. Here there
// are none, and a server may not care.
constexpr uint32_t kMaskKey = 0x5AC3917E;

constexpr std::string_view kNormalClosure("\x03\xE8", 2);

}  // namespace

void Connection::BeginHandshake(const Request& request) {
  // Headers of a browser's size: what a hub keeps of them shows in its memory.
  std::string text = "GET ";
  text.append(request.target)
      .append(" HTTP/1.1\r\nHost: ")
      .append(request.host)
      .append(
          "\r\nConnection: Upgrade\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
          "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
          "Chrome/126.0.0.0 Safari/537.36\r\nUpgrade: websocket\r\n"
          "Origin: http://localhost:8080\r\nSec-WebSocket-Version: 13\r\n"
          "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-US,en;q=0.9\r\n"
          "Sec-WebSocket-Key: ")
      .append(kKey)
      .append("\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")
      .append(request.headers)
      .append("\r\n");
  Queue(text);
}

void Connection::Queue(std::string_view bytes) {
  if (phase_ == Phase::kClosed) return;
  unsent_bytes_.append(bytes);
  if (in_unsent_) return;
  in_unsent_ = true;
  unsent_.push_back(this);
}

void Connection::Close() {
  if (phase_ != Phase::kOpen) return;
  phase_ = Phase::kClosing;
  Send(ClientFrame(Opcode::kClose, kNormalClosure, kMaskKey));
}

bool Connection::Receive(std::string_view bytes) {
  const bool nothing_left_over = unread_.empty();
  if (!nothing_left_over) {
    unread_.append(bytes);
    bytes = unread_;
  }
  if (phase_ == Phase::kHandshake && !ReadHandshake(bytes)) return false;
  if (phase_ != Phase::kHandshake && !ReadFrames(bytes)) return false;
  if (nothing_left_over) {
    unread_.assign(bytes);
  } else {
    unread_.erase(0, unread_.size() - bytes.size());
  }
  // An idle connection of the thousands should not hold on to its largest burst.
  if (unread_.empty() && unread_.capacity() > 4096) unread_.shrink_to_fit();
  return true;
}

bool Connection::ReadHandshake(std::string_view& bytes) {
  const size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return true;
  const std::string_view response = bytes.substr(0, end);
  if (!response.starts_with("HTTP/1.1 101") || response.find(kAccept) == std::string_view::npos) {
    close_reason_ = response.substr(0, response.find("\r\n"));
    const size_t retry = response.find(kRetryAfter);
    if (retry != std::string_view::npos) {
      const char* const digits = response.data() + retry + kRetryAfter.size();
      std::from_chars(digits, response.data() + response.size(), retry_after_);
    }
    return false;
  }
  bytes.remove_prefix(end + 4);
  phase_ = Phase::kOpen;
  if (listener_ != nullptr) listener_->OnOpen(*this);
  return true;
}

bool Connection::ReadFrames(std::string_view& bytes) {
  while (const std::optional<ServerFrame> frame = ReadFrame(bytes)) {
    bytes.remove_prefix(frame->size);
    if (!TakeFrame(*frame)) return false;
  }
  return true;
}

bool Connection::TakeFrame(const ServerFrame& frame) {
  if (!frame.acceptable) {
    close_reason_ = "a fragment, a mask or a reserved bit in a frame from the hub";
    return false;
  }
  switch (frame.opcode) {
    case Opcode::kText:
      if (listener_ != nullptr) listener_->OnMessage(*this, frame.payload);
      return true;
    case Opcode::kPing:
      Send(ClientFrame(Opcode::kPong, frame.payload, kMaskKey));
      return true;
    case Opcode::kPong:
      return true;
    case Opcode::kClose:
      if (frame.payload.size() >= 2) {
        close_code_ =
            (static_cast<uint8_t>(frame.payload[0]) << 8) | static_cast<uint8_t>(frame.payload[1]);
        close_reason_ = frame.payload.substr(2);
      }
      Close();
      return true;
    default:
      close_reason_ = "a frame that is not text";
      return false;
  }
}

void Connection::Lose(std::string_view why) {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  if (close_reason_.empty()) close_reason_ = why;
  if (listener_ != nullptr) listener_->OnClosed(*this, close_code_, close_reason_);
}

}  // namespace pigeonhub::bench
