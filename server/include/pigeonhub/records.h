// SPDX-License-Identifier: Apache-2.0
//
// What a hub answers when asked about itself. Plain copies: they stay true to the moment they were
// taken at.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "pigeonhub/peer_id.h"
#include "pigeonhub/profile.h"
#include "pigeonhub/reason.h"
#include "pigeonhub/time.h"
#include "pigeonhub/token_claims.h"

namespace pigeonhub {

enum class Serving { kStopped, kServing, kDraining };

// What DrainPeers is doing.
struct DrainOfSome {
  TokenAttributes attributes = {};  // newcomers with these are turned away; empty: nothing is done
  size_t left = 0;                  // how many still have to go
};

// The counts that getStats of the reference server has, and more.
struct HubStats {
  Serving serving = Serving::kStopped;
  // Newcomers are turned away although it serves, for this reason; kCount: they are not.
  Reason turning_away = Reason::kCount;
  bool is_hub = false;
  PeerId hub_peer_id;
  std::string hub_mesh_namespace;
  size_t connections = 0;
  size_t peers = 0;
  size_t hubs = 0;      // connected hubs
  size_t networks = 0;  // namespaces with local announced peers
  size_t remote_peers = 0;
  size_t max_connections = 0;
  DrainOfSome drained = {};
};

// Where a peer of another hub is, as far as this hub knows.
struct RemotePlace {
  std::optional<PeerId> hub = {};  // a reference hub that we dialed does not tell its id
  std::string link = {};           // that leads there: its URL, or the hub at its other end
  bool over_bus = false;           // the way there is the bus, and no link
  bool is_reachable = true;        // a way leads there
  UnixMillis since = 0;            // when that hub told that the peer is in its namespace there
};

// How a connection is doing.
struct ConnectionState {
  uint64_t id = 0;                          // of the connection
  std::optional<uint64_t> queued = {};      // bytes that wait to be sent to it
  std::optional<Duration> round_trip = {};  // of its TCP connection: behind a proxy, to the proxy
};

// A connected peer.
struct PeerRecord {
  PeerId peer;
  uint64_t order = 0;  // of connecting: later ones have higher numbers
  SharedText network;  // null before its announce
  Profile profile;
  bool is_hub = false;
  std::string address;  // without port
  UnixMillis connected_at = 0;
  UnixMillis announced_at = 0;  // on this network for the first time; 0: not yet
  UnixMillis last_activity = 0;
  SharedClaims claims;  // of its token; null: it brought none
  // What it sent, and what was delivered to it, since it connected.
  uint64_t messages = 0;
  uint64_t bytes = 0;  // in these
  uint64_t signals_sent = 0;
  uint64_t signals_received = 0;
  // How its connection is doing now; empty where the one who answers does not know.
  ConnectionState connection = {};
  // Set for a peer of another hub. Only its id, its namespace and its profile are known then.
  std::optional<RemotePlace> remote = {};
};

// One part of a long list of peers.
struct PeerPage {
  std::vector<PeerRecord> peers;
  uint64_t next_order = 0;  // where the next part begins
  bool more = false;        // whether there is one
};

// Which peers to list; empty fields ask for nothing.
struct PeerFilter {
  std::string network = {};
  std::string id_prefix = {};
  bool hubs_only = false;
  // What the attributes of a peer's token have to say, all of it.
  TokenAttributes attributes = {};
};

// One part of the list of peers of other hubs.
struct RemotePeerPage {
  struct Row {
    PeerRecord peer;
    std::string place;  // where the list goes on behind it
  };
  std::vector<Row> rows;
  std::string next;   // where the next part begins
  bool more = false;  // whether there is one
};

// How a peer left within the last hour.
struct PeerDeparture {
  PeerId peer;
  SharedText network;  // null if it never announced; a long name is cut
  UnixMillis left_at = 0;
  Reason reason = Reason::kPeerClosed;
  uint16_t code = 0;
  uint64_t event = 0;   // the number of the event that told of it; 0: none did
  SharedText lost_hub;  // to which it was connected, and which was lost; null: it was here
};

// Where a peer is, or how it left; neither if this hub knows nothing of it.
struct PeerWhereabouts {
  std::optional<PeerRecord> peer;
  std::optional<PeerDeparture> departure;
};

// A namespace with members.
struct NamespaceRecord {
  std::string name;
  size_t local_peers = 0;
  size_t remote_peers = 0;
  bool is_hub_mesh = false;
  // Signals that passed among its members since it has some here, and the bytes of their data.
  uint64_t signals = 0;
  uint64_t signal_bytes = 0;
  // Members that came in here since then, and those of them that left.
  uint64_t joins = 0;
  uint64_t leaves = 0;
};

// A connected peer that is registered as a hub, or one that RegisterHub made a hub for whenever it
// connects.
struct HubRecord {
  PeerId peer;
  uint64_t order = 0;  // of registration: later ones have higher numbers
  SharedText network;  // null while it has not announced
  Profile profile;     // with what RegisterHub said of it
  Profile announced;   // without
  UnixMillis registered_at = 0;
  UnixMillis last_activity = 0;
  UnixMillis connected_at = 0;
  bool granted = false;  // by RegisterHub
  bool connected = true;
};

// A hub that is closed out.
struct QuarantinedHub {
  PeerId hub;
  UnixMillis since = 0;
  uint64_t refused = 0;  // connections and frames of it since
};

// What one hub did over a link, or tried to.
struct LinkCounts {
  uint64_t announced = 0;  // peers it told of
  uint64_t relayed = 0;    // signals it brought that went on
  uint64_t refused = 0;    // reports that broke a limit or made no sense
  uint64_t forged = 0;     // signals for peers it never told of
  uint64_t looped = 0;     // messages that had been here before
};

// How a link ended, or an attempt to have one.
struct LinkEnd {
  enum class Side : uint8_t {
    kNeither,  // the connection was lost, or never came to be
    kThisHub,
    kOtherHub,
  };

