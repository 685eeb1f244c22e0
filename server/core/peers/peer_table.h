// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "pigeonhub/token_claims.h"
#include "server/core/counters.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/message.h"
#include "server/core/peers/arrival.h"
#include "server/core/peers/pending_list.h"
#include "server/core/peers/spending.h"
#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub {

struct Namespace;

// A peer that is connected here. An id belongs to one connection at a time.
struct Peer {
  PeerId id;
  ConnectionId connection;
  uint64_t order = 0;  // of binding; peers are older the lower it is

  // Null until it has announced.
  Namespace* network = nullptr;
  uint32_t roster_position = 0;
  // Registered as a hub: by its own announce, if admitted, or by RegisterHub.
  bool is_hub = false;
  // Other hubs were told of it, and have to be told when it leaves.
  bool published = false;
  bool at_loopback = false;  // see PeerRates
  Arrival arrival;
  Profile profile;

  // Its last announce was refused, and none was taken since.
  struct RefusedAnnounce {
    Reason reason = Reason::kCount;
    std::string network;  // its name, in at most 64 bytes
    UnixMillis at = 0;
  };
  std::unique_ptr<RefusedAnnounce> refused;

  // Set while it is a hub on the hub mesh namespace, and so a link to another hub's peers.
  std::optional<PathId> link;

  // What is still to be told to it of a long list.
  std::unique_ptr<PendingList> list;
  // A newcomer with the same id that waits for this one to prove that it lives. Few peers have one.
  std::unique_ptr<const ConnectionId> challenger;
  // Other hubs that wait for the same.
  struct Contender {
    PathId path;
    std::string network;
    Profile profile;
    uint64_t generation = 0;
    bool alive = false;  // the hub there says that its connection was just asked, and lives
  };
  struct LivenessCheck {
    SteadyTime until;
    std::vector<PeerId> claiming_hubs;
    // Other hubs that told that they have the peer, each once.
    std::vector<Contender> contenders;
    void Contend(Contender contender) {
      Withdraw(contender.path);
      contenders.push_back(std::move(contender));
    }
    bool HasContender(PathId path) const {
      return std::any_of(contenders.begin(), contenders.end(),
                         [&](const Contender& one) { return one.path == path; });
    }
    void Withdraw(PathId path) {
      std::erase_if(contenders, [&](const Contender& one) { return one.path == path; });
    }
  };
  std::unique_ptr<LivenessCheck> liveness_check;
  // When a check last ended with a sign of life; min() if none did.
  SteadyTime answered_at = SteadyTime::min();
  // Other hubs claim this peer, while it was asked too recently to be asked again.
  struct PresenceClaims {
    std::optional<Contender> waiting;  // of a reference hub
    std::vector<PathId> waiting_hubs;  // mesh hubs that will be asked for theirs
    std::optional<PathId> answered;    // which reference hub was told last that it lives here
  };
  std::unique_ptr<PresenceClaims> presence_claims;
  // Of several hubs that have the same peer, the highest owns it.
  uint64_t generation = 1;

  HubCredential hub_credential = HubCredential::kNone;
  Reason hub_credential_reason = Reason::kHubTokenMalformed;
  bool has_mesh_key = false;  // it brought a valid hub token
  Entrance entrance = Entrance::kAnybody;
  std::unique_ptr<const PublicKey> hub_key;  // which its hub token names; null if none
  SharedClaims claims;
  SteadyTime token_ends_at = SteadyTime::max();  // it is closed then
  std::string address;
  UnixMillis announced_at = 0;  // on its namespace, for the first time
  SteadyTime joined_at;         // the same on the clock that is never set
  UnixMillis connected_at = 0;
  SteadyTime bound_at;  // the same on the clock that is never set
  UnixMillis last_activity = 0;
  // What it sent: messages and the bytes in them, and how many of them were signals; and the
  // signals that were delivered to it.
  uint64_t messages = 0;
  uint64_t bytes = 0;
  uint64_t signals_sent = 0;
  Counter signals_received;  // also by signals that pass at the same time
  // See PeerRates.
  std::shared_ptr<const MemberPaces> paces;  // that `spent` was counted with last
  Spending spent;

  void NoteMessage(UnixMillis now, size_t size) {
    last_activity = now;
    ++messages;
    bytes += size;
  }
};

// Every connected peer, by connection and by id. Pointers stay valid until Remove.
class PeerTable {
 public:
  Peer& Add(const PeerId& id, ConnectionId connection);
  void Remove(const Peer& peer);

  Peer* Find(ConnectionId connection) const;
  Peer* Find(const PeerId& id) const;

  size_t size() const { return by_connection_.size(); }

  // By Peer::order, so oldest first.
  const absl::btree_map<uint64_t, Peer*>& in_order() const { return by_order_; }

  // Gives back what a crowd that left no longer needs.
  void Compact();

 private:
  absl::flat_hash_map<ConnectionId, std::unique_ptr<Peer>> by_connection_;
  absl::flat_hash_map<PeerId, Peer*> by_id_;
  absl::btree_map<uint64_t, Peer*> by_order_;
  uint64_t next_order_ = 1;
};

}  // namespace pigeonhub
