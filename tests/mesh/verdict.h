// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <utility>

#include "tests/mesh/agenda.h"

namespace pigeonhub::sim {

// The first thing that went wrong in a world, which ends it.
class Verdict {
 public:
  explicit Verdict(const Agenda& agenda) : agenda_(agenda) {}

  // `invariant`: its number in the list at the head of world.h.
  void Fail(int invariant, const std::string& what) {
    if (first_.has_value()) return;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(agenda_.now()).count();
    first_ =
        "invariant " + std::to_string(invariant) + " at " + std::to_string(ms) + " ms: " + what;
  }
  bool failed() const { return first_.has_value(); }
  const std::optional<std::string>& first() const { return first_; }

 private:
  const Agenda& agenda_;
  std::optional<std::string> first_;
};

}  // namespace pigeonhub::sim
