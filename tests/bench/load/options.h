// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace pigeonhub::bench {

// The command line. What is not given is the scenario's own default.
struct Options {
  std::string scenario;
  std::vector<std::string> urls;
  std::vector<pid_t> pids;
  double timeout = 120;  // seconds for all of the run
  std::optional<double> warmup;
  std::optional<double> seconds;
  std::optional<double> rate;
  std::optional<size_t> peers;
  std::optional<size_t> in_flight;
  std::optional<size_t> size;
  std::optional<size_t> members;
  std::optional<size_t> groups;
  std::optional<size_t> rounds;
  std::optional<size_t> idle;
  std::optional<size_t> resume;
  std::string token;
  std::optional<size_t> at_once;
  std::optional<size_t> sources;
  std::optional<size_t> forwarded;
  std::optional<double> flood;
};

extern const char kUsage[];

// Reads the command line; on a mistake says so in one line on stderr and returns nothing.
std::optional<Options> ParseOptions(int argc, char** argv);

}  // namespace pigeonhub::bench
