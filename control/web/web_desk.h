// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "console/embedded_files.h"
#include "control/access/authority.h"
#include "control/web/connect_call.h"
#include "control/web/http_message.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// A call that is to be made, and for whom.
struct WebCall {
  ConnectCall call;
  Principal caller;
};

// What every answer says besides, to browsers and to whoever keeps answers. Once for each.
void AddCommonHeaders(WebAnswer& answer);

// Decides what a request to the console port gets: a file, a session, a call, or a refusal. No I/O
// but the log. Thread-safe.
class WebDesk {
 public:
  struct Setup {
    bool is_local = true;       // nobody reaches the port but this machine
    bool has_tls = false;       // the port speaks it
    bool behind_proxy = false;  // whoever comes was sent by a proxy
    std::string hub_id = {};
    std::span<const EmbeddedFile> files = {};
  };
  // Larger messages are no call. The same as over gRPC.
  static constexpr size_t kMostMessage = size_t{4} << 20;
  // What may come from somebody before the hub knows him: enough to sign in.
  static constexpr size_t kMostFromStranger = size_t{16} << 10;

  // `authority` and `log` outlive this.
  WebDesk(const Authority& authority, Log& log, Setup setup);

  // How large the body may be that follows this head.
  size_t MostBody(const WebRequest& head, const WebPeer& peer) const;
  // What the whole request gets.
  std::variant<WebAnswer, WebCall> Decide(const WebRequest& request, const WebPeer& peer) const;

 private:
  struct Caller {
    std::optional<Principal> principal;
    bool showed_token = false;
  };
  Caller CallerOf(const WebRequest& request, const WebPeer& peer) const;
  std::optional<Principal> Recognize(const WebRequest& request, const WebPeer& peer,
                                     std::optional<std::string> token) const;
  std::optional<WebAnswer> Refuse(const WebRequest& request) const;
  WebAnswer AnswerSession(const WebRequest& request, const WebPeer& peer) const;
  WebAnswer SignIn(const WebRequest& request, const WebPeer& peer) const;
  std::variant<WebAnswer, WebCall> ReadCall(const WebRequest& request, const WebPeer& peer) const;

  const Authority& authority_;
  Log& log_;
  const Setup setup_;
};

}  // namespace pigeonhub
