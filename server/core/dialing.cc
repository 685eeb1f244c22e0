// SPDX-License-Identifier: Apache-2.0
//
// Addresses of other hubs that we dial: bootstrap hubs, hubs that an operator names, hubs that we
// heard of. What is said once a link is open is in links.cc.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/masked_url.h"
#include "server/core/hub_state.h"

namespace pigeonhub {
namespace {

// Where the seed's default bootstrap hub listens.
constexpr uint16_t kDefaultPort = 3000;
// Below are statuses of HTTP.
constexpr uint16_t kSmallestCloseCode = 1000;

constexpr char kItself[] = "this is the hub itself";
constexpr char kDisconnected[] = "disconnected on demand";

// The seed's rule for hubs that are given no bootstrap hub.
std::string DefaultBootstrapHub(const std::string& host, uint16_t port) {
  if (port == kDefaultPort) return {};
  if (host == "::") return "ws://[::1]:3000";
  if (IsUnspecifiedHost(host)) return "ws://127.0.0.1:3000";
  const bool v6 = host.find(':') != std::string::npos;
  return v6 ? absl::StrCat("ws://[", host, "]:3000") : absl::StrCat("ws://", host, ":3000");
}

}  // namespace

bool Hub::State::IsOwnAddress(const HubUrl& url) const {
  return serving != Serving::kStopped && LeadsTo(url, own_host, own_port);
}

void Hub::State::OpenUplinks(Turn& turn, const StartSignaling& command) {
  own_host = command.host;
  own_port = command.port;
  own_url = options.advertise_url.empty() ? command.url : options.advertise_url;
  std::vector<std::string> urls = bootstrap_hubs;
  if (urls.empty() && options.is_hub && options.auto_connect) {
    const std::string url = DefaultBootstrapHub(own_host, own_port);
    if (!url.empty()) urls.push_back(url);
  }
  for (const std::string& url : urls) {
    if (uplinks.FindUrl(url) == nullptr) uplinks.Add(url, Uplink::Kind::kBootstrap);
  }
  if (options.auto_connect) DialBootstrapHubs(turn);
}

void Hub::State::CloseUplinks(Turn& turn) {
  while (!uplinks.all().empty()) {
    Uplink& uplink = *uplinks.all().back();
    StopUplink(turn, uplink, Reason::kServerShutdown, "signaling stopped");
    uplinks.Remove(uplink);
  }
}

void Hub::State::DialBootstrapHubs(Turn& turn) {
  for (const auto& uplink : uplinks.all()) {
    if (uplink->kind == Uplink::Kind::kBootstrap && uplink->state == LinkRecord::State::kStopped) {
      DialUplink(turn, *uplink);
    }
  }
}

void Hub::State::DialUplink(Turn& turn, Uplink& uplink) {
  const std::optional<HubUrl> url = ParseHubUrl(uplink.url);
  if (!url.has_value()) {
    return StopUplink(turn, uplink, Reason::kBadHandshake, "not a ws:// or wss:// address");
  }
  // One list of bootstrap hubs may serve a whole deployment, and so name this hub, too.
  if (IsOwnAddress(*url)) return StopUplink(turn, uplink, Reason::kSelfConnected, kItself);
  uplinks.Dialing(uplink, turn.now);
  const bool hearsay = uplink.kind == Uplink::Kind::kDirect;
  turn.effects.push_back(Dial{uplink.id, uplink.url, hearsay && !IsLoopbackHost(own_host)});
}

void Hub::State::OnDialOpened(Turn& turn, const DialOpened& input) {
  Uplink* uplink = uplinks.Find(input.uplink);
  if (uplink == nullptr || uplink->state != LinkRecord::State::kConnecting) {
    // Called off while it was on its way.
    turn.effects.push_back(Close{input.connection, Reason::kOperator});
    return;
  }
  uplinks.Opened(*uplink, turn.now, input.connection);
  OpenUplink(turn, *uplink);
}

void Hub::State::OnDialFailed(Turn& turn, const DialFailed& input) {
  Uplink* uplink = uplinks.Find(input.uplink);
  if (uplink == nullptr || uplink->state != LinkRecord::State::kConnecting) return;
  LinkEnd end;
  end.code = input.code;
  end.text = std::string(input.text);
  if (input.code < kSmallestCloseCode) {
    end.side = LinkEnd::Side::kOtherHub;
    end.reason = Reason::kBadHandshake;
  }
  LoseUplink(turn, *uplink, std::move(end), input.retry_after);
}

void Hub::State::OnUplinkClosed(Turn& turn, Uplink& uplink, const Closed& input) {
  LoseUplink(turn, uplink, EndOf(input.reason, input.code, input.text));
}

void Hub::State::NoteUplinkUp(Turn& turn, Uplink& uplink) {
  uplinks.Up(uplink, turn.now);
  Emit(turn, BootstrapConnected{MaskedUrl(uplink.url)});
}

void Hub::State::LoseUplink(Turn& turn, Uplink& uplink, LinkEnd end, Duration at_least) {
  RemoveUplinkLink(turn, uplink, end);
  const bool first = uplink.attempt == 0;
  BootstrapDisconnected news{MaskedUrl(uplink.url), end.code, end.text};
  const bool rare_now = uplinks.Lost(uplink, turn.now, std::move(end), random, at_least);
  if (first || rare_now) Emit(turn, std::move(news));
}

void Hub::State::DropSilentUplinks(Turn& turn) {
  while (Uplink* uplink = uplinks.NextSilent(turn.now.steady)) {
    turn.effects.push_back(Close{*uplink->connection, Reason::kUnresponsive});
    LoseUplink(turn, *uplink,
               {LinkEnd::Side::kThisHub, Reason::kUnresponsive,
                CloseFrameFor(Reason::kUnresponsive).code, "no hub answers there"});
  }
}

void Hub::State::OnNotAdmitted(Turn& turn, Uplink& uplink, std::string_view reason) {
  const Reason known = FindReason(reason).value_or(Reason::kHubNotAdmitted);
  const std::string_view name = ReasonName(known);
  turn.effects.push_back(Close{*uplink.connection, Reason::kHubNotAdmitted});
  LinkEnd end{LinkEnd::Side::kOtherHub, known, CloseFrameFor(Reason::kHubNotAdmitted).code,
              absl::StrCat("the hub there does not admit this one: ",
                           absl::string_view(name.data(), name.size()))};
  RemoveUplinkLink(turn, uplink, end);
  const bool first = uplink.attempt == 0;
  if (first) Emit(turn, BootstrapDisconnected{MaskedUrl(uplink.url), end.code, end.text});
  uplinks.NotAdmitted(uplink, turn.now, std::move(end));
}

void Hub::State::RemoveUplinkLink(Turn& turn, const Uplink& uplink, const LinkEnd& end) {
  if (!uplink.connection.has_value()) return;
  if (Link* link = FindUplinkLink(*uplink.connection)) {
    link->end = end;
    RemoveLink(turn, link->path);
  }
}

void Hub::State::StopUplink(Turn& turn, Uplink& uplink, Reason reason, std::string why) {
  LinkEnd end{LinkEnd::Side::kThisHub, reason, CloseFrameFor(reason).code, std::move(why)};
  if (uplink.connection.has_value()) {
    turn.effects.push_back(Close{*uplink.connection, reason});
    RemoveUplinkLink(turn, uplink, end);
    Emit(turn, BootstrapDisconnected{MaskedUrl(uplink.url), end.code, end.text});
  } else if (uplink.state == LinkRecord::State::kConnecting) {
    turn.effects.push_back(CancelDial{uplink.id});
  }
  uplinks.Stop(uplink, turn.now, std::move(end));
}

void Hub::State::DialAgain(Turn& turn, const PeerId& hub) {
  for (const auto& uplink : uplinks.all()) {
    const bool waits =
        uplink->state == LinkRecord::State::kWaiting || uplink->state == LinkRecord::State::kSlow;
    if (waits && uplink->hub == hub) DialUplink(turn, *uplink);
  }
}

void Hub::State::DialDueUplinks(Turn& turn) {
  DropSilentUplinks(turn);
  while (Uplink* uplink = uplinks.NextDue(turn.now.steady)) DialUplink(turn, *uplink);
}

absl::Status Hub::State::Check(const ConnectHub& command) const {
  if (serving == Serving::kStopped) {
    return absl::FailedPreconditionError("signaling is not running");
  }
  const std::optional<HubUrl> url = ParseHubUrl(command.url);
  if (!url.has_value()) {
    return absl::InvalidArgumentError("is not ws://HOST[:PORT] or wss://HOST[:PORT]");
  }
  if (IsOwnAddress(*url)) {
    return absl::InvalidArgumentError("is the address of the hub itself");
  }
  return absl::OkStatus();
}

absl::Status Hub::State::OnConnectHub(Turn& turn, const ConnectHub& command) {
  if (absl::Status status = Check(command); !status.ok()) return status;
  Uplink* uplink = uplinks.FindUrl(command.url);
  if (uplink == nullptr) uplink = &uplinks.Add(command.url, Uplink::Kind::kAsked);
  if (uplink->kind == Uplink::Kind::kDirect) uplink->kind = Uplink::Kind::kAsked;
  if (uplink->state != LinkRecord::State::kUp && uplink->state != LinkRecord::State::kConnecting) {
    DialUplink(turn, *uplink);
  }
  return absl::OkStatus();
}

absl::Status Hub::State::OnConnectBootstrapHubs(Turn& turn) {
  if (serving == Serving::kStopped) {
    return absl::FailedPreconditionError("signaling is not running");
  }
  DialBootstrapHubs(turn);
  return absl::OkStatus();
}

absl::Status Hub::State::OnDisconnectBootstrapHubs(Turn& turn) {
  for (const auto& uplink : uplinks.all()) {
    if (uplink->kind != Uplink::Kind::kBootstrap) continue;
    StopUplink(turn, *uplink, Reason::kOperator, kDisconnected);
  }
  return absl::OkStatus();
}

absl::Status Hub::State::Check(const DisconnectLink& command) const {
  const bool dialed = std::any_of(uplinks.all().begin(), uplinks.all().end(),
                                  [&](const auto& uplink) { return uplink->hub == command.hub; });
  const Peer* peer = peers.Find(command.hub);
  if (dialed || (peer != nullptr && peer->link.has_value())) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat(
      "no link to hub ", absl::string_view(command.hub.text().data(), PeerId::kLength)));
}

