// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "server/net/websocket/client_handshake.h"
#include "server/net/websocket/masks.h"
#include "server/net/websocket/session.h"

namespace pigeonhub::net {

// The client's end of a WebSocket: it asks a server to open one, and masks its frames. See Session
// for the rest.
class ClientSession final : public Session {
 public:
  // Who is told how the handshake ended.
  class Handler {
   public:
    virtual ~Handler() = default;
    // The server has opened the WebSocket.
    virtual void OnAccepted() = 0;
    // The server has refused, or its answer is none. The session reads nothing more.
    virtual void OnRefused(const ClientHandshake::Refusal& refusal) = 0;
  };

  // `max_message_size` in bytes; a larger message is a violation.
  ClientSession(Host& host, Handler& handler, size_t max_message_size, ClientHandshake handshake);

  // Writes the request. Call it once, before anything else.
  void Ask();

 private:
  size_t FeedHandshake(const char* bytes, size_t size) override;
  void WriteFrame(std::string_view header, std::string_view payload) override;

  Handler& handler_;
  const ClientHandshake handshake_;
  Masks masks_;
  std::string scratch_;  // the answer until it is whole, then the last frame that was written
};

}  // namespace pigeonhub::net
