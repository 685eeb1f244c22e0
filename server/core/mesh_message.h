// SPDX-License-Identifier: Apache-2.0

// What our hubs say to each other beyond the reference's protocol (docs/protocol.md, "Between our
// hubs"). Two kinds of messages: news of who is linked to whom, which every hub passes on to its
// neighbors, and frames from one hub to one other, which hubs in between pass on unopened.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pigeonhub/ban.h"
#include "pigeonhub/handshake.h"
#include "server/base/frame_mac.h"
#include "server/base/key_pair.h"
#include "server/core/ids.h"
#include "server/core/message.h"

namespace pigeonhub {

// Shows that a node is the word of the hub that it is about, and of which process. What it signs is
// in mesh/node_seal.h.
struct HubSeal {
  uint64_t start = 0;       // when the process began, in Unix milliseconds; stands above seq
  PublicKey signing_key{};  // signed all this
  PublicKey agreement_key{};
  Signature signature{};
  friend bool operator==(const HubSeal&, const HubSeal&) = default;
};

// How a public key begins: enough that nobody finds another one that does so, too.
using KeyPrefix = std::array<uint8_t, 16>;
KeyPrefix PrefixOf(const PublicKey& key);

// One hub's word about itself. Of two by the same hub the one with the newer seq holds; see
// HubMap.
struct HubNode {
  struct Neighbor {
    PeerId hub;
    // This hub has reason to trust it: it dialed it by configuration, or admitted it by token or
    // grant. Only hubs that somebody vouches for are dialed because they advertise an address.
    bool vouched = false;
    // Of that with which the hub there signs, if it also showed that it has the key of the mesh: it
    // brought a token, or it is at an address that an operator gave. Only such hubs are shown
    // tokens at addresses that they advertise.
    std::optional<KeyPrefix> key = {};
    friend bool operator==(const Neighbor&, const Neighbor&) = default;
  };

