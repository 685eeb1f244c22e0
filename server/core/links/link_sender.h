// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/message.h"
#include "server/core/peers/signal_record.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Sends over links, as these have room. News of presence and of the map does not wait: it goes out
// with Turn::Send.
class LinkSender {
 public:
  LinkSender(LinkTable& links, SignalRecord& record) : links_(links), record_(record) {}

  // Sends at once what was kept back until the link has room. `bytes` is its size.
  static void Send(Turn& turn, Link& link, outbound::Message message, size_t bytes);
  // Sends a signal, or a frame that is passed on, as soon as the link has room and it is the turn
  // of the peer or the hub that it comes from. If too much waits, those lose who have the most.
  void SendInTurn(Turn& turn, Link& link, outbound::Message message);
  // The link is to tell when it has room: somebody found none.
  static void AwaitRoom(Turn& turn, Link& link);

  // The link is over: what waits for it is lost.
  void Forget(Turn& turn, const Link& link);

  // The queue of a connection is short.
  void OnWantMore(Turn& turn, ConnectionId connection);

 private:
  // For want of room.
  void Drop(Turn& turn, const outbound::Message& message);

  LinkTable& links_;
  SignalRecord& record_;
};

}  // namespace pigeonhub
