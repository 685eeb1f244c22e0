// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/core/time.h"
#include "server/net/reactor/socket.h"

namespace pigeonhub::net {

// How far a peer has taken what was sent to it. A slow peer must not be mistaken for one that is
// gone: a ping reaches it only behind everything that was sent before.
//
// TCP tells when bytes have arrived at the peer's machine, but not when the peer reads them.
// Therefore each ping carries a mark, the number of bytes sent before it. The pong returns the mark
// (RFC 6455, section 5.5.3) and proves that the peer has read up to there.
class Intake {
 public:
  // Bytes a second. This hub does not wait for a peer that reads more slowly.
  static constexpr uint64_t kSlowest = 1024;

  // Notes how the line is now. Call it before the questions below.
  void Look(SteadyTime now, const Socket::Line& line) {
    if (line.taken > taken_) moved_at_ = now;
    sent_ = line.sent;
    taken_ = line.taken;
    silent_since_ = line.silent.has_value() ? now - *line.silent : SteadyTime::max();
    looked_at_ = now;
  }

  // The mark for a ping that is sent now.
  std::string Mark() const { return std::to_string(sent_); }
  void Returned(std::string_view mark) {
    uint64_t read = 0;
    std::from_chars(mark.data(), mark.data() + mark.size(), read);
    read_ = std::max(read_, std::min(read, sent_));
  }

  // How long the slowest peer may take to read everything that was sent and then `queued` bytes.
  Duration ReadingTime(size_t queued) const { return Time(sent_ - read_ + queued); }

  // Until when a peer must take something, if something has waited for it since `from`. If that
  // time has passed at the last Look, the peer takes nothing any more. A peer has `patience` from
  // the last bytes that arrived, or the time that it may need to read what has arrived, if that is
  // longer. If its machine confirms nothing, it has only `patience`.
  SteadyTime Deadline(SteadyTime from, Duration patience) const {
    if (silent_since_ <= from) return from + patience;
    const SteadyTime due = std::max(from, moved_at_) + std::max(patience, Time(taken_ - read_));
    return std::min(due, looked_at_ + patience);
  }

  // As Deadline, for a hub, which reads at once whatever arrives: only bytes that are still on
  // their way excuse its silence, as long as some of them arrive. `some_queued`: some are not sent
  // yet.
  SteadyTime ArrivalDeadline(SteadyTime from, Duration patience, bool some_queued) const {
    const bool on_their_way = sent_ > taken_ || some_queued;
    return (on_their_way ? std::max(from, moved_at_) : from) + patience;
  }

 private:
  static Duration Time(uint64_t bytes) {
    return std::chrono::milliseconds(bytes * 1000 / kSlowest);
  }

  // Of the line, as it was at looked_at_.
  uint64_t sent_ = 0;
  uint64_t taken_ = 0;
  SteadyTime silent_since_ = SteadyTime::max();  // it confirms nothing

  uint64_t read_ = 0;
  SteadyTime moved_at_;
  SteadyTime looked_at_;
};

}  // namespace pigeonhub::net
