// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/load/histogram.h"
#include "tests/bench/load/stopwatch.h"
#include "tests/bench/load/tally.h"

namespace pigeonhub::bench {

// One line of JSON, built in order. Names carry their units.
class Report {
 public:
  explicit Report(std::string_view scenario) { Add("scenario", scenario); }

  void Add(std::string_view name, std::string_view text);
  void Add(std::string_view name, const char* text) { Add(name, std::string_view(text)); }
  void Add(std::string_view name, double number);
  void Add(std::string_view name, uint64_t number);
  void Add(std::string_view name, bool truth);

  // What every scenario says: the CPU time of the server for each of `operations`, then their rate
  // and what share of a core server and generator used.
  void AddWindow(std::string_view operation, uint64_t operations, const Stopwatch& stopwatch);
  void AddLatencies(const Histogram& latencies);
  void AddTally(const Tally& tally);

  std::string Line() const { return "{" + members_ + "}"; }

 private:
  void AddRaw(std::string_view name, std::string_view value);

  std::string members_;
};

}  // namespace pigeonhub::bench
