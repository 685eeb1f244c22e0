// SPDX-License-Identifier: Apache-2.0

// Everything a hub can want done. Effects are carried out in the order in which they were appended;
// two effects on one connection never change places.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "pigeonhub/event.h"
#include "server/base/address.h"
#include "server/core/ids.h"
#include "server/core/mesh_message.h"
#include "server/core/message.h"
#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub {

// One message to one connection.
struct Send {
  template <typename Message>
  Send(ConnectionId receiver, UnixMillis at, Message&& what)
      : to(receiver), timestamp(at), message(std::forward<Message>(what)) {}

  ConnectionId to;
  UnixMillis timestamp = 0;
  outbound::Message message;
};

// The same message to many; only targetPeerId, where the message is addressed, differs: it is the
// id of the peer on each connection.
struct Broadcast {
  template <typename Message>
  Broadcast(std::vector<ConnectionId> receivers, UnixMillis at, Message&& what)
      : to(std::move(receivers)), timestamp(at), message(std::forward<Message>(what)) {}

  std::vector<ConnectionId> to;
  UnixMillis timestamp = 0;
  outbound::Message message;
};

// What a connection is told of members of its namespace: an outbound::Discovered of each, in this
// order.
struct SendList {
  struct Member {
    PeerId peer;
    bool is_hub = false;
    SharedText members;  // Profile::members; may be null
  };

  outbound::Discovered About(const Member& member) const {
    return {network, member.peer, member.is_hub, member.members, /*addressed=*/true};
  }

  ConnectionId to;
  UnixMillis timestamp = 0;
  SharedText network;
  std::vector<Member> members;
};

// More waits for this connection: the rest of a list, or what is to go over a link. The network
// answers with WantMore once the connection's queue is short; so neither fills a queue.
struct MoreWaits {
  ConnectionId to;
};

// So many bytes of what this connection announced are kept, until it announces other words or is
// over. They are memory that it holds, as its queue is.
struct Keeps {
  ConnectionId connection;
  size_t bytes = 0;
};

struct Close {
  ConnectionId connection;
  Reason reason = Reason::kInternalError;
};

// A newcomer waits until it is known whether the holder of its id still lives: nothing is read from
// it meanwhile, because it announces at once.
struct PauseReading {
  ConnectionId connection;
};
struct ResumeReading {
  ConnectionId connection;
};

// Ping the connection; report the next frame from it as Alive.
struct Probe {
  ConnectionId connection;
};

// Which silence ends the connection: links to other hubs are watched more closely than peers.
struct WatchLink {
  ConnectionId connection;
};

// Open a WebSocket to `url` (ws:// or wss://, as configured) as this hub: with its id as peerId in
// the query, and a hub token for whom it is meant, if there is a key. Answered by DialOpened or
// DialFailed.
struct Dial {
  DialTargetId dial_target;
  std::string url;
  // No connection to an address outside of these, whatever the name turns out to mean.
  AddressBlocks within = AddressBlocks::All();
  // Whom the token is made out to.
  enum class TokenFor : uint8_t { kNobody, kAddress, kHub };
  TokenFor token_for = TokenFor::kNobody;
  PeerId hub = {};  // for kHub
};
// Give a dial up that is not answered yet.
struct CancelDial {
  DialTargetId dial_target;
};

// Say it on the bus: to all hubs there, this one included, or to one.
struct Publish {
  std::optional<PeerId> to;
  UnixMillis timestamp = 0;
  outbound::Message message;
};
// The connection to the broker is no good: end it, and connect anew. Answered by BusDown, then by
// BusUp.
struct HangUpBus {};

// The list of bans has changed: whoever keeps it in a file writes it anew (Hub::ListBans).
struct SaveBans {};

// Another hub asks something. Answered by AnswerQuestion.
struct QuestionCame {
  PeerId hub;
  uint64_t number = 0;
  SharedText text;
  bool has_mesh_key = false;  // the hub, as HubMap says
};
// The answer to PutQuestion, or why there is none.
struct AnswerCame {
  uint64_t number = 0;
  absl::Status status;
  SharedText text;  // never null
};

struct Emit {
  explicit Emit(Event what) : event(std::move(what)) {}

  Event event;
};

using Effect = std::variant<Send, Broadcast, SendList, MoreWaits, Keeps, Close, PauseReading,
                            ResumeReading, Probe, WatchLink, Dial, CancelDial, Publish, HangUpBus,
                            SaveBans, QuestionCame, AnswerCame, Emit>;
using Effects = std::vector<Effect>;

}  // namespace pigeonhub
