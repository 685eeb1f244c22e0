// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/random_scenario.h"

#include <string>

#include "server/core/random.h"

namespace pigeonhub::sim {
namespace {

constexpr const char* kTopologies[] = {"star", "chain", "ring", "full", "random"};
constexpr const char* kNetworks[] = {"red", "green", "blue"};

class Author {
 public:
  Author(uint64_t seed, const Chances& chances) : random_(seed * 7919 + 13), chances_(chances) {
    scenario_.seed = seed;
    scenario_.hubs = 2 + random_.Below(5);
    scenario_.topology = kTopologies[seed % 5];
    scenario_.all_sign = chances.attacks;
    scenario_.direct = random_.Below(3) == 0;
    scenario_.shortest_delay_ms = 1;
    scenario_.longest_delay_ms = random_.Below(2) == 0 ? 10 : 120;
    if (chances.bus) PutOnBuses();
    const size_t references =
        chances.references && random_.Below(3) == 0 ? 1 + random_.Below(2) : 0;
    for (size_t i = 0; i < references; ++i) {
      const std::string name = "R" + std::to_string(i + 1);
      // A plain server tells nobody who dials it.
      const size_t hubs = scenario_.hubs - scenario_.plain.size();
      scenario_.references.push_back({name, random_.Below(2) == 0, {HubName(random_.Below(hubs))}});
    }
  }

  Scenario Write() {
    const size_t peers = 3 + random_.Below(6);
    for (size_t i = 0; i < peers; ++i) names_.push_back("p" + std::to_string(i + 1));
    Add("wait 1500");
    for (const std::string& name : names_) Add("join " + name + " " + AnyHub() + " " + Network());
    const size_t steps = 20 + random_.Below(40);
    for (size_t i = 0; i < steps; ++i) {
      Step();
      if (random_.Below(2) == 0) Add("wait " + std::to_string(Pause()));
    }
    return scenario_;
  }

 private:
  // All on one; or, where they have links as well, some on one, some on another, and some on none.
  void PutOnBuses() {
    const bool all = !chances_.links || random_.Below(2) == 0;
    for (size_t i = 0; i < scenario_.hubs; ++i) {
      const size_t which = all ? 0 : random_.Below(3);
      if (which < 2) scenario_.buses[HubName(i)] = which == 0 ? "x" : "y";
    }
    if (!chances_.links) scenario_.topology = "none";
  }

