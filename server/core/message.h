// SPDX-License-Identifier: Apache-2.0
//
// The protocol's vocabulary, typed. What a peer sends (inbound) and what the hub says (outbound).
// JSON never appears here but as text that is passed on: the payload of a signal and the fields of
// an announce are never looked into by the core.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub {

// Immutable text with many holders (namespace names, profiles). Never null where it is used.
using SharedText = std::shared_ptr<const std::string>;

// Null is not even the empty text.
inline bool SameText(const SharedText& a, const SharedText& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a == b || *a == *b;
}

// A piece of valid JSON text inside a buffer that it keeps alive: a signal's payload travels from
// the frame it came in to the frame it goes out with, without a copy between. Empty: the key was
// absent.
struct RawJson {
  SharedText buffer;
  std::string_view text;

  bool empty() const { return text.empty(); }
};

// What a hub tells about itself when it announces, beyond what every peer may. Empty fields were
// not told.
struct HubDetails {
  // The version of the hub-to-hub part of the protocol that it speaks; 0: the reference's only.
  unsigned mesh_version = 0;
  // Set in the one answer to an announce with a mesh_version: the id of the hub that announced. A
  // reference hub shows each of its hubs the announces of all the others, so a version alone does
  // not tell who is at the other end.
  std::optional<PeerId> answers;
  std::string host;
  uint16_t port = 0;
  std::string region;
  std::vector<std::string> capabilities;
  std::string url;  // where other hubs may dial it

  friend bool operator==(const HubDetails&, const HubDetails&) = default;
};

// What a peer says about itself when it announces. On the wire this is `data`; an object's members
// are passed on, anything else shares nothing.
struct Profile {
  // The members as JSON text without the braces, and without peerId and isHub: those two the hub
  // writes itself, so that nobody can claim another's. E.g. `"peerType":"browser","n":[1]`.
  // Null means none.
  SharedText members;
  // data.isHub === true, strictly.
  bool is_hub = false;
  // Lifted from the members of a hub; null for everybody else.
  std::shared_ptr<const HubDetails> hub = nullptr;

  size_t size() const { return members == nullptr ? 0 : members->size(); }
};

// True for a hub that speaks more than the reference's protocol.
inline bool SpeaksMesh(const Profile& profile) {
  return profile.hub != nullptr && profile.hub->mesh_version > 0;
}

enum class SignalType : uint8_t { kOffer, kAnswer, kIceCandidate };
inline constexpr size_t kSignalTypeCount = 3;

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
};

struct Ping {};

// A client's cleanup. `connected` when its reason is connection_established: the one sign the
// protocol has that a pair made it.
struct Cleanup {
  bool connected = false;
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

// An uplink's other side greets: our own id, as it understood it.
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
  std::string reason = {};  // a name for programs, which only our hubs are told; may be empty
};

// What we say of ourselves over an uplink, once it is open.
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
