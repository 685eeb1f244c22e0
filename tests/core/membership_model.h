// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub {

// What a hub has to know and to say, computed the slow way: plain sets, searched from end to end at
// every question. No lists in pieces, no rosters, no deadlines queue; where the hub differs from
// this, the hub is wrong.
class MembershipModel {
 public:
  static constexpr Duration kProbeTimeout = std::chrono::seconds(3);
  static constexpr Duration kClaimRest = std::chrono::seconds(30);

  MembershipModel(bool is_hub, std::string mesh) : is_hub_(is_hub), mesh_(std::move(mesh)) {}

  // ---- What happens
  void Open(ConnectionId connection, const PeerId& id);
  void SignOfLife(ConnectionId connection);
  void Gone(ConnectionId connection);
  void Goodbye(ConnectionId connection);
  void Announce(ConnectionId connection, const std::string& network, int words);
  void Report(ConnectionId hub, const PeerId& peer, const std::string& network, int words);
  void Withdraw(ConnectionId hub, const PeerId& peer, const std::string& network, bool goodbye);
  // `from` is the connection's own id unless a hub speaks for somebody else.
  void Signal(ConnectionId connection, const PeerId& from, const PeerId& target,
              const std::string& network);
  void Advance(Duration by);

  // ---- What must be true then
  // Receiver, sender and target of each signal that had to arrive, and the connections that had to
  // be closed, since the last call.
  using Delivery = std::tuple<ConnectionId, PeerId, PeerId>;
  std::multiset<Delivery> TakeDeliveries() { return std::exchange(deliveries_, {}); }
  std::set<ConnectionId> TakeCloses() { return std::exchange(closes_, {}); }

  bool IsBound(ConnectionId connection) const { return peers_.contains(connection); }
  bool IsLink(ConnectionId connection) const;
  std::optional<std::string> NetworkOf(ConnectionId connection) const;
  // The others of its namespace, with their latest words.
  std::map<PeerId, int> KnownTo(ConnectionId connection) const;
  // Whom a link has to have been told of: our peers, and those of every other hub.
  std::map<PeerId, std::pair<std::string, int>> ToldTo(ConnectionId link) const;

  size_t connections() const { return peers_.size(); }
  size_t remote_peers() const { return remote_.size(); }
  size_t networks() const;

 private:
  struct Peer {
    PeerId id;
    std::optional<std::string> network;
    int words = 0;
  };
  struct Remote {
    std::string network;
    int words = 0;
    std::vector<ConnectionId> hubs;  // in the order in which they told of it
  };
  struct Challenge {
    ConnectionId newcomer;
    Duration deadline;
  };

  // A hub says that it has a peer which is connected here.
  struct Claim {
    ConnectionId hub;
    std::string network;
    int words = 0;
  };
  struct Claims {
    std::optional<Duration> silent_until;  // when the peer is closed, unless it says something
    std::optional<Claim> looked_into;
    std::optional<Claim> waiting;
    Duration rest_until{};
  };

  std::optional<ConnectionId> HolderOf(const PeerId& id) const;
  void Tell(const PeerId& peer, const Claim& claim);
  void LookInto(Claims& claims, const Claim& claim);
  // The next deadline that is due, if any is: it is the time then, and it has been acted upon.
  bool PassDeadline(Duration end);
  void Leave(ConnectionId connection);
  void LoseLink(ConnectionId connection);

  const bool is_hub_;
  const std::string mesh_;
  Duration now_{};
  std::map<ConnectionId, Peer> peers_;
  std::map<PeerId, Challenge> challenges_;
  std::map<ConnectionId, Claims> claims_;  // on whom
  std::map<PeerId, Remote> remote_;
  std::multiset<Delivery> deliveries_;
  std::set<ConnectionId> closes_;
};

}  // namespace pigeonhub
