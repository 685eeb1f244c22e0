// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "server/core/time.h"
#include "server/net/reactor/reactor.h"
#include "server/net/tls/tls_server.h"

namespace pigeonhub::net {

// The TLS handshakes of one loop, at the server's end. They cost a thousand times what a message
// costs, so that at most kAtOnce are under way. Who comes then waits. While somebody waits, a
// handshake that has lasted for kPatience gives way: its client is slow, or wants to hold the
// place.
//
// Lives on one loop's thread.
class Handshakes {
 public:
  static constexpr size_t kAtOnce = 64;
  static constexpr Duration kPatience = std::chrono::seconds(1);

  // One end of a connection that is about to shake hands.
  class Party {
   public:
    virtual ~Party() = default;
    // It is its turn: from Enter, or later on the loop's thread. It calls Leave at the end.
    virtual void Begin(SslPtr ssl) = 0;
    // It has to make room, and has left.
    virtual void GiveWay() = 0;

   private:
    friend class Handshakes;
    uint64_t place_ = 0;  // in the order in which they entered; 0: none
  };

  // Both outlive this.
  Handshakes(TlsServer& tls, Reactor& reactor) : tls_(tls), reactor_(reactor) {}

  void Enter(Party& party);
  // Harmless if it has left already, or never entered.
  void Leave(Party& party);
  void Succeeded(const SSL* ssl) { tls_.Note(ssl); }

  // Called again and again, a few times a second at least.
  void Tick(SteadyTime now);

 private:
  struct UnderWay {
    Party* party;
    SteadyTime since;
  };

  void Begin(Party& party);
  void Fill();

  TlsServer& tls_;
  Reactor& reactor_;
  SteadyTime now_;
  uint64_t last_place_ = 0;
  std::map<uint64_t, UnderWay> under_way_;  // by place
  std::map<uint64_t, Party*> waiting_;      // also
  bool fill_posted_ = false;
};

}  // namespace pigeonhub::net
