// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/dialing.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/base/address.h"
#include "server/base/masked_url.h"
#include "server/base/websocket_url.h"

namespace pigeonhub {
namespace {

// Below are statuses of HTTP.
constexpr uint16_t kSmallestCloseCode = 1000;

using TokenFor = Dial::TokenFor;

constexpr char kItself[] = "this is the hub itself";
constexpr char kOwnId[] = "the hub there has this hub's own id";
constexpr char kDisconnected[] = "disconnected on demand";

// How a hub closes on one that it does not admit.
constexpr Reason kRefusals[] = {Reason::kHubNotAdmitted, Reason::kHubQuarantined,
                                Reason::kHubIdReserved, Reason::kHubUnsigned,
                                Reason::kHubKeyRefused};

// Why the hub at the other end does not admit this one, if it closed for that.
std::optional<Reason> RefusalIn(const Closed& input) {
  if (input.reason != Reason::kPeerClosed) return std::nullopt;
  for (const Reason reason : kRefusals) {
    const CloseFrame frame = CloseFrameFor(reason);
    if (input.code == frame.code && input.text == frame.text) return reason;
  }
  return std::nullopt;
}

LinkEnd NotAdmitted(Reason reason) {
  const std::string_view name = ReasonName(reason);
  return {LinkEnd::Side::kOtherHub, reason, CloseFrameFor(Reason::kHubNotAdmitted).code,
          absl::StrCat("the hub there does not admit this one: ",
                       absl::string_view(name.data(), name.size()))};
}

}  // namespace

void Dialing::Dial(Turn& turn, DialTarget& dial_target) {
  const absl::StatusOr<WebSocketUrl> url = WebSocketUrl::Parse(dial_target.url);
  if (!url.ok()) {
    return Stop(turn, dial_target, Reason::kBadHandshake, "not a ws:// or wss:// address");
  }
  // One list of bootstrap hubs may serve a whole deployment, and so name this hub, too.
  if (self_.IsOwnAddress(*url)) return Stop(turn, dial_target, Reason::kSelfConnected, kItself);
  dial_targets_.Dialing(dial_target, turn.now);
  pigeonhub::Dial dial{dial_target.id, dial_target.url};
  if (dial_target.kind == DialTarget::Kind::kDirect) dial.within = self_.heard_of_within();
  dial_target.token_for.reset();
  if (dial_target.kind == DialTarget::Kind::kBootstrap) {
    if (!dial_target.is_reference) dial.token_for = TokenFor::kAddress;
  } else if (const std::optional<PeerId> hub = map_.MeshKeyHolderAt(dial_target.normal)) {
    dial.token_for = TokenFor::kHub;
    dial.hub = *hub;
    dial_target.token_for = hub;
  }
  turn.effects.push_back(std::move(dial));
}

void Dialing::OnUp(Turn& turn, DialTarget& dial_target) {
  dial_targets_.Up(dial_target, turn.now);
  turn.Emit(BootstrapConnected{MaskedUrl(dial_target.url)});
}

void Dialing::Lose(Turn& turn, DialTarget& dial_target, LinkEnd end, Duration at_least) {
  RemoveLink(turn, dial_target, end);
  const bool first = dial_target.attempt == 0;
  BootstrapDisconnected news{MaskedUrl(dial_target.url), end.code, end.text};
  const bool rare_now =
      dial_targets_.Lost(dial_target, turn.now, std::move(end), random_, at_least);
  if (first || rare_now) turn.Emit(std::move(news));
}

void Dialing::Stop(Turn& turn, DialTarget& dial_target, Reason reason, std::string why) {
  LinkEnd end{LinkEnd::Side::kThisHub, reason, CloseFrameFor(reason).code, std::move(why)};
  if (dial_target.connection.has_value()) {
    turn.Close(*dial_target.connection, reason);
    RemoveLink(turn, dial_target, end);
    const bool intended = reason == Reason::kOperator || reason == Reason::kServerShutdown;
    turn.Emit(BootstrapDisconnected{MaskedUrl(dial_target.url), end.code, end.text, intended});
  } else if (dial_target.state == LinkRecord::State::kConnecting) {
    turn.effects.push_back(CancelDial{dial_target.id});
  }
  dial_targets_.Stop(dial_target, turn.now, std::move(end));
}

void Dialing::DialAgain(Turn& turn, const PeerId& hub) {
  for (const auto& dial_target : dial_targets_.all()) {
    const bool waits = dial_target->state == LinkRecord::State::kWaiting ||
                       dial_target->state == LinkRecord::State::kSlow;
    if (waits && dial_target->hub == hub) Dial(turn, *dial_target);
  }
}

void Dialing::DialDue(Turn& turn) {
  DropSilent(turn);
  while (DialTarget* dial_target = dial_targets_.NextDue(turn.now.steady)) Dial(turn, *dial_target);
}

void Dialing::DropSilent(Turn& turn) {
  while (DialTarget* dial_target = dial_targets_.NextSilent(turn.now.steady)) {
    turn.Close(*dial_target->connection, Reason::kUnresponsive);
    Lose(turn, *dial_target,
         {LinkEnd::Side::kThisHub, Reason::kUnresponsive, CloseFrameFor(Reason::kUnresponsive).code,
          "no hub answers there"});
  }
}

void Dialing::OnNotAdmitted(Turn& turn, DialTarget& dial_target, std::string_view reason) {
  dial_target.is_reference = false;
  const Reason known = FindReason(reason).value_or(Reason::kHubNotAdmitted);
  turn.Close(*dial_target.connection, Reason::kHubNotAdmitted);
  LinkEnd end = NotAdmitted(known);
  // That hub has just started, and its clock is ahead of ours; this does not last.
  if (known == Reason::kHubTokenBeforeStart) return Lose(turn, dial_target, std::move(end));
  LoseForLong(turn, dial_target, std::move(end));
}

void Dialing::Refuse(Turn& turn, DialTarget& dial_target, Reason reason) {
  turn.Close(*dial_target.connection, reason);
  LoseForLong(turn, dial_target,
              {LinkEnd::Side::kThisHub, reason, CloseFrameFor(reason).code,
               std::string(ReasonName(reason))});
}

void Dialing::LoseForLong(Turn& turn, DialTarget& dial_target, LinkEnd end) {
  RemoveLink(turn, dial_target, end);
  const bool first = dial_target.attempt == 0;
  if (first) turn.Emit(BootstrapDisconnected{MaskedUrl(dial_target.url), end.code, end.text});
  dial_targets_.NotAdmitted(dial_target, turn.now, std::move(end));
}

void Dialing::RemoveLink(Turn& turn, const DialTarget& dial_target, const LinkEnd& end) {
  if (!dial_target.connection.has_value()) return;
  if (Link* link = links_.FindDialed(*dial_target.connection)) {
    link->end = end;
    link_setup_.Remove(turn, link->path);
  }
}

void Dialing::TakeBack(Turn& turn, DialTargetId id) {
  DialTarget& dial_target = *dial_targets_.Find(id);
  Stop(turn, dial_target, Reason::kOperator, kDisconnected);
  if (dial_target.kind != DialTarget::Kind::kBootstrap) dial_targets_.Remove(dial_target);
}

void Dialing::StopAll(Turn& turn) {
  while (!dial_targets_.all().empty()) {
    DialTarget& dial_target = *dial_targets_.all().back();
    Stop(turn, dial_target, Reason::kServerShutdown, "signaling stopped");
    dial_targets_.Remove(dial_target);
  }
}

void Dialing::OnDialOpened(Turn& turn, const DialOpened& input) {
  DialTarget* dial_target = dial_targets_.Find(input.dial_target);
  if (dial_target == nullptr || dial_target->state != LinkRecord::State::kConnecting) {
    // Called off while it was on its way.
    turn.Close(input.connection, Reason::kOperator);
    return;
  }
  dial_targets_.Opened(*dial_target, turn.now, input.connection);
  link_setup_.OpenTo(turn, *dial_target);
}

void Dialing::OnDialFailed(Turn& turn, const DialFailed& input) {
  DialTarget* dial_target = dial_targets_.Find(input.dial_target);
  if (dial_target == nullptr || dial_target->state != LinkRecord::State::kConnecting) return;
  LinkEnd end;
  end.code = input.code;
  end.text = std::string(input.text);
  if (input.code < kSmallestCloseCode) {
    end.side = LinkEnd::Side::kOtherHub;
    end.reason = Reason::kBadHandshake;
  }
  Lose(turn, *dial_target, std::move(end), input.retry_after);
}

void Dialing::OnClosed(Turn& turn, DialTarget& dial_target, const Closed& input) {
  const CloseFrame self = CloseFrameFor(Reason::kSelfConnected);
  if (input.reason == Reason::kPeerClosed && input.code == self.code && input.text == self.text) {
    turn.Count(Reason::kSelfConnected);
    const LinkEnd end{LinkEnd::Side::kThisHub, Reason::kSelfConnected, self.code, kOwnId};
    RemoveLink(turn, dial_target, end);
    turn.Emit(BootstrapDisconnected{MaskedUrl(dial_target.url), end.code, end.text});
    return dial_targets_.Stop(dial_target, turn.now, end);
  }
  const std::optional<Reason> refusal = RefusalIn(input);
  if (!refusal.has_value()) {
    return Lose(turn, dial_target, EndOf(input.reason, input.code, input.text));
  }
  // The others pass: a hub that starts anew is refused until the one it was is forgotten.
  const bool lasts = refusal == Reason::kHubNotAdmitted || refusal == Reason::kHubQuarantined;
  return lasts ? LoseForLong(turn, dial_target, NotAdmitted(*refusal))
               : Lose(turn, dial_target, NotAdmitted(*refusal));
}

}  // namespace pigeonhub
