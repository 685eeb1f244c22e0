// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "server/base/websocket_url.h"
#include "server/core/effect.h"
#include "server/core/ids.h"
#include "server/core/time.h"
#include "server/net/dial/dialer.h"
#include "server/net/dial/options.h"
#include "server/net/http/hub_credentials.h"
#include "server/net/reactor/reactor.h"
#include "server/net/reactor/socket.h"
#include "server/net/tls/tls_client.h"
#include "server/net/websocket/client_handshake.h"

namespace pigeonhub::net {

// The dials of one loop: each from the moment the core asks for it until the core knows how it
// ended. Dials looks the address up, connects, and hands the connected socket to the loop, on which
// a Connection then asks the other hub for a WebSocket.
//
// Lives on one reactor's thread.
class Dials final : private Dialer::Sink {
 public:
  // A TCP connection to the other hub, and what to ask on it.
  struct Connected {
    DialTargetId dial_target;
    ClientHandshake handshake;
    SteadyTime deadline;  // of the handshake
    std::unique_ptr<Socket> socket;
  };

  // The loop. Dials calls it on the reactor's thread, never from within Start or Cancel.
  class Sink {
   public:
    virtual ~Sink() = default;
    // A number that no other socket of the loop has. It becomes the socket's key for Readiness.
    virtual uint64_t NextKey() = 0;
    // The other hub is reached. The dial stays in the table until Forget or Cancel.
    virtual void OnConnected(uint64_t key, Connected connected) = 0;
    // The other hub cannot be reached. The dial stays in the table until Forget.
    virtual void OnUnreachable(DialTargetId dial_target, const std::string& why) = 0;
  };

  // All references outlive this. `readiness` is told when a socket is ready.
  Dials(Reactor& reactor, TlsClient& tls, const HubCredentials& credentials,
        const DialOptions& options, Readiness& readiness, Sink& sink);

  // The table may hold no other dial of this target.
  void Start(const Dial& dial, SteadyTime now);

  // The core no longer waits for this dial, and is told nothing more of it. Returns the key of its
  // socket if the handshake has begun, else 0.
  uint64_t Cancel(DialTargetId dial_target);
  // The core has been told how the dial ended.
  void Forget(DialTargetId dial_target) { dials_.erase(dial_target); }
  // Ends all dials that have no connection yet, and forgets the others.
  void GiveUpAll();

 private:
  struct Entry {
    WebSocketUrl address{};
    std::string token_for{};  // whom the hub token is made out to; empty: none is shown
    SteadyTime deadline{};    // of the handshake
    uint64_t key = 0;         // of the socket, once there is one
    bool failed = false;
  };

  // Dialer::Sink
  void OnReached(DialTargetId dial_target, Descriptor descriptor) override;
  void OnUnreachable(DialTargetId dial_target, const std::string& why) override {
    Fail(dial_target, why);
  }

  // Whom the hub token is made out to that is shown there; empty: none is.
  std::string TokenFor(const Dial& dial, const WebSocketUrl& address) const;
  // The socket on which to speak the handshake; null, with `why`, where there can be none.
  std::unique_ptr<Socket> Adopt(const WebSocketUrl& address, Descriptor descriptor, uint64_t key,
                                std::string& why);
  void Fail(DialTargetId dial_target, std::string why);

  Reactor& reactor_;
  TlsClient& tls_;
  const HubCredentials& credentials_;
  const DialOptions& options_;
  Readiness& readiness_;
  Sink& sink_;
  absl::flat_hash_map<DialTargetId, Entry> dials_;
  Dialer dialer_;
};

}  // namespace pigeonhub::net
