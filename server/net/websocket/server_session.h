// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/net/http/message.h"
#include "server/net/websocket/session.h"

namespace pigeonhub::net {

// The server's end of an HTTP connection that may become a WebSocket. It answers any number of HTTP
// requests, one after the other, until one of them opens the WebSocket.
//
// websocketpp reads the requests. See Session for the rest.
class ServerSession final : public Session {
 public:
  // Who answers the requests. The functions of a Handler may call what a Host's may.
  class Handler {
   public:
    virtual ~Handler() = default;
    // A request has come. Returns the answer; or nothing to open the WebSocket, which only a valid
    // handshake may ask for (CheckHandshake).
    virtual std::optional<HttpResponse> OnRequest(const HttpRequest& request) = 0;
    // What came is no HTTP request (kBadHandshake: the session has answered with an error status)
    // or it is TLS (kTlsOnPlainPort: the session has answered with an alert), or it should have
    // been (kPlainOnTlsPort: with an error status). The session reads nothing more.
    virtual void OnMalformedRequest(Reason reason) = 0;
    // The WebSocket is open and the 101 answer is written. `target` is that of the request, valid
    // during the call.
    virtual void OnOpen(std::string_view target) = 0;
  };

  // `max_message_size` in bytes; a larger message is a violation. `spare`: see Session.
  ServerSession(Host& host, Handler& handler, size_t max_message_size,
                SpareReader* spare = nullptr);
  ~ServerSession() override;

  // Instead of Feed: the peer sends what should be an HTTP request, and not over TLS as it should.
  void RefusePlain();

  bool idle() const override;

 private:
  struct Handshake;

  size_t FeedHandshake(const char* bytes, size_t size) override;
  void WriteFrame(std::string_view header, std::string_view payload) override;
  void Answer(const HttpResponse& response, bool head_only, bool keep);
  void AnswerMalformed(int status, std::string_view why);
  void BecomeWebSocket();

  Handler& handler_;
  std::unique_ptr<Handshake> handshake_;  // until the WebSocket is open
};

}  // namespace pigeonhub::net
