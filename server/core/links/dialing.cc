// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/dialing.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/base/address.h"
#include "server/base/masked_url.h"
#include "server/base/websocket_url.h"

namespace pigeonhub {
namespace {

// Where the bootstrap hub listens that hubs dial if they are given none.
constexpr uint16_t kDefaultPort = 3000;
// Below are statuses of HTTP.
constexpr uint16_t kSmallestCloseCode = 1000;

constexpr char kItself[] = "this is the hub itself";
constexpr char kDisconnected[] = "disconnected on demand";

// The bootstrap hub of a hub that is given none; empty for the one that others then dial.
std::string DefaultBootstrapHub(const std::string& host, uint16_t port) {
  if (port == kDefaultPort) return {};
  if (host == "::") return "ws://[::1]:3000";
  if (IsUnspecified(host)) return "ws://127.0.0.1:3000";
  return absl::StrCat("ws://", JoinHostAndPort(host, kDefaultPort));
}

}  // namespace

void Dialing::Dial(Turn& turn, Uplink& uplink) {
  const absl::StatusOr<WebSocketUrl> url = WebSocketUrl::Parse(uplink.url);
  if (!url.ok()) {
    return Stop(turn, uplink, Reason::kBadHandshake, "not a ws:// or wss:// address");
  }
  // One list of bootstrap hubs may serve a whole deployment, and so name this hub, too.
  if (self_.IsOwnAddress(*url)) return Stop(turn, uplink, Reason::kSelfConnected, kItself);
  uplinks_.Dialing(uplink, turn.now);
  const bool hearsay = uplink.kind == Uplink::Kind::kDirect;
  turn.effects.push_back(
      pigeonhub::Dial{uplink.id, uplink.url, hearsay && !IsLoopback(self_.host())});
}

void Dialing::OnUp(Turn& turn, Uplink& uplink) {
  uplinks_.Up(uplink, turn.now);
  turn.Emit(BootstrapConnected{MaskedUrl(uplink.url)});
}

void Dialing::Lose(Turn& turn, Uplink& uplink, LinkEnd end, Duration at_least) {
  RemoveLink(turn, uplink, end);
  const bool first = uplink.attempt == 0;
  BootstrapDisconnected news{MaskedUrl(uplink.url), end.code, end.text};
  const bool rare_now = uplinks_.Lost(uplink, turn.now, std::move(end), random_, at_least);
  if (first || rare_now) turn.Emit(std::move(news));
}

void Dialing::Stop(Turn& turn, Uplink& uplink, Reason reason, std::string why) {
  LinkEnd end{LinkEnd::Side::kThisHub, reason, CloseFrameFor(reason).code, std::move(why)};
  if (uplink.connection.has_value()) {
    turn.Close(*uplink.connection, reason);
    RemoveLink(turn, uplink, end);
    turn.Emit(BootstrapDisconnected{MaskedUrl(uplink.url), end.code, end.text});
  } else if (uplink.state == LinkRecord::State::kConnecting) {
    turn.effects.push_back(CancelDial{uplink.id});
  }
  uplinks_.Stop(uplink, turn.now, std::move(end));
}

void Dialing::DialAgain(Turn& turn, const PeerId& hub) {
  for (const auto& uplink : uplinks_.all()) {
    const bool waits =
        uplink->state == LinkRecord::State::kWaiting || uplink->state == LinkRecord::State::kSlow;
    if (waits && uplink->hub == hub) Dial(turn, *uplink);
  }
}

void Dialing::DialDue(Turn& turn) {
  DropSilent(turn);
  while (Uplink* uplink = uplinks_.NextDue(turn.now.steady)) Dial(turn, *uplink);
}

void Dialing::DropSilent(Turn& turn) {
  while (Uplink* uplink = uplinks_.NextSilent(turn.now.steady)) {
    turn.Close(*uplink->connection, Reason::kUnresponsive);
    Lose(turn, *uplink,
         {LinkEnd::Side::kThisHub, Reason::kUnresponsive, CloseFrameFor(Reason::kUnresponsive).code,
          "no hub answers there"});
  }
}

void Dialing::OnNotAdmitted(Turn& turn, Uplink& uplink, std::string_view reason) {
  const Reason known = FindReason(reason).value_or(Reason::kHubNotAdmitted);
  const std::string_view name = ReasonName(known);
  turn.Close(*uplink.connection, Reason::kHubNotAdmitted);
  LinkEnd end{LinkEnd::Side::kOtherHub, known, CloseFrameFor(Reason::kHubNotAdmitted).code,
              absl::StrCat("the hub there does not admit this one: ",
                           absl::string_view(name.data(), name.size()))};
  RemoveLink(turn, uplink, end);
  const bool first = uplink.attempt == 0;
  if (first) turn.Emit(BootstrapDisconnected{MaskedUrl(uplink.url), end.code, end.text});
  uplinks_.NotAdmitted(uplink, turn.now, std::move(end));
}

void Dialing::RemoveLink(Turn& turn, const Uplink& uplink, const LinkEnd& end) {
  if (!uplink.connection.has_value()) return;
  if (Link* link = links_.FindDialed(*uplink.connection)) {
    link->end = end;
    link_setup_.Remove(turn, link->path);
  }
}

void Dialing::TakeBack(Turn& turn, UplinkId id) {
  Uplink& uplink = *uplinks_.Find(id);
  Stop(turn, uplink, Reason::kOperator, kDisconnected);
  if (uplink.kind != Uplink::Kind::kBootstrap) uplinks_.Remove(uplink);
}

void Dialing::DialBootstrapHubs(Turn& turn) {
  for (const auto& uplink : uplinks_.all()) {
    if (uplink->kind == Uplink::Kind::kBootstrap && uplink->state == LinkRecord::State::kStopped) {
      Dial(turn, *uplink);
    }
  }
}

void Dialing::SetBootstrapHubs(Turn& turn, const std::vector<std::string>& urls) {
  bootstrap_hubs_ = urls;
  if (self_.is_stopped()) return;
  std::vector<UplinkId> gone;
  for (const auto& uplink : uplinks_.all()) {
    if (uplink->kind != Uplink::Kind::kBootstrap) continue;
    const bool stays = std::any_of(urls.begin(), urls.end(), [&](const std::string& url) {
      return NormalUrl(url) == uplink->normal;
    });
    if (!stays) gone.push_back(uplink->id);
  }
  for (UplinkId id : gone) {
    Uplink& uplink = *uplinks_.Find(id);
    Stop(turn, uplink, Reason::kOperator, kDisconnected);
    uplinks_.Remove(uplink);
  }
  for (const std::string& url : urls) {
    if (Uplink* known = uplinks_.FindUrl(url)) {
      known->kind = Uplink::Kind::kBootstrap;
      continue;
    }
    Uplink& uplink = uplinks_.Add(url, Uplink::Kind::kBootstrap);
    if (options_.auto_connect) Dial(turn, uplink);
  }
}

void Dialing::StopBootstrapHubs(Turn& turn) {
  for (const auto& uplink : uplinks_.all()) {
    if (uplink->kind != Uplink::Kind::kBootstrap) continue;
    Stop(turn, *uplink, Reason::kOperator, kDisconnected);
  }
}

void Dialing::Start(Turn& turn) {
  std::vector<std::string> urls = bootstrap_hubs_;
  if (urls.empty() && self_.is_hub() && options_.auto_connect) {
    const std::string url = DefaultBootstrapHub(self_.host(), self_.port());
    if (!url.empty()) urls.push_back(url);
  }
  for (const std::string& url : urls) {
    if (uplinks_.FindUrl(url) == nullptr) uplinks_.Add(url, Uplink::Kind::kBootstrap);
  }
  if (options_.auto_connect) DialBootstrapHubs(turn);
}

void Dialing::StopAll(Turn& turn) {
  while (!uplinks_.all().empty()) {
    Uplink& uplink = *uplinks_.all().back();
    Stop(turn, uplink, Reason::kServerShutdown, "signaling stopped");
    uplinks_.Remove(uplink);
  }
}

void Dialing::OnDialOpened(Turn& turn, const DialOpened& input) {
  Uplink* uplink = uplinks_.Find(input.uplink);
  if (uplink == nullptr || uplink->state != LinkRecord::State::kConnecting) {
    // Called off while it was on its way.
    turn.Close(input.connection, Reason::kOperator);
    return;
  }
  uplinks_.Opened(*uplink, turn.now, input.connection);
  link_setup_.OpenTo(turn, *uplink);
}

void Dialing::OnDialFailed(Turn& turn, const DialFailed& input) {
  Uplink* uplink = uplinks_.Find(input.uplink);
  if (uplink == nullptr || uplink->state != LinkRecord::State::kConnecting) return;
  LinkEnd end;
  end.code = input.code;
  end.text = std::string(input.text);
  if (input.code < kSmallestCloseCode) {
    end.side = LinkEnd::Side::kOtherHub;
    end.reason = Reason::kBadHandshake;
  }
  Lose(turn, *uplink, std::move(end), input.retry_after);
}

void Dialing::OnClosed(Turn& turn, Uplink& uplink, const Closed& input) {
  Lose(turn, uplink, EndOf(input.reason, input.code, input.text));
}

}  // namespace pigeonhub
