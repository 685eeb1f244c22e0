// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/v1/event_service.pb.h"

namespace pigeonhub::history {

// What pigeonctl and webhooks call a kind: "peerConnected" for EVENT_KIND_PEER_CONNECTED.
std::string EventName(v1::EventKind kind);

std::optional<v1::EventKind> EventNamed(std::string_view name);

// Of every kind.
std::vector<std::string> EventNames();

}  // namespace pigeonhub::history
