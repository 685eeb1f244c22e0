// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "server/core/bucket.h"
#include "server/core/options.h"
#include "server/core/time.h"

namespace pigeonhub {

// How fast one peer may use the hub.
struct PeerPaces {
  Pace messages;
  Pace bytes;
  Pace announces;
  Pace fanout;  // bytes times receivers

  friend bool operator==(const PeerPaces&, const PeerPaces&) = default;
};

// How fast each peer of a namespace may use the hub. Peers share it.
struct MemberPaces {
  PeerPaces usual;
  PeerPaces at_loopback;  // where a rate holds only if somebody set it

  friend bool operator==(const MemberPaces&, const MemberPaces&) = default;
};

// `messages` and `announces` are those of the namespace; empty: those of the hub.
MemberPaces PacesFor(const HubOptions& options, const std::optional<Rate>& messages = {},
                     const std::optional<Rate>& announces = {});

// Where none was set. One message always fits.
Rate DefaultByteRate(const Limits& limits);

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
