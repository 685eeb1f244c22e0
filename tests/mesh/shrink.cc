// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/shrink.h"

#include <algorithm>
#include <utility>

namespace pigeonhub::sim {
namespace {

class Shrinker {
 public:
  Shrinker(Scenario scenario, const std::function<bool(const Scenario&)>& fails, int plays)
      : best_(std::move(scenario)), fails_(fails), plays_(plays) {}

  Scenario Run() {
    size_t before = best_.steps.size() + 1;
    while (best_.steps.size() < before && plays_ > 0) {
      before = best_.steps.size();
      DropSteps();
      SimplifyWorld();
    }
    return best_;
  }

 private:
  bool Try(Scenario candidate) {
    if (plays_-- <= 0 || !fails_(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }

  // Ever smaller pieces, from the end: what happened late often does not matter.
  void DropSteps() {
    for (size_t piece = std::max<size_t>(best_.steps.size() / 2, 1); piece > 0; piece /= 2) {
      for (size_t end = best_.steps.size(); end > 0;) {
        const size_t begin = end > piece ? end - piece : 0;
        Scenario candidate = best_;
        candidate.steps.erase(candidate.steps.begin() + static_cast<long>(begin),
                              candidate.steps.begin() + static_cast<long>(end));
        Try(std::move(candidate));
        end = begin;
      }
    }
  }

  void SimplifyWorld() {
    if (!best_.references.empty()) {
      Scenario candidate = best_;
      candidate.references.clear();
      Try(std::move(candidate));
    }
    if (!best_.plain.empty()) {
      Scenario candidate = best_;
      candidate.plain.clear();
      Try(std::move(candidate));
    }
    if (best_.direct) {
      Scenario candidate = best_;
      candidate.direct = false;
      Try(std::move(candidate));
    }
    while (best_.hubs > 1 && !IsNamed(HubName(best_.hubs - 1))) {
      Scenario candidate = best_;
      --candidate.hubs;
      if (!Try(std::move(candidate))) break;
    }
    Scenario candidate = best_;
    candidate.shortest_delay_ms = candidate.longest_delay_ms = 1;
    Try(std::move(candidate));
  }

  // What the world is made of needs this hub.
  bool IsNamed(const std::string& hub) const {
    const auto has = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), hub) != names.end();
    };
    return has(best_.plain) ||
           std::any_of(best_.references.begin(), best_.references.end(),
                       [&](const Scenario::Reference& reference) { return has(reference.hubs); });
  }

  Scenario best_;
  const std::function<bool(const Scenario&)>& fails_;
  int plays_;
};

}  // namespace

Scenario Shrink(Scenario scenario, const std::function<bool(const Scenario&)>& fails, int plays) {
  return Shrinker(std::move(scenario), fails, plays).Run();
}

}  // namespace pigeonhub::sim
