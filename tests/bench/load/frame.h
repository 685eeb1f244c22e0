// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub::bench {

enum class Opcode : uint8_t {
  kContinuation = 0x0,
  kText = 0x1,
  kBinary = 0x2,
  kClose = 0x8,
  kPing = 0x9,
  kPong = 0xA,
};

// A frame from client to server (RFC 6455, section 5.2), masked once when it is built, so that
// sending it again costs only a copy.
class ClientFrame {
 public:
  ClientFrame(Opcode opcode, std::string_view payload, uint32_t mask_key);

  // Replaces payload bytes in place; `offset` + text.size() must lie within the payload.
  void Overwrite(size_t offset, std::string_view text);

  std::string_view bytes() const { return bytes_; }

 private:
  char MaskAt(size_t payload_offset) const {
    return bytes_[payload_begin_ - 4 + (payload_offset & 3)];
  }

  std::string bytes_;
  size_t payload_begin_ = 0;
};

// A frame from server to client, as a view into the bytes it was read from.
struct ServerFrame {
  Opcode opcode = Opcode::kText;
  // False for what this tool does not take from a hub: fragments, masks, reserved bits.
  bool acceptable = true;
  std::string_view payload;
  size_t size = 0;  // header and payload
};

// The first frame in `bytes`, or nothing while it is incomplete.
std::optional<ServerFrame> ReadFrame(std::string_view bytes);

}  // namespace pigeonhub::bench
