// SPDX-License-Identifier: Apache-2.0
//
// The core's vocabulary as short lines of text, so that a test reads like the session it describes
// and a failure says what really happened: "discovered b in room {"n":1}".
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/event.h"
#include "server/core/effect.h"
#include "server/core/ids.h"
#include "server/core/mesh_message.h"

namespace pigeonhub {

// The id of 40 times `digit`, which is not 0; its text here is the digit alone.
PeerId Id(char digit);
// Any number of different ids; the text of NumberedId(7) here is "#7".
PeerId NumberedId(uint32_t number);
// Reads what ToText writes; also 40 digits in full. Fails the test on anything else.
PeerId IdFromText(std::string_view text);

// A payload or a profile of its own. An empty text is an absent payload, or no members.
RawJson Json(std::string_view text);
Profile ProfileOf(std::string_view members, bool is_hub = false);

std::string ToText(const PeerId& id);
// "1", or "2/1" on shard 2.
std::string ToText(ConnectionId connection);
// What links are told, as nobody in particular, ends with "(link)".
std::string ToText(const outbound::Message& message);
std::string ToText(const EventBody& body);
std::string ToText(const Effect& effect);
std::vector<std::string> ToText(const Effects& effects);

// How googletest shows them.
void PrintTo(const PeerId& id, std::ostream* out);
void PrintTo(ConnectionId connection, std::ostream* out);

}  // namespace pigeonhub
