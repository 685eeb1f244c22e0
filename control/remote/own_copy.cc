// SPDX-License-Identifier: Apache-2.0

#include "control/remote/own_copy.h"

#include <chrono>

#include "control/conversions/record_conversions.h"

namespace pigeonhub {
namespace {

// Hubs tell each other in whole milliseconds how long a ban lasts, and clocks run unequally.
constexpr Duration kInexact = std::chrono::seconds(1);

}  // namespace

void DropOwnCopy(std::string_view hub, Duration took, v1::BanResponse& answer) {
  if (!answer.has_replaced() || answer.replaced().made_by_hub_id() == hub) return;
  // Both ends are by the clock of that hub, and the two last equally long.
  const Duration later = std::chrono::milliseconds(FromTimestamp(answer.expire_time()) -
                                                   FromTimestamp(answer.replaced().expire_time()));
  if (later >= -kInexact && later <= took + kInexact) answer.clear_replaced();
}

}  // namespace pigeonhub
