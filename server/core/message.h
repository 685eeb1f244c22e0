// SPDX-License-Identifier: Apache-2.0

// The protocol's vocabulary, typed. What a peer sends (inbound) and what the hub says (outbound).
// JSON never appears here but as text that is passed on: the payload of a signal and the fields of
// an announce are never looked into by the core. The decoder counts the candidates of a payload.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pigeonhub/pair_report.h"
#include "pigeonhub/profile.h"
#include "server/core/candidate_tally.h"
#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub {

// True for a hub that speaks more than the reference's protocol.
inline bool SpeaksMesh(const Profile& profile) {
  return profile.hub != nullptr && profile.hub->mesh_version > 0;
}

// ---- Inbound: what one frame of a client asks for. ---------------------------------------------
// Views point into the decoder's buffers and are valid during Hub::Handle only. `network` is
// "global" where the frame had no networkName, an empty one, or a falsy value.
namespace inbound {

struct Announce {
  std::string_view network;
  Profile profile;
};

struct Goodbye {
  std::string_view from;  // fromPeerId; honoured from an admitted hub only
  std::string_view network;
  RawJson payload;
};

struct Signal {
  SignalType type = SignalType::kOffer;
  std::string_view network;
  std::string_view from;    // fromPeerId; honoured from an admitted hub only
  std::string_view target;  // empty: absent or not a string
  RawJson payload;
  CandidateTally candidates = {};  // that the payload tells of
  uint64_t sent_us = 0;            // mesh::Signal::sent_us, of one that another hub sent on
};

struct Ping {};

// A client's cleanup. With a report if its reason is connection_established, connection_failed or
// connection_lost: the one sign the protocol has of how a pair fares.
struct Cleanup {
  std::optional<PairReport> report;
  std::string_view target;
};

// peer-discovered and peer-disconnected as an admitted hub sends them, about its own peers.
struct PeerReport {
  std::string_view network;
  std::string_view peer;
  Profile profile;
};
struct PeerWithdrawal {
  std::string_view network;
  std::string_view peer;
  std::string_view reason;
};

// The hub that we dialed greets us. `peer` is our own id, as that hub understood it.
struct Connected {
  std::string_view peer;
};

struct Pong {};

// A hub refuses something. `reason` is for programs; empty where only words for people were given.
struct Error {
  std::string_view reason;
};

// Any other type. `type` is as the reference would print it: "undefined" where there was none.
struct Unroutable {
  std::string_view type;
};

}  // namespace inbound

// ---- Outbound: what the hub tells one connection, or many. -------------------------------------
// `addressed`: the frame carries targetPeerId, which is the receiver's own id. Links between hubs
// get theirs without one, as in the reference.
namespace outbound {

struct Connected {
  PeerId peer;
};

struct Discovered {
  SharedText network;
  PeerId peer;
  bool is_hub = false;
  SharedText members;  // Profile::members; may be null
  bool addressed = true;
  // The receiver knows the peer, which says something else of itself now. That may come later, so
  // that others cannot fill the receiver's queue with it: see Unheard.
  bool again = false;
};

struct Disconnected {
  SharedText network;
  PeerId peer;
  bool is_hub = false;
  std::string reason;
  bool addressed = true;
};

struct Goodbye {
  SharedText network;
  PeerId from;
  RawJson payload;
};

struct Signal {
  SignalType type = SignalType::kOffer;
  SharedText network;
  PeerId from;
  PeerId target;
  RawJson payload;
};

// Always to the connection that asked.
struct Pong {
  PeerId peer;
};

struct Error {
  std::string text;
  std::string reason = {};  // a name for programs; may be empty
};

// What we say of ourselves to a hub that we dialed, once the link is open.
struct HubAnnounce {
  SharedText network;
  std::shared_ptr<const HubDetails> self;
};
// The answer to such an announce, between hubs that speak more than the reference's protocol: a
// peer-discovered of the answering hub's own id.
struct HubAnswer {
  SharedText network;
  PeerId peer;
  std::shared_ptr<const HubDetails> self;
};

// Asks for a Pong.
struct Ping {};

}  // namespace outbound

}  // namespace pigeonhub
