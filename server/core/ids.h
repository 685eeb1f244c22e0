// SPDX-License-Identifier: Apache-2.0

// Strong identifiers. Values: they copy, compare and hash; none owns anything.

#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <utility>

#include "pigeonhub/peer_id.h"

namespace pigeonhub {

// One WebSocket, for as long as it lives and never again: numbers are not reused. The shard is the
// I/O loop the connection lives on; the core only passes it through.
class ConnectionId {
 public:
  static constexpr unsigned kMaxShards = 256;

  ConnectionId() = default;
  explicit ConnectionId(uint64_t value) : value_(value) {}
  // `serial` must fit 56 bits.
  ConnectionId(unsigned shard, uint64_t serial) : value_((uint64_t{shard} << 56) | serial) {}

  unsigned shard() const { return static_cast<unsigned>(value_ >> 56); }
  uint64_t serial() const { return value_ & ((uint64_t{1} << 56) - 1); }
  uint64_t value() const { return value_; }

  friend auto operator<=>(const ConnectionId&, const ConnectionId&) = default;
  template <typename H>
  friend H AbslHashValue(H h, ConnectionId id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  uint64_t value_ = 0;
};

// A way towards peers of other hubs. A link to another hub is a path; a broker would be one too.
class PathId {
 public:
  PathId() = default;
  explicit PathId(uint64_t value) : value_(value) {}
  uint64_t value() const { return value_; }

  friend auto operator<=>(const PathId&, const PathId&) = default;
  template <typename H>
  friend H AbslHashValue(H h, PathId id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  uint64_t value_ = 0;
};

// One address of another hub that we dial, for as long as it is remembered.
class DialTargetId {
 public:
  DialTargetId() = default;
  explicit DialTargetId(uint64_t value) : value_(value) {}
  uint64_t value() const { return value_; }

  friend auto operator<=>(const DialTargetId&, const DialTargetId&) = default;
  template <typename H>
  friend H AbslHashValue(H h, DialTargetId id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  uint64_t value_ = 0;
};

}  // namespace pigeonhub
