// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub::net {

// A non-blocking byte stream to one peer, owned by one I/O loop. Destruction closes it and cancels
// what was awaited.
class Socket {
 public:
  enum class Status {
    kMoved,    // `bytes` were read or written, at least one
    kBlocked,  // nothing can be moved now; await it
    kEnded,    // read only: the peer sends no more
    kFailed,   // the connection is lost
    // Read only, and once: the peer does not speak TLS, as it should. What is written from now on
    // goes out as it is.
    kNotTls,
  };
  struct Transfer {
    Status status = Status::kBlocked;
    size_t bytes = 0;
  };

  virtual ~Socket() = default;

  virtual Transfer Read(char* into, size_t size) = 0;
  virtual Transfer Write(std::string_view bytes) = 0;

  // Asks for one call of OnReadable or OnWritable, which comes later. Ask again only after it came.
  virtual void AwaitReadable() = 0;
  virtual void AwaitWritable() = 0;

  // Tells the peer that no more comes.
  virtual void ShutdownSend() = 0;
  // From now on the kernel keeps about so many bytes for the peer, and takes more when they have
  // arrived there. What it keeps already stays.
  virtual void KeepInKernel(size_t bytes) = 0;
  // Makes the destructor drop what the kernel still holds for the peer.
  virtual void ResetOnClose() = 0;

  // What the operating system knows of the TCP connection. It counts bytes as they travel, which is
  // in TLS records if TLS is spoken. All fields are zero if it knows nothing.
  struct Line {
    uint64_t sent = 0;      // bytes written, whether or not they have left this machine
    uint64_t taken = 0;     // of those, how many the peer's machine has confirmed
    uint64_t received = 0;  // bytes from the peer
    // For how long the peer's machine has confirmed nothing; set while sent bytes are on their way.
    std::optional<Duration> silent{};
    std::optional<Duration> round_trip{};  // as TCP measures it
  };
  virtual Line line() const = 0;

  // After kFailed: the reason, if more is known than that the connection is lost.
  virtual std::string trouble() const { return {}; }
  // Why the peer was turned away, or is kept waiting, before a byte of its owner could move.
  virtual std::optional<Reason> refusal() const { return std::nullopt; }
};

// Who is told when a socket is ready. `key` names the socket, and was given when it was adopted:
// the socket itself may be gone by then.
class Readiness {
 public:
  virtual ~Readiness() = default;
  virtual void OnReadable(uint64_t key) = 0;
  virtual void OnWritable(uint64_t key) = 0;
};

}  // namespace pigeonhub::net
