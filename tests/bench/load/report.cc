// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/report.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace pigeonhub::bench {
namespace {

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted.append({'\\', c});
    } else {
      // Evidence may be any bytes; a person reads it.
      quoted.push_back(c < ' ' || c > '~' ? '?' : c);
    }
  }
  return quoted + "\"";
}

double Microseconds(Nanoseconds span) { return static_cast<double>(span.count()) / 1e3; }

double Share(Nanoseconds part, Nanoseconds whole) {
  return whole.count() > 0 ? Seconds(part) / Seconds(whole) : 0;
}

}  // namespace

void Report::AddRaw(std::string_view name, std::string_view value) {
  if (!members_.empty()) members_ += ",";
  members_.append("\"").append(name).append("\":").append(value);
}

void Report::Add(std::string_view name, std::string_view text) { AddRaw(name, Quoted(text)); }

void Report::Add(std::string_view name, double number) {
  std::array<char, 32> digits;
  std::snprintf(digits.data(), digits.size(), "%.6g", std::isfinite(number) ? number : 0.0);
  AddRaw(name, digits.data());
}

void Report::Add(std::string_view name, uint64_t number) { AddRaw(name, std::to_string(number)); }

void Report::Add(std::string_view name, bool truth) { AddRaw(name, truth ? "true" : "false"); }

void Report::AddWindow(std::string_view operation, uint64_t operations,
                       const Stopwatch& stopwatch) {
  const double count = static_cast<double>(operations);
  Add("operation", operation);
  Add("operations", operations);
  Add("server_cpu_us_per_operation",
      operations > 0 ? Microseconds(stopwatch.server_cpu()) / count : 0.0);
  Add("operations_per_second", count / Seconds(stopwatch.wall()));
  Add("seconds", Seconds(stopwatch.wall()));
  Add("server_cpu_share", Share(stopwatch.server_cpu(), stopwatch.wall()));
  Add("generator_cpu_share", Share(stopwatch.generator_cpu(), stopwatch.wall()));
}

void Report::AddLatencies(const Histogram& latencies) {
  Add("p50_ms", Microseconds(latencies.Quantile(0.5)) / 1e3);
  Add("p99_ms", Microseconds(latencies.Quantile(0.99)) / 1e3);
}

void Report::AddTally(const Tally& tally) {
  Add("clean", tally.clean());
  Add("damaged", tally.damaged);
  Add("misdirected", tally.misdirected);
  Add("out_of_order", tally.out_of_order);
  Add("unexpected", tally.unexpected);
  Add("closed", tally.closed);
  Add("lost", tally.lost);
  if (!tally.first.empty()) Add("first", tally.first);
}

}  // namespace pigeonhub::bench
