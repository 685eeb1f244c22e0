// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/dial_commands.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/base/masked_url.h"
#include "server/base/websocket_url.h"

namespace pigeonhub {

absl::Status DialCommands::Check(const ConnectHub& command) const {
  if (self_.is_stopped()) return absl::FailedPreconditionError("signaling is not running");
  const absl::StatusOr<WebSocketUrl> url = WebSocketUrl::Parse(command.url);
  if (!url.ok()) {
    return absl::InvalidArgumentError("is not ws://HOST[:PORT] or wss://HOST[:PORT]");
  }
  if (self_.IsOwnAddress(*url)) {
    return absl::InvalidArgumentError("is the address of the hub itself");
  }
  return absl::OkStatus();
}

void DialCommands::Apply(Turn& turn, const ConnectHub& command) {
  Uplink* uplink = uplinks_.FindUrl(command.url);
  if (uplink == nullptr) uplink = &uplinks_.Add(command.url, Uplink::Kind::kAsked);
  if (uplink->kind == Uplink::Kind::kDirect) uplink->kind = Uplink::Kind::kAsked;
  if (uplink->state != LinkRecord::State::kUp && uplink->state != LinkRecord::State::kConnecting) {
    dialing_.Dial(turn, *uplink);
  }
}

absl::Status DialCommands::Check(const ConnectBootstrapHubs&) const {
  if (self_.is_stopped()) return absl::FailedPreconditionError("signaling is not running");
  return absl::OkStatus();
}

void DialCommands::Apply(Turn& turn, const ConnectBootstrapHubs&) {
  dialing_.DialBootstrapHubs(turn);
}

absl::Status DialCommands::Check(const DisconnectBootstrapHubs&) const { return absl::OkStatus(); }

void DialCommands::Apply(Turn& turn, const DisconnectBootstrapHubs&) {
  dialing_.StopBootstrapHubs(turn);
}

absl::Status DialCommands::Check(const SetBootstrapHubs& command) const {
  for (const std::string& url : command.urls) {
    if (WebSocketUrl::Parse(url).ok()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "bootstrap hub '", MaskedUrl(url), "' is not ws://HOST[:PORT] or wss://HOST[:PORT]"));
  }
  return absl::OkStatus();
}

void DialCommands::Apply(Turn& turn, const SetBootstrapHubs& command) {
  dialing_.SetBootstrapHubs(turn, command.urls);
}

absl::Status DialCommands::Check(const DisconnectLink& command) const {
  const bool dialed = std::any_of(uplinks_.all().begin(), uplinks_.all().end(),
                                  [&](const auto& uplink) { return uplink->hub == command.hub; });
  const Peer* peer = peers_.Find(command.hub);
  if (dialed || (peer != nullptr && peer->link.has_value())) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat(
      "no link to hub ", absl::string_view(command.hub.text().data(), PeerId::kLength)));
}

void DialCommands::Apply(Turn& turn, const DisconnectLink& command) {
  std::vector<UplinkId> there;
  for (const auto& uplink : uplinks_.all()) {
    if (uplink->hub == command.hub) there.push_back(uplink->id);
  }
  for (UplinkId id : there) dialing_.TakeBack(turn, id);
  Peer* peer = peers_.Find(command.hub);
  if (peer != nullptr && peer->link.has_value()) contested_.Close(turn, *peer, Reason::kOperator);
}

absl::Status DialCommands::Check(const DisconnectUrl& command) const {
  if (!Named(command.url).empty()) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("no link to ", MaskedUrl(command.url)));
}

void DialCommands::Apply(Turn& turn, const DisconnectUrl& command) {
  for (UplinkId id : Named(command.url)) dialing_.TakeBack(turn, id);
}

std::vector<UplinkId> DialCommands::Named(const std::string& url) const {
  std::vector<UplinkId> named;
  const std::string normal = NormalUrl(url);
  for (const auto& uplink : uplinks_.all()) {
    // Lists show no secrets.
    if (uplink->normal == normal || MaskedUrl(uplink->normal) == normal) {
      named.push_back(uplink->id);
    }
  }
  return named;
}

}  // namespace pigeonhub
