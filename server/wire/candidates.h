// SPDX-License-Identifier: Apache-2.0
//
// Which kinds of ICE candidates a signal tells of. Internal to server/wire.
#pragma once

#include <string_view>

#include "pigeonhub/profile.h"
#include "server/core/candidate_tally.h"

namespace pigeonhub::wire {

// Counts the candidate lines (RFC 8839, section 5.1) in the JSON text of a signal's data: the one
// of an ice-candidate, or those in the session description of an offer or an answer, at most 64.
// What is no such line is passed over.
CandidateTally CountCandidates(SignalType type, std::string_view data);

}  // namespace pigeonhub::wire
