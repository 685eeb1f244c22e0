// SPDX-License-Identifier: Apache-2.0
//
// mesh_input_cost [HUBS...]
//
// What an input costs a hub with so many mesh hubs on its map, in nanoseconds.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/mesh/hub_among_many.h"

int main(int argc, char** argv) {
  using pigeonhub::sim::HubAmongMany;
  std::vector<size_t> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoul(argv[i], nullptr, 10));
  if (sizes.empty()) sizes = {10, 100, 1000};
  std::printf("%8s %12s %18s %14s %16s %12s\n", "hubs", "signal here", "signal from there",
              "announce here", "repeat of a word", "nothing due");
  for (size_t hubs : sizes) {
    HubAmongMany hub(hubs);
    std::printf("%8zu %12.0f %18.0f %14.0f %16.0f %12.0f\n", hubs,
                hub.NanosecondsEach(&HubAmongMany::SignalHere),
                hub.NanosecondsEach(&HubAmongMany::SignalFromThere),
                hub.NanosecondsEach(&HubAmongMany::AnnounceHere),
                hub.NanosecondsEach(&HubAmongMany::RepeatOfAWord),
                hub.NanosecondsEach(&HubAmongMany::NothingDue));
  }
}
