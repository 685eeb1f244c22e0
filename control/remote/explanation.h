// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "pigeonhub/v1/peer_service.pb.h"

namespace pigeonhub {

// What follows from what several hubs found out about a pair, each of which saw its part of it:
// `all` has their answers in per_hub. What hubs say that never saw one of the two is left out, if
// others did. Of the rest the one that knows how far the two got has the last word.
void Conclude(v1::ExplainPairResponse& all);

}  // namespace pigeonhub
