// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/bucket.h"
#include "server/core/time.h"

namespace pigeonhub {

// How fast one peer may use the hub. Peers share it.
struct PeerPaces {
  Pace messages;
  Pace bytes;
  Pace announces;
  Pace fanout;  // bytes times receivers
};

// What one peer has used.
struct Spending {
  Bucket messages;
  Bucket bytes;
  Bucket announces;
  Bucket fanout;
  SteadyTime read_at;     // when its latest pause ends, or has ended
  SteadyTime over_since;  // and there was no break since
};
static_assert(sizeof(Spending) <= 64, "every peer has one");

}  // namespace pigeonhub
