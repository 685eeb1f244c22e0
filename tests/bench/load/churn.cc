// SPDX-License-Identifier: Apache-2.0
//
// churn: groups of five connect, announce, meet and leave, each group in a fresh namespace, eight
// groups at once. A cycle is one peer's coming and going. Measured is the hub's CPU time for a
// cycle: the window opens on a quiet hub, and closes when the last group is gone and the hub has
// settled, so every cycle in it is whole. With --idle N that many strangers are connected and
// announced in other namespaces meanwhile; what a hub tells them is read and thrown away.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/load/crowd.h"
#include "tests/bench/load/scenario.h"
#include "tests/bench/load/stopwatch.h"

namespace pigeonhub::bench {
namespace {

constexpr size_t kGroupSize = 5;

class Churn {
 public:
  explicit Churn(Bench& bench) : bench_(bench), places_(bench.options.groups.value_or(8)) {}

  uint64_t cycles() const { return cycles_; }

  // Keeps groups coming for a time, then sees them all off.
  void Run(double seconds) {
    const TimePoint end = Clock::now() + FromSeconds(seconds);
    while (AdvanceAll(/*coming=*/Clock::now() < end)) {
      if (!bench_.tally.clean()) return;
      if (bench_.TimeIsUp()) {
        return bench_.tally.Note(bench_.tally.lost, "a group did not meet or could not leave");
      }
      bench_.swarm.Poll(Clock::now() + std::chrono::milliseconds(100));
    }
  }

 private:
  struct Place {
    std::unique_ptr<Group> group;
    bool leaving = false;
  };

  // False when nobody is there any more.
  bool AdvanceAll(bool coming) {
    bool anyone = false;
    for (Place& place : places_) anyone |= Advance(place, coming);
    return anyone;
  }

  // Takes a group to its next state if it is ready for it.
  bool Advance(Place& place, bool coming) {
    if (place.group && place.group->gone()) {
      cycles_ += kGroupSize;
      place.group.reset();
    }
    if (!place.group && coming) {
      place.group =
          std::make_unique<Group>(bench_.swarm, bench_.tally, bench_.random,
                                  "bench-churn-" + std::to_string(started_++), kGroupSize);
      place.leaving = false;
    }
    if (place.group && place.group->met() && !place.leaving) {
      place.group->Leave();
      place.leaving = true;
    }
    return place.group != nullptr;
  }

  Bench& bench_;
  std::vector<Place> places_;
  uint64_t started_ = 0;
  uint64_t cycles_ = 0;
};

}  // namespace

void RunChurn(Bench& bench, Report& report) {
  std::vector<std::unique_ptr<Group>> strangers;
  if (!Gather(bench.options.idle.value_or(0), bench, strangers)) return;

  Churn churn(bench);
  churn.Run(bench.options.warmup.value_or(1));

  Stopwatch stopwatch(bench.meter, Stopwatch::Server::kQuiet);
  const int64_t resident_before = bench.meter.ResidentBytes();
  const uint64_t before = churn.cycles();
  stopwatch.Start();
  churn.Run(bench.options.seconds.value_or(5));
  stopwatch.Stop();
  const uint64_t cycles = churn.cycles() - before;
  report.AddWindow("cycle", cycles, stopwatch);
  report.Add("resident_growth_bytes_per_cycle",
             static_cast<double>(bench.meter.ResidentBytes() - resident_before) /
                 static_cast<double>(cycles));
}

}  // namespace pigeonhub::bench
