// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/connection.h"
#include "tests/bench/load/swarm.h"
#include "tests/bench/load/tally.h"

namespace pigeonhub::bench {

// Peers of one namespace who connect, announce themselves, wait until each has been told of every
// other, and leave. It checks each peer-discovered message: about a member, for its receiver, from
// "system", in this namespace, and once only.
class Group : public Listener {
 public:
  enum class Announce { kOnOpen, kWhenAsked };

  // Starts connecting; where there are several hubs, each member to the next hub, and after the one
  // before it is open.
  Group(Swarm& swarm, Tally& tally, std::mt19937_64& random, std::string namespace_name,
        size_t size, Announce announce = Announce::kOnOpen);
  // Connections that are still there stay open, unheard.
  ~Group() override;
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  // Announces everyone, in one turn.
  void AnnounceAll();
  // Closes every connection, in one turn.
  void Leave();
  // From now on messages are not looked at; a connection that is lost still is trouble.
  void StopListening() { listening_ = false; }
  // Gives a member's connection to another listener for good.
  Connection& HandOver(size_t member, Listener* listener, size_t tag);

  size_t size() const { return peer_ids_.size(); }
  bool open() const { return open_ == size(); }
  bool met() const { return discoveries_ == size() * (size() - 1); }
  bool gone() const { return closed_ == size(); }

  // Members that were told of another so far.
  uint64_t discoveries() const { return discoveries_; }

  const std::string& namespace_name() const { return namespace_name_; }
  const std::string& peer_id(size_t member) const { return peer_ids_[member]; }

  void OnOpen(Connection& connection) override;
  void OnMessage(Connection& connection, std::string_view message) override;
  void OnClosed(Connection& connection, int code, std::string_view reason) override;

 private:
  void ConnectNext();
  void AnnounceOne(size_t member);
  void Discovered(size_t member, std::string_view peer_id, std::string_view message);

  Swarm& swarm_;
  Tally& tally_;
  std::string namespace_name_;
  Announce announce_;
  std::vector<std::string> peer_ids_;
  std::vector<Connection*> connections_;  // null: gone or handed over
  std::vector<bool> knows_;               // [member * size + other]
  size_t come_ = 0;                       // those who were told to connect
  size_t open_ = 0;
  size_t closed_ = 0;
  uint64_t discoveries_ = 0;
  bool listening_ = true;
  bool leaving_ = false;
};

}  // namespace pigeonhub::bench
