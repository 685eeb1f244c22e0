// SPDX-License-Identifier: Apache-2.0
//
// pigeonhub_load: loads PeerPigeon hubs of any make and prints one line of JSON.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/bench/load/scenario.h"

namespace pigeonhub::bench {
namespace {

struct Scenario {
  std::string_view name;
  void (*run)(Bench& bench, Report& report);
};

constexpr std::array kScenarios{
    Scenario{"relay", RunRelay},          Scenario{"ice", RunIce},
    Scenario{"relay-open", RunRelayOpen}, Scenario{"announce", RunAnnounce},
    Scenario{"churn", RunChurn},          Scenario{"idle", RunIdle},
    Scenario{"connect", RunConnect},      Scenario{"herd", RunHerd},
};

const Scenario* FindScenario(std::string_view name) {
  for (const Scenario& scenario : kScenarios) {
    if (scenario.name == name) return &scenario;
  }
  return nullptr;
}

void PrepareProcess() {
  rlimit descriptors{};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  setrlimit(RLIMIT_NOFILE, &descriptors);
  // An open loop wakes up for every signal; the usual slack of 50 us would be part of the latency.
  prctl(PR_SET_TIMERSLACK, 1);
  // OpenSSL writes to sockets that the hub may have closed.
  std::signal(SIGPIPE, SIG_IGN);
}

int Main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--help") {
    std::fputs(kUsage, stdout);
    return 0;
  }
  const std::optional<Options> options = ParseOptions(argc, argv);
  if (!options) return 2;
  const Scenario* const scenario = FindScenario(options->scenario);
  if (scenario == nullptr) {
    std::fprintf(stderr, "pigeonhub_load: no scenario '%s'; see --help\n",
                 options->scenario.c_str());
    return 2;
  }
  std::vector<Address> hubs;
  for (const std::string& url : options->urls) {
    if (Address::Parse(url, hubs.emplace_back())) continue;
    std::fprintf(stderr, "pigeonhub_load: cannot resolve '%s'; give --url HOST:PORT\n",
                 url.c_str());
    return 2;
  }

  PrepareProcess();
  Swarm swarm(std::move(hubs));
  swarm.set_token(options->token);
  swarm.set_forwarded(options->forwarded.value_or(0) != 0);
  if (options->at_once) swarm.set_handshakes_at_once(*options->at_once);
  swarm.set_sources(options->sources.value_or(1));
  const ServerMeter meter(options->pids);
  Tally tally;
  std::mt19937_64 random(std::random_device{}());
  Bench bench{*options, swarm, meter, tally, random, Clock::now() + FromSeconds(options->timeout)};
  Report report(scenario->name);
  scenario->run(bench, report);
  report.Add("server_resident_bytes", static_cast<uint64_t>(meter.ResidentBytes()));
  report.AddTally(tally);
  std::puts(report.Line().c_str());
  return tally.clean() ? 0 : 1;
}

}  // namespace
}  // namespace pigeonhub::bench

int main(int argc, char** argv) { return pigeonhub::bench::Main(argc, argv); }
