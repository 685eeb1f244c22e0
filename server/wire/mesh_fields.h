// SPDX-License-Identifier: Apache-2.0
//
// Reads from a message's `data` what mesh hubs say to each other. A field that this hub does not
// know is left out, because a newer version may have added it. A message that lacks a necessary
// field is invalid. A number out of its range makes the smallest unit invalid that it belongs to:
// an entry, an operation or a frame. Internal to server/wire.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

#include "server/core/mesh_message.h"
#include "server/wire/envelope.h"

namespace pigeonhub::wire {

inbound::HubNews ReadHubNews(const Envelope& envelope, simdjson::ondemand::parser& parser);
std::optional<inbound::Message> ReadHubFrame(const Envelope& envelope, const SharedText& frame,
                                             simdjson::ondemand::parser& parser);

}  // namespace pigeonhub::wire
