// SPDX-License-Identifier: Apache-2.0
//
// bus_scale HUBS PEERS_PER_HUB ROOM_PEERS
//
// So many hubs on one bus start at once, rest, get their peers, lose one hub, and lose the broker
// for 20 s: what does each hub hear in a second, what does that cost it in time and memory, and
// what do peers notice?
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/process_memory.h"
#include "server/core/hub.h"
#include "tests/mesh/crowd.h"
#include "tests/mesh/hub_process.h"
#include "tests/mesh/services.h"
#include "tests/mesh/world.h"

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

class Measuring {
 public:
  Measuring(size_t hubs, size_t peers_per_hub) : crowd_(services_.network) {
    services_.bus.set_delay(200us, 2ms);
    services_.ledger.LookAway();
    for (size_t i = 0; i < hubs; ++i) {
      HubOptions options;
      options.is_hub = true;
      options.hub_peer_id = IdOf("hub" + std::to_string(i));
      options.hub_admission = HubAdmission::kToken;
      options.auto_connect = false;
      options.limits.max_connections = 2 * peers_per_hub + 100;
      options.limits.namespaces = 2 * peers_per_hub + 100;
      hubs_.push_back(
          std::make_unique<HubProcess>(services_, NameOf(i), options, HubProcess::Clock{}, i));
      hubs_.back()->set_bus("x");
    }
  }

  static std::string NameOf(size_t hub) { return "H" + std::to_string(hub); }

  // Lets the time pass, and says what it cost.
  void Run(const char* what, Duration time) {
    const FakeBus& bus = services_.bus;
    const uint64_t published = bus.published();
    const uint64_t delivered = bus.delivered();
    const uint64_t bytes = bus.bytes();
    const uint64_t left = crowd_.left();
    const uint64_t news = crowd_.news();
    const std::clock_t began = std::clock();
    const Duration from = services_.agenda.now();
    Duration first_left{};
    while (services_.agenda.RunNext(from + time)) {
      if (first_left == 0ns && crowd_.left() > left) first_left = services_.agenda.now() - from;
    }
    const double seconds = std::chrono::duration<double>(time).count();
    const auto hubs = static_cast<double>(hubs_.size());
    const double cpu = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    std::printf(
        "%-28s published %9llu; a hub hears %7.0f messages, %8.1f KB a second, %5.2f %% CPU; "
        "told: left %llu (first after %.2f s), other %llu\n",
        what, static_cast<unsigned long long>(bus.published() - published),
        static_cast<double>(bus.delivered() - delivered) / seconds / hubs,
        static_cast<double>(bus.bytes() - bytes) / 1e3 / seconds / hubs, cpu * 100 / seconds / hubs,
        static_cast<unsigned long long>(crowd_.left() - left),
        std::chrono::duration<double>(first_left).count(),
        static_cast<unsigned long long>(crowd_.news() - news));
    std::fflush(stdout);
  }

  void PrintHubs() const {
    uint64_t refused = 0;
    size_t known = 0;
    size_t running = 0;
    size_t fewest = hubs_.size();
    for (const auto& hub : hubs_) {
      if (!hub->running()) continue;
      const size_t on_its_map = hub->hub().Topology().hubs.size();
      for (size_t reason = 0; reason < kReasonCount; ++reason) {
        refused += hub->hub().counters().of(static_cast<Reason>(reason)).value();
      }
      ++running;
      known += on_its_map;
      fewest = std::min(fewest, on_its_map);
    }
    const double each = static_cast<double>(running);
    const uint64_t memory = ReadProcessMemory().resident - memory_before_;
    std::printf(
        "on a map %.1f hubs, on the least full one %zu; a hub takes %.0f KB; refused so far %llu\n",
        static_cast<double>(known) / each, fewest, static_cast<double>(memory) / 1e3 / each,
        static_cast<unsigned long long>(refused));
  }

  Services services_{1};
  std::vector<std::unique_ptr<HubProcess>> hubs_;
  Crowd crowd_;
  const uint64_t memory_before_ = ReadProcessMemory().resident;
};

void Measure(size_t hubs, size_t peers_per_hub, size_t room_peers) {
  Measuring measuring(hubs, peers_per_hub);
  for (auto& hub : measuring.hubs_) hub->Start();
  measuring.Run("all start", 3s);
  measuring.PrintHubs();
  measuring.Run("rest", 10s);
  measuring.PrintHubs();
  Random random(7);
  for (size_t i = 0; i < hubs * peers_per_hub; ++i) {
    measuring.crowd_.Join(Measuring::NameOf(random.Below(hubs)),
                          "room" + std::to_string(i / room_peers));
  }
  measuring.Run("all peers join", 4s);
  measuring.hubs_[hubs / 2]->Crash();
  measuring.Run("a hub is killed", 8s);
  measuring.PrintHubs();
  measuring.services_.bus.Stop();
  measuring.Run("the broker is away", 20s);
  measuring.services_.bus.Start();
  measuring.Run("it is back", 5s);
  measuring.PrintHubs();
}

}  // namespace
}  // namespace pigeonhub::sim

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: bus_scale HUBS PEERS_PER_HUB ROOM_PEERS\n");
    return 2;
  }
  const auto number = [&](int i) { return std::strtoul(argv[i], nullptr, 10); };
  pigeonhub::sim::Measure(number(1), number(2), number(3));
}
