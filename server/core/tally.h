// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pigeonhub/event.h"

namespace pigeonhub {

// How often names came, as of addresses or namespaces. Bounded: names that are new once kMaxNames
// are known are not counted.
class Tally {
 public:
  // An empty name counts for nobody.
  void Add(std::string_view name);
  // The most frequent first, at most kTop; equally frequent ones in the order of their names.
  std::vector<TallyRow> Top() const;

  static constexpr size_t kTop = 5;

 private:
  static constexpr size_t kMaxNames = 1024;
  absl::flat_hash_map<std::string, size_t> counts_;
};

}  // namespace pigeonhub
