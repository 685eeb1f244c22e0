// SPDX-License-Identifier: Apache-2.0
//
// mesh_remote_cost [PEERS] [ROOM_PEERS]
//
// What a hub holds for each peer of another hub, in bytes of its heap. Each namespace has one
// member here and ROOM_PEERS there; `data` are those of a client that says nothing of itself.
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "server/core/hub.h"
#include "server/core/random.h"

namespace pigeonhub {
namespace {

size_t HeapInUse() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

PeerId RandomId(Random& random) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < PeerId::kLength; ++i) text += kDigits[random.Below(16)];
  return *PeerId::Parse(text);
}

void Measure(size_t peers, size_t room_peers) {
  Random random(1);
  HubOptions options;
  options.is_hub = true;
  options.limits.max_connections = peers + 1;
  options.limits.namespaces = peers + 1;
  options.limits.hub_share = options.limits.hub_shares = size_t{1} << 40;
  Hub hub(options, 1);
  Effects effects;
  Now now;
  const auto handle = [&](const Input& input) {
    if (!hub.Handle(now, input, effects).ok()) std::abort();
    effects.clear();
  };
  handle(StartSignaling{"localhost", 3000});
  const size_t rooms = peers / room_peers;
  for (size_t room = 0; room < rooms; ++room) {
    const PeerId id = RandomId(random);
    const ConnectionId connection(0, room + 1);
    handle(Opened{connection, id.text(), "127.0.0.1"});
    const std::string name = "room" + std::to_string(room);
    inbound::Announce announce;
    announce.network = name;
    handle(Received{connection, announce});
  }
  const ConnectionId link(0, rooms + 1);
  const PeerId other_hub = RandomId(random);
  handle(Opened{link, other_hub.text(), "127.0.0.1"});
  inbound::Announce announce;
  announce.network = options.hub_mesh_namespace;
  announce.profile.is_hub = true;
  handle(Received{link, announce});

  const size_t before = HeapInUse();
  for (size_t peer = 0; peer < rooms * room_peers; ++peer) {
    const std::string name = "room" + std::to_string(peer % rooms);
    const PeerId id = RandomId(random);
    inbound::PeerReport report;
    report.network = name;
    report.peer = id.text();
    handle(Received{link, report});
  }
  const auto held = static_cast<double>(HeapInUse() - before);
  if (hub.Stats().remote_peers != rooms * room_peers) std::abort();
  std::printf("%zu remote peers, %zu to a namespace: %.0f bytes each\n", rooms * room_peers,
              room_peers, held / static_cast<double>(rooms * room_peers));
}

}  // namespace
}  // namespace pigeonhub

int main(int argc, char** argv) {
  const auto number = [&](int i, size_t otherwise) {
    return argc > i ? std::strtoul(argv[i], nullptr, 10) : otherwise;
  };
  pigeonhub::Measure(number(1, 200'000), number(2, 8));
}
