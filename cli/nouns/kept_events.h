// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "cli/nouns/event_query.h"
#include "cli/rpc/client.h"
#include "pigeonhub/v1/event_service.pb.h"

namespace pigeonhub::cli {

// What a hub still keeps of what is asked for, the oldest first, and at most `limit` of them: the
// newest. Only gaps between these events are in it, and with --from-seq those before the first one:
// the user asked for everything from that number on.
absl::StatusOr<v1::ListEventsResponse> ListKept(Client& hub, const EventQuery& query,
                                                uint64_t limit);

}  // namespace pigeonhub::cli