absl::Status Hub::State::OnDisconnectLink(Turn& turn, const DisconnectLink& command) {
  if (absl::Status status = Check(command); !status.ok()) return status;
  std::vector<UplinkId> there;
  for (const auto& uplink : uplinks.all()) {
    if (uplink->hub == command.hub) there.push_back(uplink->id);
  }
  for (UplinkId id : there) TakeBack(turn, id);
  Peer* peer = peers.Find(command.hub);
  if (peer != nullptr && peer->link.has_value()) CloseAndDepart(turn, *peer, Reason::kOperator);
  return absl::OkStatus();
}

std::vector<UplinkId> Hub::State::UplinksNamed(const std::string& url) const {
  std::vector<UplinkId> named;
  const std::string normal = NormalUrl(url);
  for (const auto& uplink : uplinks.all()) {
    // Lists show no secrets.
    if (uplink->normal == normal || MaskedUrl(uplink->normal) == normal) {
      named.push_back(uplink->id);
    }
  }
  return named;
}

absl::Status Hub::State::Check(const DisconnectUrl& command) const {
  if (!UplinksNamed(command.url).empty()) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("no link to ", MaskedUrl(command.url)));
}

absl::Status Hub::State::OnDisconnectUrl(Turn& turn, const DisconnectUrl& command) {
  if (absl::Status status = Check(command); !status.ok()) return status;
  for (UplinkId id : UplinksNamed(command.url)) TakeBack(turn, id);
  return absl::OkStatus();
}

