// SPDX-License-Identifier: Apache-2.0
//
// Hubs as lists of them show them: what /hubs and the control API have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/records.h"
#include "server/core/hub.h"
#include "server/core/message.h"

namespace pigeonhub::wire {

// What a hub would have announced, as Profile::members; null if there is nothing to tell.
SharedText HubMembers(std::string_view region, const std::vector<std::string>& capabilities,
                      std::string_view url = {});

// The connected hubs. A plain server that links to hubs watches over all of them, so there the list
// goes on with those that it only hears of.
std::vector<HubRecord> KnownHubs(const Hub& hub);

}  // namespace pigeonhub::wire
