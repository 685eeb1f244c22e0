// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>

#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub::net {

// How this hub dials other hubs.
struct DialOptions {
  PeerId hub_peer_id{};  // this hub's own id, which it tells the other hub
  // Whether a hub token is shown where others may overhear it: at a ws:// address that is not on
  // this machine.
  bool token_plaintext = false;
  // File with the certificates (PEM) that vouch for hubs at wss:// addresses. Empty: those that the
  // system trusts.
  std::string hub_ca{};
  // From the name lookup to the end of the handshake.
  Duration timeout = std::chrono::seconds(5);
};

}  // namespace pigeonhub::net