  PeerId id;
  uint64_t seq = 0;
  bool transit = true;  // false: a plain server, which carries nothing for others
  uint64_t peers = 0;   // connected to it when it said so
  std::vector<Neighbor> neighbors;
  // The name of the bus that it is on, and whom it does not hear there, in order. All others that
  // name this bus, and hear it, are its neighbors, too.
  std::optional<PeerId> bus;
  std::vector<PeerId> unheard;
  // As in an announce; `hub` is never null. `members` is null for our own, which is written from
  // `hub`.
  Profile profile;
  std::shared_ptr<const HubSeal> seal = nullptr;  // null: of a hub that signs nothing
  // The text that it came as, and is passed on as: a newer hub may say more than this one reads.
  std::string raw;
};
using SharedNode = std::shared_ptr<const HubNode>;

// What a frame carries, in this order: what the sender wants to hear of, whom it has, signals.
namespace mesh {

// No number that hubs tell each other is larger: a double, which is what numbers are in JavaScript,
// holds every whole number up to here.
inline constexpr uint64_t kMostNumber = (uint64_t{1} << 53) - 1;
// A frame goes over so many links at most; more would mean that hubs disagree about the map.
inline constexpr size_t kMostHops = 16;
// A frame's text without its data and via, at most; and its data's without the operations.
inline constexpr size_t kFrameHead = 192;
// What a message between hubs needs besides what it carries, at most: a frame grows by an id with
// each hub that passes it on.
inline constexpr size_t kEnvelope = 2 * kFrameHead + kMostHops * PeerId::kLength;
// A generation above this one. At the end there is none; then the hub ids decide.
constexpr uint64_t GenerationAbove(uint64_t generation) {
  return generation < kMostNumber ? generation + 1 : kMostNumber;
}

// The sender has members in a namespace, and wants to hear of others there; or no longer.
struct Want {
  SharedText network;
};
struct Unwant {
  SharedText network;
};
// It wants to hear of every namespace, for it has to tell hubs that cannot say what they want.
struct WantAll {
  bool all = false;
};
// Joins that follow, up to Listed, are all the sender has in this namespace; in any, if it has no
// name.
struct Listing {
  SharedText network;
};
struct Listed {
  SharedText network;
};
// A list with nothing in it: the sender has nobody in this namespace.
struct Nobody {
  SharedText network;
};
struct Join {
  PeerId peer;
  SharedText network;
  uint64_t generation = 0;
  // The peer was just asked, and lives: whoever has it with a lower generation closes it.
  bool alive = false;
  bool is_hub = false;
  SharedText members;
};
struct Leave {
  PeerId peer;
  SharedText network;
  std::string reason;
  bool goodbye = false;  // the peer itself said it
  RawJson payload;       // with it
};
struct Signal {
  SignalType type = SignalType::kOffer;
  PeerId from;
  PeerId target;
  SharedText network;
  RawJson payload;
  CandidateTally candidates = {};  // that the payload tells of; not sent
  // While its handshake is watched, on the clock of the hub that sends it: when that heard it,
  // which is not sent, and when it first sent it on. 0: it is not watched.
  uint64_t heard_us = 0;
  uint64_t sent_us = 0;
};
// Somebody with an id that the receiver has came to the sender. The receiver asks its own: Holds if
// that one lives, Yields once it is gone.
struct Claim {
  PeerId peer;
};
struct Holds {
  PeerId peer;
};
struct Yields {
  PeerId peer;
  uint64_t generation = 0;
};

// A ban, or that one is lifted. How long it lasts travels and not when it ends: the clocks of two
// hubs may be far apart.
struct BanTold {
  std::shared_ptr<const BanRecord> ban;  // its order, ends_at and remembered_until say nothing
  uint64_t left_ms = 0;
  uint64_t remembered_ms = 0;
};
// Which list of bans the sender has: a digest of it. If it answers a WantBans, it comes behind what
// that asked for, and `next` is where more of the list begins; 0: that was all.
struct BansHeld {
  uint64_t digest = 0;
  uint64_t next = 0;
  bool answers = false;
};
// Asks for the next piece of the receiver's list, from behind this place; 0: from the beginning.
struct WantBans {
  uint64_t after = 0;
};

// A piece of a question to the receiver. What is asked is the business of those who run the hubs.
struct Ask {
  uint64_t number = 0;  // the asker's, of the question
  uint64_t piece = 0;   // of the question, from 0
  bool last = true;     // piece
  SharedText bytes;
};
// A piece of the answer to such a question; or why there is none, in a word.
struct Reply {
  uint64_t number = 0;
  uint64_t piece = 0;
  bool last = true;
  SharedText bytes;
  std::string refusal = {};
};

// ---- Steps of handshakes that somebody watches; see HandshakeAsking. Times are those of the
// steady clock of the hub that says them, in microseconds.

// Asks for the steps of these handshakes, for 10 s from now. With a time it is also a question for
// the time there.
struct TraceAsked {
  HandshakeFilter filter = {};
  uint64_t asked_us = 0;
};
// Answers one with a time: that, and the time when it was heard. Also what was not told for want of
// room since the last answer.
struct TraceAnswered {
  uint64_t asked_us = 0;
  uint64_t heard_us = 0;
  uint64_t omitted = 0;
};
// One thing that the sender saw.
struct TraceStep {
  HandshakeStepKind kind = HandshakeStepKind::kAnnounced;
  HandshakeStage stage = HandshakeStage::kHeard;
  PeerId from = {};
  std::optional<PeerId> to = {};
  SharedText network = nullptr;
  std::optional<PeerId> other_hub = {};
  uint64_t heard_us = 0;
  std::optional<uint64_t> queue_us = {};
  uint64_t sent_us = 0;  // by the other hub, on the clock of that; 0: nobody knows
  Reason reason = Reason::kCount;
};
using SharedTraceStep = std::shared_ptr<const TraceStep>;

using Op = std::variant<Want, Unwant, WantAll, Listing, Listed, Nobody, Join, Leave, Signal, Claim,
                        Holds, Yields, BanTold, BansHeld, WantBans, Ask, Reply, TraceAsked,
                        TraceAnswered, SharedTraceStep>;

// One piece of the conversation of two hubs; see Conversation.
struct Body {
  uint64_t stream = 0;
  uint64_t seq = 0;  // 0: only an acknowledgement
  uint64_t ack_stream = 0;
  uint64_t ack = 0;
  bool again = false;  // something in between is missing
  std::vector<Op> ops;
};

// Who says it, of news on a bus. Whoever says anything there is there, so news may say nothing
// else.
struct Beat {
  PeerId from;
  PeerId bus;           // what `from` calls the bus
  uint64_t life = 0;    // a random number of its process
  uint64_t number = 0;  // of what it said to all; 0: said to one
  friend bool operator==(const Beat&, const Beat&) = default;
};

// Of a frame; `checked` is its body's text behind the MAC.
inline Mac MacOf(const PeerId& from, const PeerId& to, std::string_view checked,
                 const MacKey& key) {
  return FrameMacOf({from.text(), to.text(), checked}, key);
}

}  // namespace mesh

namespace inbound {

struct HubNews {
  std::vector<SharedNode> hubs;
  size_t refused = 0;  // entries that are no hub's, or have a number out of its range
  std::optional<mesh::Beat> beat = {};  // of news on a bus
};

struct HubFrame {
  PeerId from;
  PeerId to;
  std::vector<PeerId> via;  // the hubs that passed it on
  std::shared_ptr<const mesh::Body> body;
  RawJson raw;                            // the body as it came
  size_t refused = 0;                     // operations with a number out of its range
  std::optional<Mac> mac = std::nullopt;  // if the frame has one
  std::string_view checked = {};          // of raw, what the MAC is over
};

using Message = std::variant<Announce, Goodbye, Signal, Ping, Cleanup, PeerReport, PeerWithdrawal,
                             Connected, Pong, Error, HubNews, HubFrame, Unroutable>;

}  // namespace inbound

namespace outbound {

struct HubNews {
  std::vector<SharedNode> hubs;
  std::optional<mesh::Beat> beat = {};  // on a bus
};

struct HubFrame {
  PeerId from;
  PeerId to;
  std::vector<PeerId> via;
  std::shared_ptr<const mesh::Body> body;  // null: `raw` is passed on
  RawJson raw;
  std::optional<MacKey> mac_key = std::nullopt;  // the body gets a MAC with it
};

using Message = std::variant<Connected, Discovered, Disconnected, Goodbye, Signal, Pong, Error,
                             HubAnnounce, HubAnswer, Ping, HubNews, HubFrame>;

}  // namespace outbound

}  // namespace pigeonhub