  Side side = Side::kNeither;
  Reason reason = Reason::kTransportLost;
  uint16_t code = 1006;  // the close code, or the HTTP status of a refusal; 1006: there was neither
  std::string text;      // one line; empty: nothing ended yet
};

// A link to another hub, or an address that should become one.
struct LinkRecord {
  enum class State {
    kConnecting,  // being dialed, or dialed and not yet known for a hub
    kUp,
    kWaiting,      // for the next attempt
    kSlow,         // for the next attempt, which is rare after too many failures
    kStopped,      // disconnected on demand, or this hub's own address
    kNotAdmitted,  // the other hub does not take this one for a hub; waits for the next attempt
  };

  std::string url;            // empty if the other side dialed
  std::optional<PeerId> hub;  // a reference hub that we dialed does not tell its id
  bool outgoing = false;
  bool bootstrap = false;
  // A hub that is given no bootstrap hubs dials this address by itself, and no hub was ever there:
  // that is no fault.
  bool is_default = false;
  State state = State::kUp;
  unsigned attempt = 0;  // failures in a row
  UnixMillis since = 0;  // when it came up, went down or was stopped, whatever was tried since
  UnixMillis last_attempt = 0;
  UnixMillis next_attempt = 0;  // 0: none is due
  size_t remote_peers = 0;      // that it leads to
  bool speaks_mesh = false;
  bool plain_server = false;  // what this hub dialed is no hub, and passes nothing on
  LinkEnd end;                // why it is not up
  LinkCounts counts;
  // Of the link that is up: what the other hub sent, and what waits for it in the hub.
  uint64_t messages = 0;
  uint64_t bytes = 0;
  uint64_t queued = 0;
  ConnectionState connection;
};
inline constexpr size_t kLinkStateCount = static_cast<size_t>(LinkRecord::State::kNotAdmitted) + 1;

// The broker that this hub shares with others, and what comes over it.
struct BusRecord {
  bool up = false;          // this hub hears itself there
  std::string server;       // the last one that it was connected to, without credentials
  UnixMillis since = 0;     // when it came up or went down; 0: it never was up
  size_t hubs = 0;          // that are heard there, without this one
  Duration echo{};          // what the last beat of this hub took there and back
  std::string end;          // why it is down; while it is up, what the broker denies to this hub
  size_t remote_peers = 0;  // of the hubs that it leads to
  LinkCounts counts;
};

// Another mesh hub, as one that could be asked something.
struct HubToAsk {
  PeerId hub;
  absl::Status status;  // why it cannot be asked now, in one line
  // It showed that it has a key of --hub-keys, to this hub or to one of which the same is true. So
  // neither of the two was let in by its word alone.
  bool has_mesh_key = false;
  bool said_its_end = false;  // it left the mesh in order: it stopped, or was drained to its end
};

// The hubs that are known, and which of them are linked.
struct TopologyRecord {
  struct Hub {
    PeerId id;
    std::string region;
    std::vector<std::string> capabilities;
    std::string url;
    bool self = false;
    unsigned hops = 0;
    size_t peers = 0;            // without hubs
    UnixMillis reported_at = 0;  // when the other hub told of them; 0: they are counted here
    bool speaks_mesh = false;
    // The name of the bus that it is on, and whom it does not hear there. It is linked to all
    // others that name it, as if by an edge.
    std::optional<PeerId> bus;
    std::vector<PeerId> unheard;
  };
  // A mesh hub that no way leads to any more, though it never said that it leaves.
  struct LostHub {
    PeerId id;
    std::string region;
    std::string url;
    size_t peers = 0;      // without hubs, when it last told of them
    UnixMillis since = 0;  // no way leads there
    // Whom it was linked to by its last word, at most 256 of them.
    std::vector<PeerId> neighbors;
  };
  struct Edge {
    PeerId a;
    PeerId b;
    friend auto operator<=>(const Edge&, const Edge&) = default;
  };
  std::vector<Hub> hubs;    // this one first, then by id
  std::vector<Edge> edges;  // a < b, in order
  // Of these, those that one end alone tells of: `a` does, and `b` does not. For a moment that is
  // so of each link that comes or goes.
  std::vector<Edge> one_way;
  // In the order of their ids, for 15 minutes after they were given up, or until they are back.
  std::vector<LostHub> lost = {};
  // The other mesh hubs, in the order of their ids, and those that were lost lately.
  std::vector<HubToAsk> to_ask = {};
};

}  // namespace pigeonhub