  std::string AnyHub() { return HubName(random_.Below(scenario_.hubs)); }
  std::string Peer() { return names_[random_.Below(names_.size())]; }
  std::string Reference() {
    return scenario_.references[random_.Below(scenario_.references.size())].name;
  }
  // Each reference hub has two of its own.
  std::string PeerOf(const std::string& reference) {
    return "q" + reference.substr(1) + std::to_string(1 + random_.Below(2));
  }
  // Mostly one, so that there is company.
  std::string Network() { return kNetworks[random_.Below(5) < 3 ? 0 : 1 + random_.Below(2)]; }
  uint64_t Pause() {
    switch (random_.Below(6)) {
      case 0:
        return 3000 + random_.Below(20'000);
      case 1:
        return 500 + random_.Below(3000);
      default:
        return random_.Below(300);
    }
  }
  void Add(std::string step) { scenario_.steps.push_back(std::move(step)); }

  void Step() {
    if (chances_.lies && random_.Below(3) == 0) return Lie();
    if (chances_.attacks && random_.Below(3) == 0) {
      return Add("attack " + HubName(scenario_.hubs - 1) + " " + AnyHub());
    }
    if (chances_.upgrades && random_.Below(6) == 0) {
      Add((random_.Below(3) == 0 ? "downgrade " : "upgrade ") + AnyHub());
      return Add("wait 1000");  // one after the other
    }
    if (chances_.bans && random_.Below(5) == 0) {
      const std::string whom = AnyHub() + " " + Peer();
      const uint64_t which = random_.Below(6);
      return Add(which == 0 ? "unban " + whom : which == 1 ? "ban " + whom + " 20" : "ban " + whom);
    }
    const uint64_t dice = random_.Below(100);
    if (dice < 18) return Add("join " + Peer() + " " + AnyHub() + " " + Network());
    if (dice < 24) return Add("leave " + Peer());
    if (dice < 28) return Add("goodbye " + Peer());
    if (dice < 34) return Add("announce " + Peer() + " " + Network());
    if (dice < 54) return Add("offer " + Peer() + " " + Peer());
    if (dice < 60) return Hostile();
    if (dice < 70) return Roam();
    if (dice < 78) return AtReference();
    if (dice < 98) return Fault();
    Add("settle");
  }

  void Hostile() {
    switch (random_.Below(4)) {
      case 0:
        return Add("forge " + Peer() + " " + Peer() + " " + Peer());
      case 1:
        return Add("trespass " + Peer() + " " + Peer() + " " + Network());
      case 2:
        return Add("inject " + Peer() + " " + Peer() + " " + Network());
      default:
        return Add("expel " + Peer() + " " + Peer());
    }
  }

  void Lie() {
    const std::string one = Peer();
    const std::string other = Peer();
    if (random_.Below(2) == 0) {
      Add("lie " + AnyHub() + " " + one + " " + other);
      Add("offer " + Peer() + " " + Peer());  // a lie waits for something to be said along with
    } else {
      Add("announce " + other + " " + Network());
    }
    Add("offer " + one + " " + other);
  }

  void Roam() {
    if (random_.Below(3) == 0) return Add("move " + Peer() + " " + AnyHub());
    if (!chances_.roaming) return Add("vanish " + Peer());
    switch (random_.Below(3)) {
      case 0:
        return Add("roam " + Peer() + " " + AnyHub());
      case 1:
        return Add("again " + Peer() + " " + AnyHub() + " " + Network());
      default:
        return Add("vanish " + Peer());
    }
  }

  void AtReference() {
    if (scenario_.references.empty()) return Add("offer " + Peer() + " " + Peer());
    const std::string name = Reference();
    const std::string peer = PeerOf(name);
    switch (random_.Below(7)) {
      case 0:
      case 1:
        return Add("rjoin " + name + " " + peer + " " + Network());
      case 2:
        return Add("rleave " + name + " " + peer);
      case 3:
        return Add("rgoodbye " + name + " " + peer);
      case 4:
        return Add("rrepeat " + name);
      case 5:
        return Add("roffer " + name + " " + peer + " " + PeerOf(Reference()));
      default:
        return Add(random_.Below(2) == 0 ? "roffer " + name + " " + peer + " " + Peer()
                                         : "offer " + Peer() + " " + peer);
    }
  }

  void BusFault(const std::string& one, const std::string& other) {
    switch (random_.Below(10)) {
      case 0:
        return Add("broker stop");
      case 1:
        return Add("broker start");
      case 2:
        return Add("broker stall");
      case 3:
        return Add("broker resume");
      case 4:
        return Add("busfreeze " + one);
      case 5:
        return Add("busdrop " + one + " " + std::to_string(1 + random_.Below(20)));
      case 6:
        return Add("bussplit " + one + (random_.Below(2) == 0 ? "" : " " + other));
      case 7:
        return Add("still " + one + " " + std::to_string(500 + random_.Below(8000)));
      default:
        return Add("busheal");
    }
  }

  void Fault() {
    if (!chances_.faults) return Add("offer " + Peer() + " " + Peer());
    const std::string one = AnyHub();
    std::string other = AnyHub();
    if (chances_.bus && random_.Below(2) == 0) return BusFault(one, other);
    if (!scenario_.references.empty() && random_.Below(4) == 0) other = Reference();
    switch (random_.Below(14)) {
      case 0:
      case 1:
      case 2:
        return Add("cut " + one + " " + other);
      case 3:
        return Add("freeze " + one + " " + other);
      case 4:
        return Add("thaw " + one + " " + other);
      case 5:
        return Add("partition " + one + (random_.Below(2) == 0 ? "" : " " + other));
      case 6:
      case 7:
        return Add("heal");
      case 8:
        return Add("crash " + one);
      case 9:
        return Add("restart " + one);
      case 10:
        return Add("reborn " + one);
      case 11:
        return Add("quarantine " + one + " " + other);
      case 12:
        return Add("release " + one + " " + other);
      default:
        return Add((random_.Below(3) == 0 ? "stop " : "start ") + one);
    }
  }

  Random random_;
  const Chances chances_;
  Scenario scenario_;
  std::vector<std::string> names_;
};

}  // namespace

Scenario RandomScenario(uint64_t seed, const Chances& chances) {
  return Author(seed, chances).Write();
}

}  // namespace pigeonhub::sim
