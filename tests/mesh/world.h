// SPDX-License-Identifier: Apache-2.0
//
// What must hold (the numbers are those of a Verdict):
//   1  The sender named in a message is the one that sent it; nobody speaks for another.
//   2  Nothing crosses namespaces.
//   3  A signal is delivered at most once; once, while there is a way and nothing is lost.
//   4  No signal comes to a hub twice.
//   5  Once faults are over, every peer knows exactly the live members of its namespace, and was
//      told of each once; an id is connected once.
//   6  From one peer to another, order is kept; by way of reference hubs while no route changes.
//   7  When everybody has left, every table is empty; when nothing happens, links are quiet, and
//      everything comes to rest.
//   8  The same scenario has the same history.
//   9  Once faults are over, all hubs of this version have the same bans; one that nobody took back
//      is among them, unless a hub that had it crashed or its own was closed out; whom they hit is
//      nowhere, and nobody else was closed out.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/core/random.h"
#include "tests/mesh/client.h"
#include "tests/mesh/hub_process.h"
#include "tests/mesh/reference_hub.h"
#include "tests/mesh/scenario.h"
#include "tests/mesh/services.h"

namespace pigeonhub::sim {

// The world of a scenario. Plays it, and holds everything that happens against the list above; see
// Census for what is compared once the world is at rest.
class World {
 public:
  explicit World(const Scenario& scenario);

  // All steps, then `settle`, then everybody leaves. Stops at the first thing that is wrong.
  void Play();
  // One step; nothing after something went wrong.
  void Apply(const std::string& step);
  void Run(Duration time);

  const std::optional<std::string>& failure() const { return services_.verdict.first(); }
  // Of everything that was said and when.
  uint64_t digest() const { return services_.network.digest() ^ services_.bus.digest(); }

  Services& services() { return services_; }
  HubProcess* FindHub(const std::string& name);
  std::optional<PeerId> HubIdOf(const std::string& name);
  Client& ClientOf(const std::string& name);
  const std::map<std::string, std::unique_ptr<HubProcess>>& hubs() const { return hubs_; }
  const std::map<std::string, std::unique_ptr<Client>>& clients() const { return clients_; }
  // Those that every hub must have closed out.
  // With the hub where it was ordered.
  const std::map<PeerId, PeerId>& surely_banned() const { return banned_once_; }
  const std::map<std::string, std::unique_ptr<ReferenceHub>>& references() const {
    return references_;
  }

 private:
  void Settle();
  void EverybodyLeaves();
  bool ApplyToClient(const std::vector<std::string>& words);
  // The hub signals `target` in the name of `from`.
  void Lie(const std::string& hub, Client& from, const PeerId& target);
  bool ApplyToReference(const std::vector<std::string>& words);
  void ApplyToNetwork(const std::vector<std::string>& words);
  bool ApplyToBans(const std::vector<std::string>& words);
  bool ApplyToBus(const std::vector<std::string>& words);
  // Every member signals some of its mates.
  void SignalAround();

  const Scenario scenario_;
  Services services_;
  Random random_;
  std::map<std::string, std::unique_ptr<HubProcess>> hubs_;
  std::map<std::string, std::unique_ptr<Client>> clients_;
  std::map<std::string, std::unique_ptr<ReferenceHub>> references_;
  std::vector<std::string> crashed_silently_;
  std::map<PeerId, PeerId> banned_once_;  // by one order that nobody else said anything about
  std::set<PeerId> banned_often_;         // whose clock is ahead decides
  SessionNumber next_sessions_ = 1;
};

// The id that somebody of this name has; `life` for those who come back as another.
PeerId IdOf(const std::string& name, int life = 0);

}  // namespace pigeonhub::sim
