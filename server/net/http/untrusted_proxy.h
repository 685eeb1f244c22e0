// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>

#include "server/net/http/message.h"
#include "server/runtime/log.h"

namespace pigeonhub::net {

// Tells once of a proxy on this machine that speaks for others and is not believed: all its clients
// count as this machine, for which no rate holds, and nothing else would show it.
//
// Thread-safe.
class UntrustedProxy {
 public:
  // `log` outlives this. Where anybody is trusted, an operator has thought of it.
  UntrustedProxy(bool anybody_is_trusted, Log& log) : is_told_(anybody_is_trusted), log_(log) {}

  // A request for a WebSocket came.
  void Look(const HttpRequest& request);

 private:
  std::atomic<bool> is_told_;
  Log& log_;
};

}  // namespace pigeonhub::net
