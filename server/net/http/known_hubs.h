// SPDX-License-Identifier: Apache-2.0
//
// Hubs as lists of them show them: what /hubs and the control API have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/records.h"
#include "server/core/message.h"

namespace pigeonhub {
class Hub;
}  // namespace pigeonhub

namespace pigeonhub::net {

// A region and capabilities as a hub would have announced them, in the form of Profile::members.
// Null if there are none.
SharedText HubMembers(std::string_view region, const std::vector<std::string>& capabilities,
                      std::string_view url = {});

// The connected hubs, and those that are heard on the bus. On a server that is not a hub itself,
// the hubs that it only hears of follow: such a server watches over all hubs of a mesh.
std::vector<HubRecord> KnownHubs(const Hub& hub);

}  // namespace pigeonhub::net
