// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/options.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace pigeonhub::bench {

extern const char kUsage[] = R"(usage: pigeonhub_load SCENARIO --url [wss://]HOST:PORT... [options]

Loads a PeerPigeon hub, or several that are linked, from one thread and prints one line of JSON. Exit code 0: every delivery was
complete and from the right sender; 1: not so, the line says what was wrong; 2: wrong usage.

scenarios (what is measured is said at the top of each one's source)
  relay       offers between pairs, closed loop       --peers 200 --in-flight 1 --size 1500
  ice         ICE candidates in bursts, closed loop   --peers 100 --in-flight 8 --size 320
  relay-open  offers at a fixed rate, open loop       --peers 200 --rate 4000 --size 1500 --flood 0
  announce    a namespace gathers                     --members 100 --groups 1 --rounds 20
  churn       groups of 5 come, meet and go           --groups 8 --idle 0
  idle        connections that only stay              --peers 10000 --seconds 0
  connect     connections that come and go            --peers 5000 --resume 0
  herd        all of some namespaces come at once     --peers 19000 --groups 10 --rate 9500 --resume 0

options
  --token TEXT      each connection shows this token in its URL
  --at-once N       as many handshakes at a time, others wait     64, and for herd 64 or all
  --sources N       they come from so many loopback addresses     1, and 1000 for herd
  --forwarded 1     each says that a proxy passes it on, for one client after the other
  --url, --pid      once more for each further hub: the members of a namespace are on all in turn
  --pid PID         the server's process: measures its CPU and memory
  --warmup SECONDS  load before the window (relay, ice, relay-open, churn)       1
  --seconds SECONDS length of the window (the same)                              5
                    for idle: how long to look at those who stay                 0
  --timeout SECONDS give up after this                                         120
)";

namespace {

bool ReadNumber(const char* text, double& number) {
  char* end = nullptr;
  number = std::strtod(text, &end);
  return end != text && *end == '\0' && number >= 0;
}

template <typename Number>
bool Store(double number, std::optional<Number>& place) {
  place = static_cast<Number>(number);
  return true;
}

bool StoreNumber(std::string_view name, double number, Options& options) {
  if (name == "--pid") {
    options.pids.push_back(static_cast<pid_t>(number));
    return options.pids.back() > 0;
  }
  if (name == "--timeout") return (options.timeout = number) > 0;
  if (name == "--warmup") return Store(number, options.warmup);
  if (name == "--seconds") return Store(number, options.seconds);
  if (name == "--rate") return number > 0 && Store(number, options.rate);
  if (name == "--peers") return number >= 2 && Store(number, options.peers);
  if (name == "--in-flight") return number >= 1 && Store(number, options.in_flight);
  if (name == "--size") return Store(number, options.size);
  if (name == "--members") return number >= 2 && Store(number, options.members);
  if (name == "--groups") return number >= 1 && Store(number, options.groups);
  if (name == "--rounds") return number >= 1 && Store(number, options.rounds);
  if (name == "--idle") return Store(number, options.idle);
  if (name == "--resume") return Store(number, options.resume);
  if (name == "--at-once") return number >= 1 && Store(number, options.at_once);
  if (name == "--sources") return number >= 1 && Store(number, options.sources);
  if (name == "--forwarded") return Store(number, options.forwarded);
  if (name == "--flood") return Store(number, options.flood);
  return false;
}

}  // namespace

std::optional<Options> ParseOptions(int argc, char** argv) {
  Options options;
  if (argc < 2) {
    std::fputs(kUsage, stderr);
    return std::nullopt;
  }
  options.scenario = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* const value = i + 1 < argc ? argv[i + 1] : "";
    double number = 0;
    if (name == "--url") {
      options.urls.emplace_back(value);
    } else if (name == "--token") {
      options.token = value;
    } else if (!ReadNumber(value, number) || !StoreNumber(name, number, options)) {
      std::fprintf(stderr, "pigeonhub_load: '%s %s' is no option; see --help\n", argv[i], value);
      return std::nullopt;
    }
  }
  if (options.urls.empty()) {
    std::fputs("pigeonhub_load: which hub? Give --url HOST:PORT\n", stderr);
    return std::nullopt;
  }
  return options;
}

}  // namespace pigeonhub::bench
