// SPDX-License-Identifier: Apache-2.0

// Everything that can happen to a hub. With effect.h this is the core's whole surface.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pigeonhub/event.h"
#include "pigeonhub/token_claims.h"
#include "server/base/key_pair.h"
#include "server/core/command.h"
#include "server/core/ids.h"
#include "server/core/mesh_message.h"
#include "server/core/message.h"
#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub {

// What a connection brought to show that it belongs to the hub whose id it has. Only hubs need any.
enum class HubCredential : uint8_t {
  kNone,
  kInvalid,  // a hub token that is worth nothing
  kListed,   // the id itself, which the allow list names without asking for more
  kValid,    // a hub token, or the secret or the address that the allow list asks for
};

// Through which port a connection came. A hub may have a port of its own for other hubs.
enum class Entrance : uint8_t {
  kAnybody,  // the only port there is
  kPeers,    // the port beside that of the hubs: nobody becomes a hub
  kHubs,     // the port of the hubs: nobody stays who does not become one
};

// ---- From the network. -------------------------------------------------------------------------

// A WebSocket handshake was finished by somebody who came to us. The hub answers with Connected or
// Close.
struct Opened {
  ConnectionId connection;
  std::string_view peer_id;  // as it stood in the URL, percent-decoded; may be anything
  std::string_view address;  // the remote address, without port
  HubCredential hub_credential = HubCredential::kNone;        // of its hub token alone
  Reason hub_credential_reason = Reason::kHubTokenMalformed;  // why it is invalid, where it is
  std::optional<PublicKey> hub_key = {};  // which its valid hub token names for its own
  std::string_view hub_secret = {};       // the field `hubSecret` of the URL, percent-decoded
  Entrance entrance = Entrance::kAnybody;
  SharedClaims claims = {};  // of the peer's token; null: it brought none
  // The address is that of a trusted proxy, which told of nobody behind it.
  bool is_proxy_address = false;
};

// A Dial was answered. From now on Received, WantMore and Closed, as for any connection; there is
// no Opened for it.
struct DialOpened {
  DialTargetId dial_target;
  ConnectionId connection;
};
struct DialFailed {
  DialTargetId dial_target;
  uint16_t code = 1006;    // the HTTP status where it was refused with one
  std::string_view text;   // why, in at most 512 printable bytes
  Duration retry_after{};  // how long it asked to be left alone
};

struct Received {
  ConnectionId connection;
  inbound::Message message;
  size_t bytes = 0;  // of the frame's payload
};

// What came is no message that this hub reads.
struct Unreadable {
  ConnectionId connection;
  Reason reason = Reason::kInvalidMessage;
  size_t bytes = 0;
};

// A frame arrived on a connection that was being probed: its holder lives. After the message that
// was in it, if there was one.
struct Alive {
  ConnectionId connection;
};

// The queue of a connection that got MoreWaits has room again.
struct WantMore {
  ConnectionId connection;
};

// A signal was not sent to its receiver, because the receiver reads slowly and too much of this
// sender, or of all senders together, waits for it already.
struct Undelivered {
  SignalType type = SignalType::kOffer;
  PeerId from;
  PeerId target;
  SharedText network;
  size_t payload_bytes = 0;
};

// A connection was not sent that `peer` says other words of itself now (Discovered::again), because
// its queue is long. It has to hear of that later.
struct Unheard {
  ConnectionId connection;
  PeerId peer;
  bool addressed = true;  // as the message was
};

// The connection is over, whoever ended it. Exactly once for each Opened, also after Close.
struct Closed {
  ConnectionId connection;
  Reason reason = Reason::kTransportLost;
  uint16_t code = 1006;
  std::string_view text;  // the peer's close text, if it gave one
};

// A socket was turned away before it was a connection. Counted here, where all reasons are.
struct Refused {
  Reason reason = Reason::kBadHandshake;
  // Where they are known, else empty.
  std::string_view peer_id = {};  // as it stood in the URL; may be anything
  std::string_view address = {};  // the remote address, without port
};

// From now on newcomers are turned away because memory is short, or no longer.
struct MemoryShortage {
  bool is_short = false;
};

// Memory will be short soon, and this connection holds more of it than any other, in a message that
// is not complete or a queue that is not read. It has to go.
struct HoldsMostMemory {
  ConnectionId connection;
};

// ---- From the bus, of a hub that has one. ------------------------------------------------------
// BusUp: this hub is connected to the broker, and subscribed. BusDown: it is not any more, or could
// not be, for a reason in one line. Both are values of event.h.

// Somebody said something on the bus: to all, this hub included, or to this hub alone.
struct Overheard {
  inbound::Message message;
};

// ---- From whoever runs the hub. ----------------------------------------------------------------

// From now on SignalRelayed and SignalDropped events are made for what these filters let through,
// and for nothing else. core/peers/signal_watch.h says how many.
struct WatchSignals {
  std::vector<SignalFilter> filters;
};
// From now on HandshakeSeen and HandshakeHub events are made for these handshakes, at most
// HandshakeWatch::kMostFilters of them, of this hub and of those that it may ask.
struct WatchHandshakes {
  std::vector<HandshakeFilter> filters;
};
// Whether BootstrapSignaling events are made; at first they are not.
struct ShowBootstrapSignaling {
  bool show = false;
};
// For the event stream only: what an operator was about to change, and that starting failed.
// Decides nothing.
struct Report {
  std::variant<Audit, ServerError> event;
};

// A deadline may have passed; see Hub::NextDeadline.
struct Tick {};

using Input = std::variant<Opened, Received, Unreadable, Alive, WantMore, Undelivered, Unheard,
                           Closed, Refused, MemoryShortage, HoldsMostMemory, DialOpened, DialFailed,
                           BusUp, BusDown, Overheard, Command, WatchSignals, WatchHandshakes,
                           ShowBootstrapSignaling, Report, Tick>;

}  // namespace pigeonhub
