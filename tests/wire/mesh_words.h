// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/wire/encode.h"

// What tests of the words between hubs say them with.
namespace pigeonhub::wire {

inline constexpr UnixMillis kTime = 1760000000123;
inline const std::string kA(40, 'a');
inline const std::string kB(40, 'b');
inline const std::string kC(40, 'c');

inline PeerId Id(char digit) { return *PeerId::Parse(std::string(40, digit)); }
inline SharedText Text(std::string_view text) { return std::make_shared<const std::string>(text); }

inline HubDetails Details() {
  HubDetails hub;
  hub.mesh_version = 1;
  hub.host = "localhost";
  hub.port = 3001;
  hub.region = "eu \"1\"";
  hub.capabilities = {"signaling", "relay"};
  hub.url = "wss://hub.example";
  return hub;
}

inline std::string Sent(const outbound::Message& message) { return Encode(message, kTime).text; }

}  // namespace pigeonhub::wire
