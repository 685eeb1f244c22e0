// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/websocket.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <random>
#include <utility>

namespace pigeonhub::cli {

enum class WebSocket::Opcode : unsigned char {
  kContinuation = 0x0,
  kText = 0x1,
  kBinary = 0x2,
  kClose = 0x8,
  kPing = 0x9,
  kPong = 0xA,
};

struct WebSocket::Frame {
  Opcode opcode;
  bool last;
  std::string payload;
};

namespace {

constexpr size_t kLargestHeader = 16384;
constexpr size_t kLargestMessage = 4 << 20;

std::string RandomBytes(size_t size) {
  std::random_device random;
  std::uniform_int_distribution<int> byte(0, 255);
  std::string bytes;
  while (bytes.size() < size) bytes += static_cast<char>(byte(random));
  return bytes;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string Base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), Bytes(bytes),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(size));
  return out;
}

// What a server answers to a Sec-WebSocket-Key (RFC 6455, section 4.2.2).
std::string AcceptFor(const std::string& key) {
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  return Base64({reinterpret_cast<const char*>(digest), size});
}

// The value of a header, or nothing. Names are compared without regard to case.
std::string HeaderOf(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const size_t colon = line.find(':');
    if (colon != name.size()) continue;
    const bool same = std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) ==
             std::tolower(static_cast<unsigned char>(b));
    });
    if (!same) continue;
    const size_t begin = line.find_first_not_of(" \t", colon + 1);
    if (begin == std::string_view::npos) return {};
    return std::string(line.substr(begin, line.find_last_not_of(" \t") - begin + 1));
  }
  return {};
}

absl::Status Broken(std::string_view what) {
  return absl::FailedPreconditionError("the server does not speak WebSocket properly: " +
                                       std::string(what));
}

}  // namespace

absl::StatusOr<std::unique_ptr<WebSocket>> WebSocket::Open(const WebSocketUrl& url,
                                                           const std::string& ca,
                                                           Deadline deadline) {
  auto stream = Connect(url, ca, deadline);
  if (!stream.ok()) return stream.status();
  std::unique_ptr<WebSocket> socket(new WebSocket(*std::move(stream)));
  if (absl::Status status = socket->Upgrade(url, deadline); !status.ok()) return status;
  return socket;
}

absl::Status WebSocket::Upgrade(const WebSocketUrl& url, Deadline deadline) {
  const std::string key = Base64(RandomBytes(16));
  const std::string request = "GET " + url.target + " HTTP/1.1\r\nHost: " + url.authority() +
                              "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Key: " +
                              key + "\r\nSec-WebSocket-Version: 13\r\n\r\n";
  if (absl::Status status = stream_->Write(request, deadline); !status.ok()) return status;
  size_t end = 0;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (unread_.size() > kLargestHeader) return Broken("its answer does not end");
    absl::Status status = Fill(unread_.size() + 1, deadline);
    if (!status.ok()) return status;
  }
  const std::string head = Take(end + 4);
  const std::string status_line = head.substr(0, head.find("\r\n"));
  if (!status_line.starts_with("HTTP/1.1 101")) {
    return absl::FailedPreconditionError("the server refused the upgrade: " + status_line);
  }
  if (HeaderOf(head, "Sec-WebSocket-Accept") != AcceptFor(key)) return Broken("wrong accept key");
  return absl::OkStatus();
}

absl::Status WebSocket::Fill(size_t size, Deadline deadline) {
  while (unread_.size() < size) {
    absl::StatusOr<std::string> bytes = stream_->Read(deadline);
    if (!bytes.ok()) return bytes.status();
    unread_ += *bytes;
  }
  return absl::OkStatus();
}

std::string WebSocket::Take(size_t size) {
  std::string taken = unread_.substr(0, size);
  unread_.erase(0, size);
  return taken;
}

absl::Status WebSocket::SendFrame(Opcode opcode, std::string_view payload, Deadline deadline) {
  constexpr unsigned char kLast = 0x80;
  constexpr unsigned char kMasked = 0x80;
  std::string frame(1, static_cast<char>(kLast | static_cast<unsigned char>(opcode)));
  int length_bytes = 0;
  if (payload.size() < 126) {
    frame += static_cast<char>(kMasked | payload.size());
  } else {
    length_bytes = payload.size() < 65536 ? 2 : 8;
    frame += static_cast<char>(kMasked | (length_bytes == 2 ? 126 : 127));
  }
  for (int i = length_bytes - 1; i >= 0; --i) {
    frame += static_cast<char>(static_cast<uint64_t>(payload.size()) >> (8 * i));
  }
  const std::string mask = RandomBytes(4);
  frame += mask;
  for (size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  return stream_->Write(frame, deadline);
}

absl::StatusOr<WebSocket::Frame> WebSocket::ReceiveFrame(Deadline deadline) {
  if (absl::Status status = Fill(2, deadline); !status.ok()) return status;
  const auto first = static_cast<unsigned char>(unread_[0]);
  const auto second = static_cast<unsigned char>(unread_[1]);
  if ((first & 0x70) != 0 || (second & 0x80) != 0) return Broken("reserved bits or a mask");
  size_t header = 2;
  uint64_t size = second;
  if (size >= 126) {
    const size_t length_bytes = size == 126 ? 2 : 8;
    header += length_bytes;
    if (absl::Status status = Fill(header, deadline); !status.ok()) return status;
    size = 0;
    for (size_t i = 2; i < header; ++i) size = (size << 8) | static_cast<unsigned char>(unread_[i]);
  }
  if (size > kLargestMessage) return Broken("a frame too large to be one of its messages");
  if (absl::Status status = Fill(header + size, deadline); !status.ok()) return status;
  Take(header);
  return Frame{static_cast<Opcode>(first & 0x0F), (first & 0x80) != 0, Take(size)};
}

absl::Status WebSocket::Send(std::string_view message, Deadline deadline) {
  return SendFrame(Opcode::kText, message, deadline);
}

absl::StatusOr<std::string> WebSocket::Receive(Deadline deadline) {
  std::string message;
  while (true) {
    absl::StatusOr<Frame> frame = ReceiveFrame(deadline);
    if (!frame.ok()) return frame.status();
    switch (frame->opcode) {
      case Opcode::kPing: {
        absl::Status status = SendFrame(Opcode::kPong, frame->payload, deadline);
        if (!status.ok()) return status;
        break;
      }
      case Opcode::kPong:
        break;
      case Opcode::kClose: {
        std::string code = "without a code";
        if (frame->payload.size() >= 2) {
          code = std::to_string((static_cast<unsigned char>(frame->payload[0]) << 8) |
                                static_cast<unsigned char>(frame->payload[1]));
          code += ' ' + frame->payload.substr(2);
        }
        return absl::FailedPreconditionError("the server closed the connection: " + code);
      }
      default:
        message += frame->payload;
        if (message.size() > kLargestMessage) return Broken("a message that does not end");
        if (frame->last) return message;
    }
  }
}

void WebSocket::Close(Deadline deadline) {
  // The peer may be gone already, and then nobody is there to be told.
  SendFrame(Opcode::kClose, {"\x03\xE8", 2}, deadline).IgnoreError();
}

}  // namespace pigeonhub::cli
