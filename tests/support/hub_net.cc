// SPDX-License-Identifier: Apache-2.0

#include "tests/support/hub_net.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "server/core/mesh/conversation.h"

namespace pigeonhub {
namespace {

// What a test says is answered in fewer, and what it waits for comes in fewer steps.
constexpr int kMostParcels = 100'000;
constexpr int kMostDeadlines = 10'000;

std::pair<char, char> Pair(char a, char b) { return {std::min(a, b), std::max(a, b)}; }

}  // namespace

Hub& HubNet::Add(char name, std::string_view bootstraps, bool is_hub) {
  HubOptions options;
  options.is_hub = is_hub;
  options.mesh_pace = kAtOnce;
  options.hub_peer_id = Id(name);
  for (char one : bootstraps)
    options.bootstrap_hubs.push_back(std::string("ws://") + one + ":3000");
  if (adjust_) adjust_(options);
  Node& node = nodes_[name];
  node = {std::make_unique<Hub>(options, next_seed_++), {}, {}};
  // Port 3000, so that nobody dials by default.
  HandleAt(name, StartSignaling{std::string(1, name), 3000});
  Run();
  return *node.hub;
}

// ---- Peers

void HubNet::Join(char hub, char peer, std::string_view network, std::string_view members) {
  const ConnectionId connection(0, next_serial_++);
  std::vector<std::string> inbox = std::move(clients_[peer].inbox);
  clients_[peer] = {hub, connection, "", std::move(inbox)};
  sockets_[{hub, connection}] = {hub, peer, {}, /*to_peer=*/true, true};
  HandleAt(hub, Opened{connection, Id(peer).text(), "192.0.2.1"});
  Run();
  Announce(peer, network, members);
}

void HubNet::Announce(char peer, std::string_view network, std::string_view members) {
  const Client& client = clients_.at(peer);
  HandleAt(client.hub, Received{client.connection, inbound::Announce{network, ProfileOf(members)}});
  Run();
}

void HubNet::Offer(char peer, char target, std::string_view network, std::string_view payload) {
  const Client& client = clients_.at(peer);
  HandleAt(client.hub,
           Received{client.connection, inbound::Signal{SignalType::kOffer, network, "",
                                                       Id(target).text(), Json(payload)}});
  Run();
}

void HubNet::Goodbye(char peer) {
  const Client& client = clients_.at(peer);
  HandleAt(client.hub, Received{client.connection, inbound::Goodbye{"", "global", Json("1")}});
  Run();
}

void HubNet::Say(char peer, const inbound::Message& message) {
  const Client& client = clients_.at(peer);
  HandleAt(client.hub, Received{client.connection, message});
  Run();
}

void HubNet::Drop(char peer) {
  Client& client = clients_.at(peer);
  silent_.insert(client.connection);
  sockets_.at({client.hub, client.connection}).open = false;
  HandleAt(client.hub, pigeonhub::Closed{client.connection, Reason::kTransportLost, 1006, ""});
  Run();
}

void HubNet::GoSilent(char peer) { silent_.insert(clients_.at(peer).connection); }

std::vector<std::string> HubNet::Take(char peer) {
  return std::exchange(clients_.at(peer).inbox, {});
}

std::string HubNet::Rival(char hub, char peer) {
  rival_ = ConnectionId(0, next_serial_++);
  rival_closed_.clear();
  sockets_[{hub, rival_}] = {hub, peer, {}, /*to_peer=*/true, true};
  HandleAt(hub, Opened{rival_, Id(peer).text(), "192.0.2.3"});
  Run();
  if (rival_closed_.empty()) HandleAt(hub, Received{rival_, inbound::Announce{"room", {}}});
  Run();
  return rival_closed_;
}

std::string HubNet::RivalClosed() { return rival_closed_; }

std::string HubNet::Closed(char peer) { return clients_.at(peer).closed; }

// ---- Faults

bool HubNet::IsCut(char a, char b) const {
  auto it = cut_.find(Pair(a, b));
  return it != cut_.end() && it->second;
}

void HubNet::Cut(char a, char b, bool for_good) {
  cut_[Pair(a, b)] = for_good;
  std::vector<std::pair<char, ConnectionId>> ends;
  for (auto& [end, socket] : sockets_) {
    if (socket.open && !socket.to_peer && Pair(socket.hub, socket.other) == Pair(a, b)) {
      ends.push_back(end);
    }
  }
  for (const auto& end : ends) {
    sockets_.at(end).open = false;
    if (nodes_.contains(end.first)) {
      HandleAt(end.first, pigeonhub::Closed{end.second, Reason::kTransportLost, 1006, ""});
    }
  }
  Run();
}

void HubNet::Heal(char a, char b) { cut_[Pair(a, b)] = false; }

void HubNet::Mute(char a, char b, bool mute) { muted_[Pair(a, b)] = mute; }

void HubNet::Kill(char hub) {
  for (auto& [end, socket] : sockets_) {
    if (end.first == hub) socket.open = false;
  }
  nodes_.erase(hub);
  std::vector<std::pair<char, ConnectionId>> ends;
  for (auto& [end, socket] : sockets_) {
    if (socket.open && !socket.to_peer && socket.other == hub) ends.push_back(end);
  }
  for (const auto& end : ends) {
    sockets_.at(end).open = false;
    HandleAt(end.first, pigeonhub::Closed{end.second, Reason::kTransportLost, 1006, ""});
  }
  Run();
}

// ---- The machinery

void HubNet::Advance(Duration by) {
  Run();
  const SteadyTime end = clock_.Read().steady + by;
  for (int deadlines = 0;; ++deadlines) {
    ASSERT_LT(deadlines, kMostDeadlines) << "hubs have one deadline after the other";
    std::optional<SteadyTime> next;
    for (const auto& [name, node] : nodes_) {
      const auto at = node.hub->NextDeadline();
      if (at.has_value() && (!next.has_value() || *at < *next)) next = at;
    }
    if (!next.has_value() || *next > end) break;
    if (*next > clock_.Read().steady) clock_.Advance(*next - clock_.Read().steady);
    std::vector<char> due;
    for (const auto& [name, node] : nodes_) {
      const auto at = node.hub->NextDeadline();
      if (at.has_value() && *at <= clock_.Read().steady) due.push_back(name);
    }
    for (char name : due) {
      HandleAt(name, Tick{});
      const auto at = nodes_.at(name).hub->NextDeadline();
      ASSERT_TRUE(!at.has_value() || *at > clock_.Read().steady) << "hub " << name << " spins";
    }
    Run();
  }
  clock_.Advance(end - clock_.Read().steady);
}

void HubNet::HandleAt(char hub, const Input& input) {
  Effects effects;
  (void)nodes_.at(hub).hub->Handle(clock_.Read(), input, effects);
  Apply(hub, effects);
}

void HubNet::Apply(char at, const Effects& effects) {
  std::vector<ConnectionId> short_queues;
  for (const Effect& effect : effects) {
    if (const auto* send = std::get_if<Send>(&effect)) {
      queue_.push_back({at, send->to, send->message});
    } else if (const auto* broadcast = std::get_if<Broadcast>(&effect)) {
      for (ConnectionId to : broadcast->to) queue_.push_back({at, to, broadcast->message});
    } else if (const auto* list = std::get_if<SendList>(&effect)) {
      for (const SendList::Member& member : list->members) {
        queue_.push_back({at, list->to, list->About(member)});
      }
    } else if (const auto* close = std::get_if<Close>(&effect)) {
      queue_.push_back({at, close->connection, {}, /*is_close=*/true, close->reason});
    } else if (const auto* dial = std::get_if<pigeonhub::Dial>(&effect)) {
      Dial(at, dial->dial_target, dial->url);
    } else if (const auto* more = std::get_if<MoreWaits>(&effect)) {
      short_queues.push_back(more->to);
    } else if (const auto* probe = std::get_if<Probe>(&effect)) {
      const Socket& socket = sockets_.at({at, probe->connection});
      if (socket.to_peer && !silent_.contains(probe->connection)) {
        HandleAt(at, Alive{probe->connection});
      }
    } else if (const auto* emit = std::get_if<Emit>(&effect)) {
      nodes_.at(at).events.push_back(ToText(emit->event.body));
    } else if (std::holds_alternative<QuestionCame>(effect) ||
               std::holds_alternative<AnswerCame>(effect)) {
      nodes_.at(at).questions.push_back(ToText(effect));
    }
  }
  for (ConnectionId connection : short_queues) HandleAt(at, WantMore{connection});
}

void HubNet::Dial(char from, DialTargetId dial_target, const std::string& url) {
  const char to = url[5];
  if (!nodes_.contains(to) || IsCut(from, to)) {
    return HandleAt(from, DialFailed{dial_target, 1006, "refused"});
  }
  const ConnectionId near(0, next_serial_++);
  const ConnectionId far(0, next_serial_++);
  sockets_[{from, near}] = {from, to, far, false, true};
  sockets_[{to, far}] = {to, from, near, false, true};
  HandleAt(to, Opened{far, Id(from).text(), "192.0.2.2"});
  HandleAt(from, DialOpened{dial_target, near});
}

void HubNet::Run() {
  if (std::exchange(running_, true)) return;
  for (int carried = 0; !queue_.empty(); ++carried) {
    if (carried == kMostParcels) {
      ADD_FAILURE() << "hubs talk without end";
      queue_.clear();
      break;
    }
    const Parcel parcel = std::move(queue_.front());
    queue_.pop_front();
    Carry(parcel);
  }
  running_ = false;
}

void HubNet::Carry(const Parcel& parcel) {
  auto it = sockets_.find({parcel.hub, parcel.connection});
  if (it == sockets_.end() || !it->second.open) return;
  if (parcel.is_close) return CloseAt(parcel.hub, parcel.connection, parcel.reason);
  const Socket socket = it->second;
  if (socket.to_peer) {
    Client& client = clients_.at(socket.other);
    if (client.hub == parcel.hub && client.connection == parcel.connection &&
        !silent_.contains(parcel.connection)) {
      client.inbox.push_back(ToText(parcel.message));
    }
    return;
  }
  auto muted = muted_.find(Pair(socket.hub, socket.other));
  if (muted != muted_.end() && muted->second) return;
  if (const auto* frame = std::get_if<outbound::HubFrame>(&parcel.message)) {
    ++crossed_[{socket.hub, socket.other}];
    if (IsTooLargeFor(socket.other, *frame)) {
      return CloseAt(socket.other, socket.far, Reason::kMessageTooBig);
    }
  }
  Deliver(socket.other, socket.far, parcel.message);
}

bool HubNet::IsTooLargeFor(char hub, const outbound::HubFrame& frame) const {
  auto most = most_in_frame_.find(hub);
  if (most == most_in_frame_.end()) return false;
  return (frame.body != nullptr ? SizeOfBody(*frame.body) : frame.raw.text.size()) > most->second;
}

void HubNet::CloseAt(char at, ConnectionId connection, Reason reason) {
  Socket& socket = sockets_.at({at, connection});
  socket.open = false;
  const CloseFrame frame = CloseFrameFor(reason);
  if (socket.to_peer) {
    Client& client = clients_.at(socket.other);
    if (client.connection == connection) client.closed = std::string(ReasonName(reason));
    if (rival_ == connection) rival_closed_ = std::string(ReasonName(reason));
  } else {
    sockets_.at({socket.other, socket.far}).open = false;
    HandleAt(socket.other,
             pigeonhub::Closed{socket.far, Reason::kPeerClosed, frame.code, frame.text});
  }
  HandleAt(at, pigeonhub::Closed{connection, reason, frame.code, frame.text});
}

void HubNet::Deliver(char hub, ConnectionId connection, const outbound::Message& message) {
  const auto receive = [&](inbound::Message in) {
    HandleAt(hub, Received{connection, std::move(in)});
  };
  if (const auto* m = std::get_if<outbound::Connected>(&message)) {
    receive(inbound::Connected{m->peer.text()});
  } else if (const auto* m = std::get_if<outbound::Discovered>(&message)) {
    receive(inbound::PeerReport{*m->network, m->peer.text(), {m->members, m->is_hub, nullptr}});
  } else if (const auto* m = std::get_if<outbound::Disconnected>(&message)) {
    receive(inbound::PeerWithdrawal{*m->network, m->peer.text(), m->reason});
  } else if (const auto* m = std::get_if<outbound::Goodbye>(&message)) {
    receive(inbound::Goodbye{m->from.text(), *m->network, m->payload});
  } else if (const auto* m = std::get_if<outbound::Signal>(&message)) {
    receive(inbound::Signal{m->type, *m->network, m->from.text(), m->target.text(), m->payload});
  } else if (const auto* m = std::get_if<outbound::HubAnnounce>(&message)) {
    receive(inbound::Announce{*m->network, {nullptr, true, m->self}});
  } else if (const auto* m = std::get_if<outbound::HubAnswer>(&message)) {
    receive(inbound::PeerReport{*m->network, m->peer.text(), {nullptr, true, m->self}});
  } else if (std::holds_alternative<outbound::Ping>(message)) {
    receive(inbound::Ping{});
  } else if (std::holds_alternative<outbound::Pong>(message)) {
    receive(inbound::Pong{});
  } else if (const auto* m = std::get_if<outbound::Error>(&message)) {
    receive(inbound::Error{m->reason});
  } else if (const auto* m = std::get_if<outbound::HubNews>(&message)) {
    receive(inbound::HubNews{m->hubs});
  } else if (const auto* m = std::get_if<outbound::HubFrame>(&message)) {
    RawJson raw = m->raw;
    std::shared_ptr<const mesh::Body> body = m->body;
    if (body != nullptr) {
      std::string text = "body " + std::to_string(bodies_.size());
      text.resize(std::max(text.size(), SizeOfBody(*body)), ' ');
      raw = Json(text);
      bodies_[std::string(raw.text)] = body;
    } else {
      body = bodies_.at(std::string(raw.text));
    }
    receive(inbound::HubFrame{m->from, m->to, m->via, body, raw});
  }
}

std::vector<std::string> HubNet::TakeEvents(char hub) {
  return std::exchange(nodes_.at(hub).events, {});
}

std::vector<std::string> HubNet::TakeQuestions(char hub) {
  return std::exchange(nodes_.at(hub).questions, {});
}

absl::Status HubNet::Try(char hub, const Command& command) {
  Effects effects;
  absl::Status status = nodes_.at(hub).hub->Handle(clock_.Read(), command, effects);
  Apply(hub, effects);
  Run();
  return status;
}

size_t HubNet::crossed(char from, char to) const {
  auto it = crossed_.find({from, to});
  return it == crossed_.end() ? 0 : it->second;
}

size_t HubNet::links(char hub) {
  const std::vector<LinkRecord> all = nodes_.at(hub).hub->Links();
  return static_cast<size_t>(std::count_if(all.begin(), all.end(), [](const LinkRecord& link) {
    return link.state == LinkRecord::State::kUp;
  }));
}

}  // namespace pigeonhub
