// SPDX-License-Identifier: Apache-2.0
//
// mesh_scale HUBS TOPOLOGY PEERS_PER_HUB ROOM_PEERS ROOM_HUBS
//
// A mesh whose hubs have all their peers before they have any link comes up: how many messages and
// bytes does each link carry in 30 s, and how many peers does each hub know of? Each
// namespace has ROOM_PEERS members, spread over ROOM_HUBS hubs.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "server/core/hub.h"
#include "tests/mesh/crowd.h"
#include "tests/mesh/hub_process.h"
#include "tests/mesh/scenario.h"
#include "tests/mesh/services.h"
#include "tests/mesh/world.h"

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

double ResidentMegabytes() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_maxrss) / 1024;
}

template <typename Value>
void Print(const char* what, std::vector<Value> values) {
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (Value value : values) sum += static_cast<double>(value);
  std::printf("%-28s least %12.0f  median %12.0f  most %12.0f  all %14.0f\n", what,
              static_cast<double>(values.front()), static_cast<double>(values[values.size() / 2]),
              static_cast<double>(values.back()), sum);
}

void Measure(size_t hubs, const std::string& topology, size_t peers_per_hub, size_t room_peers,
             size_t room_hubs) {
  Services services(1);
  Random random(1);
  std::vector<std::unique_ptr<HubProcess>> processes;
  for (size_t i = 0; i < hubs; ++i) {
    HubOptions options;
    options.is_hub = true;
    options.hub_peer_id = IdOf("hub" + std::to_string(i));
    options.hub_admission = HubAdmission::kToken;
    options.auto_connect = false;
    if (i > 0) {
      const size_t other = topology == "star" ? 0 : topology == "chain" ? i - 1 : random.Below(i);
      options.bootstrap_hubs = {UrlOf("H" + std::to_string(other))};
    }
    if (topology == "direct") options.advertise_url = UrlOf("H" + std::to_string(i));
    options.limits.max_connections = peers_per_hub + hubs;
    options.limits.namespaces = peers_per_hub;
    options.limits.hub_share = options.limits.hub_shares = size_t{1} << 40;
    processes.push_back(std::make_unique<HubProcess>(services, "H" + std::to_string(i), options,
                                                     HubProcess::Clock{}, i));
    processes.back()->Start();
  }

  const auto run = [&](Duration time) {
    const Duration until = services.agenda.now() + time;
    while (services.agenda.RunNext(until)) {
    }
  };
  Crowd crowd(services.network);
  const size_t rooms = hubs * peers_per_hub / room_peers;
  for (size_t room = 0; room < rooms; ++room) {
    // Whole rooms go round the hubs, so that every hub has as many peers as every other.
    for (size_t peer = 0; peer < room_peers; ++peer) {
      const size_t hub = (room * room_hubs + peer % room_hubs) % hubs;
      crowd.Join("H" + std::to_string(hub), "room" + std::to_string(room));
    }
    if (room % 1000 == 999) run(100ms);
  }
  run(5s);
  const uint64_t heard_before = crowd.heard();
  const double megabytes_before = ResidentMegabytes();
  std::printf("%zu hubs (%s), %zu peers each, rooms of %zu over %zu hubs; %.0f MB before links\n",
              hubs, topology.c_str(), peers_per_hub, room_peers, room_hubs, megabytes_before);

  const std::clock_t began = std::clock();
  for (auto& process : processes) process->Handle(ConnectBootstrapHubs{});
  // Until the peers have heard everything; the hubs' maps are repeated for ever.
  uint64_t heard = heard_before;
  Duration quiet_after{};
  for (Duration passed{}; passed < 30s; passed += 500ms) {
    run(500ms);
    if (crowd.heard() != heard) quiet_after = passed + 500ms;
    heard = crowd.heard();
  }
  const double took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;

  std::vector<uint64_t> link_frames;
  std::vector<uint64_t> link_bytes;
  for (const auto& carried : services.network.CarriedBetweenPlaces()) {
    link_frames.push_back(carried.frames);
    link_bytes.push_back(carried.bytes);
  }
  std::vector<size_t> remote;
  for (const auto& process : processes) remote.push_back(process->hub().Stats().remote_peers);
  std::printf("%zu links, last discovery %.1f s after the first dial (simulated)\n",
              link_frames.size(), std::chrono::duration<double>(quiet_after).count());
  Print("messages a link", link_frames);
  Print("bytes a link", link_bytes);
  Print("remote peers a hub knows", remote);
  std::printf("peers were told %llu things; %.1f s of CPU for all hubs together, %.0f MB in all\n",
              static_cast<unsigned long long>(crowd.heard() - heard_before), took,
              ResidentMegabytes());
}

}  // namespace
}  // namespace pigeonhub::sim

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr,
                 "usage: mesh_scale HUBS star|chain|random|direct PEERS_PER_HUB ROOM_PEERS "
                 "ROOM_HUBS\n");
    return 2;
  }
  const auto number = [&](int i) { return std::strtoul(argv[i], nullptr, 10); };
  pigeonhub::sim::Measure(number(1), argv[2], number(3), number(4), number(5));
}
