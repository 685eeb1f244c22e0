// SPDX-License-Identifier: Apache-2.0
//
// What our hubs say to each other, out of a message's `data`. What cannot be understood is left
// out, as a newer version may have put it there; a message without its essentials is none. A number
// out of its range refuses the smallest whole that it belongs to: an entry, an operation, a frame.
// Internal to server/wire.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

#include "server/core/mesh_message.h"
#include "server/wire/envelope.h"

namespace pigeonhub::wire {

inbound::HubNews ReadHubNews(std::string_view data, simdjson::ondemand::parser& parser);
std::optional<inbound::Message> ReadHubFrame(const Envelope& envelope, const SharedText& frame,
                                             simdjson::ondemand::parser& parser);

}  // namespace pigeonhub::wire
