// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "server/core/bursts.h"
#include "server/core/counters.h"
#include "server/core/deadlines.h"
#include "server/core/effect.h"
#include "server/core/ids.h"
#include "server/core/limit_hits.h"
#include "server/core/message.h"
#include "server/core/reason.h"
#include "server/core/samples.h"
#include "server/core/time.h"

namespace pigeonhub {

// What lasts from one Turn to the next: the number of the next event, and what comes so often that
// events tell of it in few words.
class Journal {
 public:
  explicit Journal(Counters& counters) : counters_(counters) {}

  uint64_t next_event() const { return next_event_; }
  const LimitHits& limit_hits() const { return limit_hits_; }
  // When Turn::EndBursts has something to say, if nothing else comes.
  std::optional<SteadyTime> NextDeadline() const {
    return EarliestOf(limits_, refusals_, samples_);
  }

 private:
  friend class Turn;

  Counters& counters_;
  uint64_t next_event_ = 1;
  Bursts limits_{std::chrono::seconds(1)};
  LimitHits limit_hits_;
  Bursts refusals_{std::chrono::seconds(10)};
  Samples samples_;
};

// One call of Hub::Handle, as every part sees it: what time it is, and what is to be done. Effects
// are carried out in the order in which they were added.
class Turn {
 public:
  Turn(const Now& time, Effects& to, Journal& journal)
      : now(time), effects(to), counters(journal.counters_), journal_(journal) {}

  const Now& now;
  Effects& effects;
  Counters& counters;

  void Emit(EventBody body) {
    effects.emplace_back(std::in_place_type<pigeonhub::Emit>,
                         Event{journal_.next_event_++, now.unix_ms, std::move(body)});
  }
  // The number that the next event gets.
  uint64_t next_event() const { return journal_.next_event(); }
  // Counts that something was refused or dropped for this reason; `who` caused it, if that is
  // known.
  void Count(Reason reason, const Origin& who = {});
  // Counts that the connection of a peer ended for this reason.
  void CountEnd(Reason reason, const Origin& who = {});
  // Tells, in few words if it is often, that somebody came to this limit. `limit` lasts forever;
  // empty: there is none.
  void NoteLimit(Reason reason, std::string_view limit, const Origin& who);
  // `message`: an outbound::Message, or one of those that it may be. It is made where it stays, as
  // to move one costs as much as to decide upon it.
  template <typename Message>
  void Send(ConnectionId to, Message&& message) {
    effects.emplace_back(std::in_place_type<pigeonhub::Send>, to, now.unix_ms,
                         std::forward<Message>(message));
  }
  template <typename Message>
  void Broadcast(std::vector<ConnectionId> to, Message&& message) {
    if (to.empty()) return;
    effects.emplace_back(std::in_place_type<pigeonhub::Broadcast>, std::move(to), now.unix_ms,
                         std::forward<Message>(message));
  }
  void SendList(ConnectionId to, SharedText network,
                std::vector<pigeonhub::SendList::Member> members) {
    if (members.empty()) return;
    effects.emplace_back(
        pigeonhub::SendList{to, now.unix_ms, std::move(network), std::move(members)});
  }
  // To one hub on the bus, or to all.
  void Publish(std::optional<PeerId> to, outbound::Message message) {
    effects.push_back(pigeonhub::Publish{to, now.unix_ms, std::move(message)});
  }
  void Close(ConnectionId connection, Reason reason) {
    effects.push_back(pigeonhub::Close{connection, reason});
  }
  // Closes a connection that never became a peer's.
  void Refuse(ConnectionId connection, Reason reason, const Origin& who);
  // Tells, in few words if there are many, that somebody was turned away.
  void NoteRefusal(Reason reason, const Origin& who);
  // Tells of what a peer can cause as often as it likes, in few words if it does.
  void EmitSample(ConnectionId peer, Samples::Sample event);
  // The peer is about to go: tells the rest.
  void EmitRest(ConnectionId peer);
  // Tells of bursts that are over at this time, and of samples that are due.
  void EndBursts(SteadyTime until);

 private:
  void EmitTold(Samples::Sample sample);
  void EmitLimit(BurstNews news);
  void EmitRefusals(const BurstNews& news);

  Journal& journal_;
};

}  // namespace pigeonhub
