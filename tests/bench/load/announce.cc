// SPDX-License-Identifier: Apache-2.0
//
// announce: a round is a fresh namespace (several at once with --groups) whose members connect, all
// announce themselves in one turn, and leave once everyone was told of everyone. Measured is the
// hub's CPU time from the first announce until it has settled, for each of the n (n - 1)
// peer-discovered messages of a group; connecting and leaving are outside of the windows. The first
// round is a warm-up unless it is the only one. The latency is a round's: from announcing until the
// last has met everyone.
//
// A hub that tells newcomers of only some members of a large namespace never gets there: lift that
// limit for the measurement.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/load/scenario.h"
#include "tests/bench/load/stopwatch.h"

namespace pigeonhub::bench {
namespace {

using Groups = std::vector<std::unique_ptr<Group>>;

bool All(const Groups& groups, bool (Group::*state)() const) {
  return std::all_of(groups.begin(), groups.end(),
                     [state](const auto& group) { return ((*group).*state)(); });
}

// Turns until every group is in the given state; false on trouble or at the deadline.
bool Await(const Groups& groups, bool (Group::*state)() const, Bench& bench) {
  return bench.swarm.PollUntil(bench.deadline, [&] {
    return !bench.tally.clean() || All(groups, state);
  }) && bench.tally.clean();
}

}  // namespace

void RunAnnounce(Bench& bench, Report& report) {
  const size_t members = bench.options.members.value_or(100);
  const size_t rounds = bench.options.rounds.value_or(20);
  Stopwatch stopwatch(bench.meter, Stopwatch::Server::kQuiet);
  Histogram meeting_times;
  uint64_t discoveries = 0;

  for (size_t round = 0; round < rounds; ++round) {
    Groups groups;
    for (size_t i = 0; i < bench.options.groups.value_or(1); ++i) {
      groups.push_back(std::make_unique<Group>(
          bench.swarm, bench.tally, bench.random,
          "bench-announce-" + std::to_string(round) + "-" + std::to_string(i), members,
          Group::Announce::kWhenAsked));
    }
    if (!Await(groups, &Group::open, bench)) {
      bench.tally.Note(bench.tally.lost, "the peers did not connect");
      break;
    }

    const bool counts = round > 0 || rounds == 1;
    if (counts) stopwatch.Start();
    const TimePoint announced = Clock::now();
    for (const auto& group : groups) group->AnnounceAll();
    const bool met = Await(groups, &Group::met, bench);
    const Nanoseconds took = Clock::now() - announced;
    if (counts) stopwatch.Stop();
    uint64_t told = 0;
    for (const auto& group : groups) told += group->discoveries();
    if (!met) {
      bench.tally.Note(bench.tally.lost, "not everyone was told of everyone", {},
                       groups.size() * members * (members - 1) - told);
      break;
    }
    if (counts) {
      meeting_times.Record(took);
      discoveries += told;
    }

    for (const auto& group : groups) group->Leave();
    if (!Await(groups, &Group::gone, bench)) {
      bench.tally.Note(bench.tally.lost, "the peers could not leave");
      break;
    }
  }
  report.AddWindow("peer-discovered delivered", discoveries, stopwatch);
  report.AddLatencies(meeting_times);
}

}  // namespace pigeonhub::bench
