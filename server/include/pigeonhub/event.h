// SPDX-License-Identifier: Apache-2.0
//
// What happened, for whoever watches: listeners of an embedding program and the control API.
// The names are those of the reference server (its hubRegistered is HubRegistered).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "pigeonhub/handshake.h"
#include "pigeonhub/pair_report.h"
#include "pigeonhub/peer_id.h"
#include "pigeonhub/profile.h"
#include "pigeonhub/reason.h"
#include "pigeonhub/records.h"
#include "pigeonhub/time.h"
#include "pigeonhub/token_claims.h"

namespace pigeonhub {

// One name and how often it came.
struct TallyRow {
  std::string name;
  size_t count = 0;
};

struct Started {
  std::string host;
  uint16_t port = 0;
};
struct Stopped {};
// Starting failed, as its caller was told, too. The reference's `error`.
struct ServerError {
  std::string message;
};

struct PeerConnected {
  PeerId peer;
  std::string address;  // the remote address, without port
  size_t total_connections = 0;
};
struct PeerDisconnected {
  PeerId peer;
  Reason reason = Reason::kPeerClosed;
  uint16_t code = 0;  // the close code seen or sent; 1006 where there was none
  size_t total_connections = 0;
  SharedText network;   // null if it never announced
  std::string address;  // the remote address, without port
  Duration connected_for{};
  // What it sent: messages and the bytes in them.
  uint64_t messages = 0;
  uint64_t bytes = 0;
};
// Somebody was turned away who wanted to be a peer. Said at once, then at most once in 10 s for
// each reason; particulars are those of the last one.
struct PeerRefused {
  std::string peer;     // the id as it was given, in at most 64 bytes; empty if none was
  std::string address;  // the remote address, without port; empty where it is not known
  Reason reason = Reason::kCount;
  uint64_t count = 0;  // for this reason, since the last event for it
};
// PeerAnnounced, PairConnected, PairFailed, PairRetried, NamespaceCreated and NamespaceRemoved are
// told of one peer ten times at once, then once in a second; such an event stands for all since the
// one before, and is the last of them.
struct PeerAnnounced {
  PeerId peer;
  SharedText network;
  bool is_hub = false;
  uint64_t count = 1;  // for how many it stands
};
struct PeerGoodbye {
  PeerId peer;
  SharedText network;  // null if it never announced
};
// Many peers left within a short time; each also left with an event of its own. Said once, when
// the leaving has died down.
struct PeersLeft {
  size_t count = 0;
  Duration within{};
  std::vector<std::pair<Reason, size_t>> reasons;  // the most frequent first
  // The most frequent first, at most 5 of each.
  std::vector<TallyRow> addresses;
  std::vector<TallyRow> networks;
};
// A client reported (cleanup, connection_established) that its pair is connected.
struct PairConnected {
  PeerId peer;
  PeerId other;
  SharedText network;  // null if it never announced
  uint64_t count = 1;  // for how many it stands
  PairReport report = {};
  // How long the last offer between the two waited for its answer; empty if that is not known.
  std::optional<Duration> answer_after = {};
};
// A client reported that its attempt failed (connection_failed), or that the two were connected and
// are not any more (connection_lost); the report's kind says which.
struct PairFailed {
  PeerId peer;
  PeerId other;
  SharedText network;  // null if it never announced
  uint64_t count = 1;  // for how many it stands
  PairReport report = {.kind = PairReport::Kind::kFailed};
};
// A pair offers again that began to offer at least 10 s ago, and at most a minute, and that nobody
// reported as connected. Said once until it begins anew.
struct PairRetried {
  PeerId peer;  // who offers now
  PeerId other;
  SharedText network;
  uint64_t count = 1;  // for how many it stands
  Duration after{};    // since the first offer of either
};

struct HubRegistered {
  PeerId peer;
  size_t total_hubs = 0;
};
struct HubUnregistered {
  PeerId peer;
  size_t total_hubs = 0;
};
// A peer announced as a hub and was not admitted; it stays an ordinary peer.
struct HubRefused {
  PeerId peer;
  Reason reason = Reason::kHubNotAdmitted;
  std::string address;  // the remote address, without port
};

// A hub on the hub mesh namespace connected, and its peers become reachable.
struct LinkUp {
  PeerId peer;
  // This hub dialed a server that is no hub: it passes nothing on.
  bool plain_server = false;
};
struct LinkDown {
  PeerId peer;
  size_t withdrawn_peers = 0;  // those that no other link leads to
  // Empty: the connection goes on, but the other side is no hub on it any more.
  std::optional<LinkEnd> end;
  UnixMillis since = 0;  // when it came up
  Duration up_for{};
};

// This hub hears itself on the bus that it shares with other hubs, and so whom else is there.
struct BusUp {
  std::string server;      // without credentials
  size_t max_payload = 0;  // bytes that the broker takes in one message
};
// It does no longer. Hubs that no link leads to stay known for a while, with their peers.
struct BusDown {
  std::string reason;  // one line
};
// A hub is given up, which no way led to any more for longer than its grace. One that stopped in
// order, and said so, is none.
struct HubLost {
  PeerId hub;
  size_t withdrawn_peers = 0;
};

// The link to a hub that this hub dials (a bootstrap hub, or one given to ConnectHub) is up. The
// reference server has these names, too.
struct BootstrapConnected {
  std::string uri;
};
// It is down again, or could not be had. For one that stays away this is said once, and once more
// when the attempts become rare.
struct BootstrapDisconnected {
  std::string uri;
  uint16_t code = 0;
  std::string reason;
  bool intended = false;  // an operator ended it, or signaling stopped
};
// Another hub was heard of.
struct HubDiscovered {
  PeerId peer;
  std::string via;     // the URL that this hub dialed, or the id of the hub that told
  SharedText members;  // may be null
};
// A signal came over the link to a hub that this hub dialed. It was delivered, or was meant for
// this hub itself. Only while somebody asked for it (ShowBootstrapSignaling).
struct BootstrapSignaling {
  // Events are kept for a while, so a larger payload is left out.
  static constexpr size_t kMostPayload = size_t{8} * 1024;

