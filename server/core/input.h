// SPDX-License-Identifier: Apache-2.0
//
// Everything that can happen to a hub. With effect.h this is the core's whole surface.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pigeonhub/event.h"
#include "server/core/ids.h"
#include "server/core/mesh_message.h"
#include "server/core/message.h"
#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub {

// Whether a connection brought a hub token, and what it was worth. Only hubs need one.
enum class HubProof : uint8_t { kNone, kValid, kInvalid };

// ---- From the network. -------------------------------------------------------------------------

// A WebSocket handshake was finished by somebody who came to us. The hub answers with Connected or
// Close.
struct Opened {
  ConnectionId connection;
  std::string_view peer_id;  // as it stood in the URL, percent-decoded; may be anything
  std::string_view address;  // the remote address, without port
  HubProof hub_proof = HubProof::kNone;
  Reason hub_proof_reason = Reason::kHubTokenMalformed;  // why it is invalid, where it is
};

// A Dial was answered. From now on Received, WantMore and Closed, as for any connection; there is
// no Opened for it.
struct DialOpened {
  UplinkId uplink;
  ConnectionId connection;
};
struct DialFailed {
  UplinkId uplink;
  uint16_t code = 1006;    // the HTTP status where it was refused with one
  std::string_view text;   // why, in at most 512 printable bytes
  Duration retry_after{};  // how long it asked to be left alone
};

struct Received {
  ConnectionId connection;
  inbound::Message message;
  size_t bytes = 0;  // of the frame's payload
};

// A frame arrived on a connection that was being probed: its holder lives. After the message that
// was in it, if there was one.
struct Alive {
  ConnectionId connection;
};

// The queue of a connection that got ListPending has room again.
struct WantMore {
  ConnectionId connection;
};

// The connection is over, whoever ended it. Exactly once for each Opened, also after Close.
struct Closed {
  ConnectionId connection;
  Reason reason = Reason::kTransportLost;
  uint16_t code = 1006;
  std::string_view text;  // the peer's close text, if it gave one
};

// Verdicts of the network layer that end nothing but are counted here, where all reasons are:
// a socket turned away before it was a connection, or a frame that said nothing.
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

// ---- Remote presence: peers that are connected to other hubs. ----------------------------------
// The core knows paths and who is behind them. A link maps the PeerPigeon messages of another hub
// to these; a broker would map its subjects to the same.

struct PathUp {
  PathId path;
  PeerId hub;
};
// Every peer that no other path leads to is withdrawn.
struct PathDown {
  PathId path;
};
struct RemoteJoin {
  PathId path;
  PeerId peer;
  std::string_view network;
  Profile profile;
  // See core/ownership.cc; hubs that know nothing of it say 0.
  uint64_t generation = 0;
  bool alive = false;
};
struct RemoteLeave {
  PathId path;
  PeerId peer;
  std::string_view network;
  std::string_view reason;
  // Set when the peer itself said goodbye. Clients close live data channels on a goodbye, so
  // nothing else may cause one.
  std::optional<RawJson> goodbye;
};
struct RemoteSignal {
  PathId path;
  PeerId from;
  inbound::Signal signal;
};

// ---- Commands. Each has an answer; see Hub::Handle. --------------------------------------------

// Where the data plane listens. Dials the bootstrap hubs, if there is auto_connect.
struct StartSignaling {
  std::string host;
  uint16_t port = 0;
  // Where other hubs can dial this one, unless the options say it; empty: nowhere.
  std::string url = {};
};
// Closes every connection with "Server shutting down".
struct StopSignaling {};
// Spreads the closing of all connections over `over`; zero means at once.
struct Drain {
  Duration over{};
};
// Ends a drain: whoever is still connected stays.
struct Undrain {};
// Also the grant by which a hub may join that brings no credential of its own. Allowed for a peer
// that is not connected.
struct RegisterHub {
  PeerId peer;
  Profile profile;
};
struct UnregisterHub {
  PeerId peer;
};
// The hub is closed out until it is released: no link to it, no connection from it, and nothing
// that it says through others is listened to. Need not be connected. Other hubs are not affected.
struct QuarantineHub {
  PeerId hub;
};
// Ends that, and dials what the quarantine stopped.
struct ReleaseHub {
  PeerId hub;
};
struct DisconnectPeer {
  PeerId peer;
};
// Dials `url` and keeps the link until it is disconnected. Not only bootstrap hubs.
struct ConnectHub {
  std::string url;
};
// Dials those bootstrap hubs to which there is no link.
struct ConnectBootstrapHubs {};
// Closes all links to bootstrap hubs, and keeps them closed.
struct DisconnectBootstrapHubs {};
// Closes the links to one hub, whoever dialed.
struct DisconnectLink {
  PeerId hub;
};
// Takes back what ConnectHub did: closes the link to `url`, or gives up the attempts to have one.
// `url` may be as it was given or as lists show it, without its secrets. A bootstrap hub's is
// stopped until somebody connects it, any other is forgotten.
struct DisconnectUrl {
  std::string url;
};
// The bootstrap hubs from now on; links to those no longer named are closed.
struct SetBootstrapHubs {
  std::vector<std::string> urls;
};
// Only while signaling is stopped.
struct SetHubMeshNamespace {
  std::string name;
};

// From now on SignalRelayed and SignalDropped events are made for what these filters let through,
// and for nothing else. core/signal_watch.h says how many.
struct WatchSignals {
  std::vector<SignalFilter> filters;
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

using Input =
    std::variant<Opened, Received, Alive, WantMore, Closed, Refused, MemoryShortage, DialOpened,
                 DialFailed, PathUp, PathDown, RemoteJoin, RemoteLeave, RemoteSignal,
                 StartSignaling, StopSignaling, Drain, Undrain, RegisterHub, UnregisterHub,
                 QuarantineHub, ReleaseHub, DisconnectPeer, ConnectHub, ConnectBootstrapHubs,
                 DisconnectBootstrapHubs, DisconnectLink, DisconnectUrl, SetBootstrapHubs,
                 SetHubMeshNamespace, WatchSignals, ShowBootstrapSignaling, Report, Tick>;

}  // namespace pigeonhub
