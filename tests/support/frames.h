// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pigeonhub::net {

// Frames as a client sends them, well formed or not, and as it reads them. The opcodes of RFC 6455.
inline constexpr uint8_t kContinuation = 0, kText = 1, kBinary = 2, kCloseFrame = 8, kPing = 9,
                         kPong = 10;

struct FrameOptions {
  bool fin = true;
  bool masked = true;
  uint8_t reserved_bits = 0;  // of the first byte, 0x70
  int length_bytes = -1;      // 0, 2 or 8 forces the length's form; -1: the shortest
  int64_t claimed_size = -1;  // instead of the payload's
};

std::string ClientFrame(uint8_t opcode, std::string_view payload, const FrameOptions& options = {});
std::string ClosePayload(uint16_t code, std::string_view text = {});

struct ServerFrame {
  uint8_t opcode = 0;
  std::string payload;

  // Of a close frame; 1005 where it has none.
  uint16_t close_code() const;
  std::string close_text() const { return payload.size() > 2 ? payload.substr(2) : ""; }
};

// Takes one whole frame from the front of `bytes`; false if there is none yet. Whatever a server
// may not send (masks, fragments, reserved bits, lengths in a longer form) comes back as opcode
// 255.
bool TakeFrame(std::string& bytes, ServerFrame& frame);
// All frames in `bytes`, which must not end within one: that, too, comes back as opcode 255.
std::vector<ServerFrame> AllFrames(std::string bytes);

}  // namespace pigeonhub::net
