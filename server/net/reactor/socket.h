// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/core/time.h"

namespace pigeonhub::net {

// A non-blocking byte stream to one peer, owned by one I/O loop. Destruction closes it and cancels
// what was awaited.
class Socket {
 public:
  enum class Status {
    kMoved,    // `bytes` were read or written, at least one
    kBlocked,  // nothing now; await
    kEnded,    // read only: the peer sends no more
    kFailed,   // the connection is lost
  };
  struct Transfer {
    Status status = Status::kBlocked;
    size_t bytes = 0;
  };

  virtual ~Socket() = default;

  virtual Transfer Read(char* into, size_t size) = 0;
  virtual Transfer Write(std::string_view bytes) = 0;

  // One call of Readiness later, from the loop. At most one of a kind at a time.
  virtual void AwaitReadable() = 0;
  virtual void AwaitWritable() = 0;

  // Tells the peer that no more comes.
  virtual void ShutdownSend() = 0;
  // Makes the destructor drop what the kernel still holds for the peer.
  virtual void ResetOnClose() = 0;

  // What the operating system knows of the line. Bytes as they travel, in TLS records where there
  // are some. All zero where it knows nothing.
  struct Line {
    uint64_t sent = 0;      // written, whether or not they have left
    uint64_t taken = 0;     // of those, how many the peer's machine has confirmed
    uint64_t received = 0;  // from the peer
    // Set while sent bytes are on their way: how long its machine has confirmed nothing.
    std::optional<Duration> silent{};
  };
  virtual Line line() const = 0;

  // After kFailed: why, where there is more to say than that.
  virtual std::string trouble() const { return {}; }
};

// Who is told when a socket is ready. `key` is the one the socket was adopted with: the socket may
// be gone by then.
class Readiness {
 public:
  virtual ~Readiness() = default;
  virtual void OnReadable(uint64_t key) = 0;
  virtual void OnWritable(uint64_t key) = 0;
};

}  // namespace pigeonhub::net
