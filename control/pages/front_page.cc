// SPDX-License-Identifier: Apache-2.0

#include "control/pages/front_page.h"

#include <string>
#include <string_view>

#include "pigeonhub_version.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr size_t kMostHost = 255;

// As the client wrote it, if that is the name of a host.
std::string_view HostOf(const Request& request) {
  const std::string_view host = request.header("Host");
  const bool is_host = !host.empty() && host.size() <= kMostHost && IsWord(host);
  return is_host ? host : std::string_view("HOST");
}

}  // namespace

Response FrontPageAnswer(const FrontPage& page, const Request& request) {
  if (page.is_dev && request.path != "/") {
    return {.status = 404,
            .body = "There is no page " + Shown(request.path) + " here; / lists those that are.\n"};
  }
  std::string text = "PeerPigeon WebSocket Signaling Server\npigeonhub ";
  text.append(kVersion).append("\n\nPeers:  ");
  text.append(page.secure ? "wss://" : "ws://").append(HostOf(request));
  text += "/?peerId=ID, where ID is 40 hexadecimal digits\nState:  /health /hubs /livez /readyz\n";
  if (page.has_client) text += "Pages:  /client.js /peerpigeon.js /LICENSES.txt\n";
  if (page.has_ice) text += "ICE:    /ice\n";
  text += page.is_dev ? "Demo:   /demo\n" : "Demo:   start with --dev\n";
  return {.content_type = "text/plain", .body = std::move(text)};
}

}  // namespace pigeonhub
