// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/dial_commands.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/base/masked_url.h"
#include "server/base/websocket_url.h"
#include "server/core/id_text.h"

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
  const DialTarget* known = dial_targets_.FindUrl(command.url);
  if (known == nullptr && dial_targets_.all().size() >= DialTargets::kMost) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "this hub dials ", DialTargets::kMost, " addresses already; disconnect one of them first"));
  }
  if (known != nullptr && known->hub.has_value() && quarantined_.Contains(*known->hub)) {
    return absl::PermissionDeniedError("the hub there is in quarantine; release it first");
  }
  return absl::OkStatus();
}

void DialCommands::Apply(Turn& turn, const ConnectHub& command) {
  DialTarget* dial_target = dial_targets_.FindUrl(command.url);
  if (dial_target == nullptr)
    dial_target = &dial_targets_.Add(command.url, DialTarget::Kind::kAsked);
  if (dial_target->kind == DialTarget::Kind::kDirect) dial_target->kind = DialTarget::Kind::kAsked;
  if (dial_target->state != LinkRecord::State::kUp &&
      dial_target->state != LinkRecord::State::kConnecting) {
    dialing_.Dial(turn, *dial_target);
  }
}

absl::Status DialCommands::Check(const ConnectBootstrapHubs&) const {
  if (self_.is_stopped()) return absl::FailedPreconditionError("signaling is not running");
  return absl::OkStatus();
}

void DialCommands::Apply(Turn& turn, const ConnectBootstrapHubs&) { bootstrap_hubs_.Dial(turn); }

absl::Status DialCommands::Check(const DisconnectBootstrapHubs&) const { return absl::OkStatus(); }

void DialCommands::Apply(Turn& turn, const DisconnectBootstrapHubs&) { bootstrap_hubs_.Stop(turn); }

absl::Status DialCommands::Check(const SetBootstrapHubs& command) const {
  if (command.urls.size() > DialTargets::kMost) {
    return absl::InvalidArgumentError(
        absl::StrCat(command.urls.size(), " bootstrap hubs are more than ", DialTargets::kMost));
  }
  for (const std::string& url : command.urls) {
    if (WebSocketUrl::Parse(url).ok()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "bootstrap hub '", MaskedUrl(url), "' is not ws://HOST[:PORT] or wss://HOST[:PORT]"));
  }
  return absl::OkStatus();
}

void DialCommands::Apply(Turn& turn, const SetBootstrapHubs& command) {
  bootstrap_hubs_.Set(turn, command.urls);
}

absl::Status DialCommands::Check(const DisconnectLink& command) const {
  const bool dialed =
      std::any_of(dial_targets_.all().begin(), dial_targets_.all().end(),
                  [&](const auto& dial_target) { return dial_target->hub == command.hub; });
  const Peer* peer = peers_.Find(command.hub);
  if (dialed || (peer != nullptr && peer->link.has_value())) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("no link to hub ", IdText(command.hub)));
}

void DialCommands::Apply(Turn& turn, const DisconnectLink& command) {
  std::vector<DialTargetId> there;
  for (const auto& dial_target : dial_targets_.all()) {
    if (dial_target->hub == command.hub) there.push_back(dial_target->id);
  }
  for (DialTargetId id : there) dialing_.TakeBack(turn, id);
  Peer* peer = peers_.Find(command.hub);
  if (peer != nullptr && peer->link.has_value()) contested_.Close(turn, *peer, Reason::kOperator);
}

absl::Status DialCommands::Check(const DisconnectUrl& command) const {
  if (!Named(command.url).empty()) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("no link to ", MaskedUrl(command.url)));
}

void DialCommands::Apply(Turn& turn, const DisconnectUrl& command) {
  for (DialTargetId id : Named(command.url)) dialing_.TakeBack(turn, id);
}

std::vector<DialTargetId> DialCommands::Named(const std::string& url) const {
  std::vector<DialTargetId> named;
  const std::string normal = NormalUrl(url);
  for (const auto& dial_target : dial_targets_.all()) {
    // Lists show no secrets.
    if (dial_target->normal == normal || MaskedUrl(dial_target->normal) == normal) {
      named.push_back(dial_target->id);
    }
  }
  return named;
}

}  // namespace pigeonhub