  SignalType type = SignalType::kOffer;
  PeerId from;
  PeerId target;
  std::string uri;
  size_t payload_bytes = 0;
  RawJson payload;
};

// Which signals somebody watches: those of one peer, of one namespace, or, without either, all.
struct SignalFilter {
  std::optional<PeerId> peer;
  std::string network;
};

// A signal went through, while somebody watches such signals (WatchSignals). Envelope facts only.
struct SignalRelayed {
  SignalType type = SignalType::kOffer;
  PeerId from;
  PeerId target;
  SharedText network;
  size_t payload_bytes = 0;
  bool to_link = false;  // handed to another hub; else delivered here
  // Of an answer: since the offer that it answers. Of a candidate: since the last offer of either.
  std::optional<Duration> since_offer = {};
};

// A signal went nowhere, while somebody watches such signals.
struct SignalDropped {
  SignalType type = SignalType::kOffer;
  PeerId from;
  std::optional<PeerId> target;  // empty if none was given, or what was given is no id
  SharedText network;            // the sender's; null if it has none
  size_t payload_bytes = 0;
  Reason reason = Reason::kCount;
};

// Somebody changed something, or tried to.
struct Audit {
  std::string method;
  std::string principal;
  std::string object;
  std::string outcome;
  std::string hub = {};  // the other hub that was to do it, or "*"; empty: this one
};

// A step of a handshake that somebody watches (WatchHandshakes). Listeners do not hear of it.
struct HandshakeSeen {
  std::shared_ptr<const HandshakeStep> step;
};

struct NamespaceCreated {
  SharedText network;
  uint64_t count = 1;  // for how many it stands, which one peer created
};
struct NamespaceRemoved {
  SharedText network;
  uint64_t count = 1;  // for how many it stands, which one peer left as the last
};

// A limit was met. Said at once, then at most once a second for each reason, and when it has not
// been met for a second. A burst of one is told by its first event alone.
struct LimitHit {
  Reason reason = Reason::kCount;
  uint64_t count = 0;  // since the last event of this burst
  uint64_t total = 0;  // since the burst began
  Duration lasted{};   // from its first to its last time
  bool ended = false;
  // Of the whole burst, the most frequent first, at most 5 of each.
  std::vector<TallyRow> addresses;
  std::vector<TallyRow> networks;
  std::vector<TallyRow> peers;  // by id, as it was given; at most 64 bytes of it
};

struct DrainStarted {
  Duration over{};
  size_t connections = 0;
  TokenAttributes attributes = {};  // of those alone whose tokens have these; empty: of all
};
struct DrainFinished {
  TokenAttributes attributes = {};  // as when it started
};
// Whoever was still connected stays.
struct DrainCancelled {};

using EventBody =
    std::variant<Started, Stopped, ServerError, PeerConnected, PeerRefused, PeerDisconnected,
                 PeerAnnounced, PeerGoodbye, PeersLeft, PairConnected, PairFailed, PairRetried,
                 HubRegistered, HubUnregistered, HubRefused, LinkUp, LinkDown, BusUp, BusDown,
                 HubLost, BootstrapConnected, BootstrapDisconnected, HubDiscovered,
                 BootstrapSignaling, SignalRelayed, SignalDropped, NamespaceCreated,
                 NamespaceRemoved, LimitHit, DrainStarted, DrainFinished, DrainCancelled, Audit,
                 HandshakeSeen, HandshakeHub>;

// Numbered without a hole by the core, from 1.
struct Event {
  uint64_t seq = 0;
  UnixMillis unix_ms = 0;
  EventBody body;
};

}  // namespace pigeonhub
