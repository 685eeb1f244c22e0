// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/frame.h"

namespace pigeonhub::bench {
namespace {

constexpr uint8_t kFinal = 0x80;
constexpr uint8_t kReservedBits = 0x70;
constexpr uint8_t kMasked = 0x80;
constexpr size_t kLength16 = 126;
constexpr size_t kLength64 = 127;

void AppendBigEndian(std::string& out, uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

uint64_t ReadBigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = (value << 8) | static_cast<uint8_t>(byte);
  return value;
}

}  // namespace

ClientFrame::ClientFrame(Opcode opcode, std::string_view payload, uint32_t mask_key) {
  bytes_.reserve(payload.size() + 14);
  bytes_.push_back(static_cast<char>(kFinal | static_cast<uint8_t>(opcode)));
  if (payload.size() < kLength16) {
    bytes_.push_back(static_cast<char>(kMasked | payload.size()));
  } else if (payload.size() <= 0xFFFF) {
    bytes_.push_back(static_cast<char>(kMasked | kLength16));
    AppendBigEndian(bytes_, payload.size(), 2);
  } else {
    bytes_.push_back(static_cast<char>(kMasked | kLength64));
    AppendBigEndian(bytes_, payload.size(), 8);
  }
  AppendBigEndian(bytes_, mask_key, 4);
  payload_begin_ = bytes_.size();
  bytes_.resize(payload_begin_ + payload.size());
  Overwrite(0, payload);
}

void ClientFrame::Overwrite(size_t offset, std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    bytes_[payload_begin_ + offset + i] = static_cast<char>(text[i] ^ MaskAt(offset + i));
  }
}

std::optional<ServerFrame> ReadFrame(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto first = static_cast<uint8_t>(bytes[0]);
  const auto second = static_cast<uint8_t>(bytes[1]);

  ServerFrame frame;
  frame.opcode = static_cast<Opcode>(first & 0x0F);
  frame.acceptable = (first & kFinal) != 0 && (first & kReservedBits) == 0 &&
                     (second & kMasked) == 0 && frame.opcode != Opcode::kContinuation;

  size_t header = 2;
  uint64_t length = second & 0x7F;
  if (length >= kLength16) {
    const size_t extra = length == kLength16 ? 2 : 8;
    if (bytes.size() < header + extra) return std::nullopt;
    length = ReadBigEndian(bytes.substr(header, extra));
    header += extra;
  }
  if (!frame.acceptable) {
    frame.size = bytes.size();
    return frame;
  }
  if (bytes.size() - header < length) return std::nullopt;
  frame.payload = bytes.substr(header, length);
  frame.size = header + length;
  return frame;
}

}  // namespace pigeonhub::bench