void Hub::State::TakeBack(Turn& turn, UplinkId id) {
  Uplink& uplink = *uplinks.Find(id);
  StopUplink(turn, uplink, Reason::kOperator, kDisconnected);
  if (uplink.kind != Uplink::Kind::kBootstrap) uplinks.Remove(uplink);
}

absl::Status Hub::State::OnSetBootstrapHubs(Turn& turn, const SetBootstrapHubs& command) {
  for (const std::string& url : command.urls) {
    if (!ParseHubUrl(url).has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "bootstrap hub '", MaskedUrl(url), "' is not ws://HOST[:PORT] or wss://HOST[:PORT]"));
    }
  }
  bootstrap_hubs = command.urls;
  if (serving == Serving::kStopped) return absl::OkStatus();
  std::vector<UplinkId> gone;
  for (const auto& uplink : uplinks.all()) {
    if (uplink->kind != Uplink::Kind::kBootstrap) continue;
    if (std::find(command.urls.begin(), command.urls.end(), uplink->url) == command.urls.end()) {
      gone.push_back(uplink->id);
    }
  }
  for (UplinkId id : gone) {
    Uplink& uplink = *uplinks.Find(id);
    StopUplink(turn, uplink, Reason::kOperator, kDisconnected);
    uplinks.Remove(uplink);
  }
  for (const std::string& url : command.urls) {
    Uplink* known = uplinks.FindUrl(url);
    if (known != nullptr) {
      known->kind = Uplink::Kind::kBootstrap;
      continue;
    }
    Uplink& uplink = uplinks.Add(url, Uplink::Kind::kBootstrap);
    if (options.auto_connect) DialUplink(turn, uplink);
  }
  return absl::OkStatus();
}

}  // namespace pigeonhub
