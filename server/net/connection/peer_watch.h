// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/core/random.h"
#include "server/core/time.h"
#include "server/net/connection/intake.h"
#include "server/net/connection/liveness.h"
#include "server/net/connection/message_pace.h"
#include "server/net/connection/options.h"
#include "server/net/connection/writer.h"

namespace pigeonhub::net {

// Whether the peer of an open connection keeps up: it lives (Liveness), it takes what is sent to it
// (Intake), and it finishes the messages that it begins (MessagePace).
//
// Lives on one loop's thread.
class PeerWatch {
 public:
  enum class Verdict {
    kFine,
    kPingNow,       // the owner sends a ping that carries Mark
    kUnresponsive,  // no sign of life after a ping
    kSlowReader,    // it has taken nothing for too long
    kSlowMessage,   // it has begun a message and does not finish it
  };

  // All references outlive the watch.
  PeerWatch(const ConnectionOptions& options, const Writer& writer)
      : options_(options), writer_(writer) {}

  // Watches from now on, with a ping every `interval`. The first ping comes after half of it to the
  // whole, drawn at random, so that peers which came together are not pinged together.
  void Start(SteadyTime now, Duration interval, Liveness::Reader reader, Random& random);

  // This hub reads nothing from the peer for a while, so its silence says nothing.
  void Suspend();
  void Continue(SteadyTime now) { liveness_.Continue(now); }

  // Bytes came from the peer.
  void Heard() { liveness_.Heard(); }
  // A part of a message has come, and the rest has not. True if an earlier part of the same message
  // had come before.
  bool MessageGoesOn(SteadyTime now);
  // No message is under way.
  void MessageEnded() { pace_.reset(); }

  // What a ping carries that is sent now, or because of the Check that was just made; and the pong
  // that has brought it back.
  std::string Mark(SteadyTime now);
  std::string MarkOfCheck() const { return intake_.Mark(); }
  void Returned(std::string_view mark) { intake_.Returned(mark); }

  // The socket has just stopped to take bytes.
  void Blocked(SteadyTime now) { intake_.Look(now, writer_.line()); }

  // To be asked when `due` has come, and at any time before.
  Verdict Check(SteadyTime now);
  SteadyTime due() const;

 private:
  SteadyTime StalledAt() const {
    return intake_.Deadline(writer_.progress_at(), options_.stall_timeout);
  }

  const ConnectionOptions& options_;
  const Writer& writer_;
  Liveness liveness_;
  Intake intake_;
  std::unique_ptr<MessagePace> pace_;  // while a message is under way
};

}  // namespace pigeonhub::net
