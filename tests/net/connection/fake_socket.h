// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/reactor/socket.h"

namespace pigeonhub::net {

// The two ends of a fake socket's kernel, kept when the socket is gone.
struct Wire {
  std::string incoming;
  bool within_record = false;  // what comes is a part of a TLS record, which nobody can read yet
  bool peer_ended = false;
  bool broken = false;
  std::optional<Reason> refusal;
  size_t room = SIZE_MAX;  // what the kernel still takes

  // Of what was written, how much the peer's machine has not confirmed, and for how long.
  size_t unconfirmed = 0;
  std::optional<Duration> silent;
  uint64_t received = 0;

  std::vector<std::string> writes;
  std::string written;  // may be emptied by a test
  size_t written_bytes = 0;
  bool awaits_readable = false;
  bool awaits_writable = false;
  bool send_shut = false;
  std::optional<size_t> kept_in_kernel;
  bool reset = false;
  bool closed = false;
};

class FakeSocket final : public Socket {
 public:
  explicit FakeSocket(Wire& wire) : wire_(wire) {}
  ~FakeSocket() override { wire_.closed = true; }

  Transfer Read(char* into, size_t size) override {
    if (wire_.broken) return {Status::kFailed};
    const size_t bytes = std::min(size, wire_.incoming.size());
    if (bytes == 0) return {wire_.peer_ended ? Status::kEnded : Status::kBlocked};
    wire_.incoming.copy(into, bytes);
    wire_.incoming.erase(0, bytes);
    wire_.received += bytes;
    if (wire_.within_record) return {Status::kBlocked};
    return {Status::kMoved, bytes};
  }
  Transfer Write(std::string_view bytes) override {
    if (wire_.broken) return {Status::kFailed};
    bytes = bytes.substr(0, wire_.room);
    if (bytes.empty()) return {Status::kBlocked};
    wire_.room -= bytes.size();
    wire_.writes.emplace_back(bytes);
    wire_.written += bytes;
    wire_.written_bytes += bytes.size();
    return {Status::kMoved, bytes.size()};
  }
  void AwaitReadable() override { wire_.awaits_readable = true; }
  void AwaitWritable() override { wire_.awaits_writable = true; }
  Line line() const override {
    return {.sent = wire_.written_bytes,
            .taken = wire_.written_bytes - wire_.unconfirmed,
            .received = wire_.received,
            .silent = wire_.silent};
  }
  void ShutdownSend() override { wire_.send_shut = true; }
  void KeepInKernel(size_t bytes) override { wire_.kept_in_kernel = bytes; }
  void ResetOnClose() override { wire_.reset = true; }
  std::optional<Reason> refusal() const override { return wire_.refusal; }

 private:
  Wire& wire_;
};

}  // namespace pigeonhub::net
