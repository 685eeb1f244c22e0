// SPDX-License-Identifier: Apache-2.0

#include "tests/support/frames.h"

namespace pigeonhub::net {

std::string ClientFrame(uint8_t opcode, std::string_view payload, const FrameOptions& options) {
  const uint64_t size =
      options.claimed_size < 0 ? payload.size() : static_cast<uint64_t>(options.claimed_size);
  int length_bytes = options.length_bytes;
  if (length_bytes < 0) length_bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
  const uint8_t mask_bit = options.masked ? 0x80 : 0;

  std::string frame;
  frame += static_cast<char>((options.fin ? 0x80 : 0) | options.reserved_bits | opcode);
  frame += static_cast<char>(mask_bit | (length_bytes == 0   ? static_cast<uint8_t>(size)
                                         : length_bytes == 2 ? 126
                                                             : 127));
  for (int i = length_bytes - 1; i >= 0; --i) frame += static_cast<char>(size >> (8 * i));
  if (!options.masked) return frame.append(payload);

  constexpr std::string_view kMask = "\x37\xfa\x21\x3d";
  frame += kMask;
  for (size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ kMask[i % 4]);
  return frame;
}

std::string ClosePayload(uint16_t code, std::string_view text) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return payload.append(text);
}

uint16_t ServerFrame::close_code() const {
  if (payload.size() < 2) return 1005;
  return static_cast<uint16_t>(static_cast<uint8_t>(payload[0]) << 8 |
                               static_cast<uint8_t>(payload[1]));
}

bool TakeFrame(std::string& bytes, ServerFrame& frame) {
  if (bytes.size() < 2) return false;
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const bool proper = (byte(0) & 0xf0) == 0x80 && (byte(1) & 0x80) == 0;
  const size_t length_bytes = byte(1) == 126 ? 2 : byte(1) == 127 ? 8 : 0;
  const size_t header = 2 + length_bytes;
  if (bytes.size() < header) return false;
  uint64_t size = byte(1);
  if (length_bytes > 0) {
    size = 0;
    for (size_t i = 2; i < header; ++i) size = size << 8 | byte(i);
  }
  if (proper && bytes.size() - header < size) return false;
  const bool shortest = length_bytes == 0 || size > (length_bytes == 2 ? 125u : 65535u);
  if (!proper || !shortest) {
    frame = {255, bytes};
    bytes.clear();
    return true;
  }
  frame = {static_cast<uint8_t>(byte(0) & 0x0f), bytes.substr(header, size)};
  bytes.erase(0, header + size);
  return true;
}

std::vector<ServerFrame> AllFrames(std::string bytes) {
  std::vector<ServerFrame> frames;
  ServerFrame frame;
  while (TakeFrame(bytes, frame)) frames.push_back(frame);
  if (!bytes.empty()) frames.push_back({255, bytes});
  return frames;
}

}  // namespace pigeonhub::net
