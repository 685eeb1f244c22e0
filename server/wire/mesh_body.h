// SPDX-License-Identifier: Apache-2.0
//
// Internal to server/wire.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "server/base/frame_mac.h"
#include "server/core/mesh_message.h"

namespace pigeonhub::wire {

// What a signal is called on the wire.
std::string_view TypeName(SignalType type);

// How `data` of a frame with a MAC begins, up to the MAC's 32 hexadecimal digits; and where the
// rest begins, which the MAC is over.
inline constexpr std::string_view kMacKey = R"({"mac":")";
inline constexpr size_t kMacEnd = kMacKey.size() + 2 * sizeof(Mac) + 2;

// Behind the kind of a ban on the tokens of one issuer. Older hubs do not know such a kind and pass
// over the ban: else they took it for one on the tokens of all issuers, and told it on as that.
inline constexpr std::string_view kOfIssuer = "_of_issuer";

// `data` of a frame from hub to hub, appended to `out`. It has a MAC if the frame has a key.
void WriteBody(const outbound::HubFrame& frame, std::string& out);

}  // namespace pigeonhub::wire
