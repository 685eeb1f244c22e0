// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/client.h"

#include <utility>
#include <variant>
#include <vector>

#include "tests/mesh/spoken.h"

namespace pigeonhub::sim {
void Client::Join(const std::string& hub, const std::string& url, const std::string& network) {
  const SessionNumber number = next_++;
  Session& session = sessions_[number];
  session.number = number;
  session.hub = hub;
  session.wanted = network;
  dialed_.insert(hub);
  network_.Dial(*this, number, "", url, id_.text());
}

void Client::OnDialed(uint64_t tag, EndId end) {
  auto it = sessions_.find(tag);
  if (it == sessions_.end()) return network_.Close(end, 1001, "");
  it->second.end = end;
  SayAnnounce(it->second);
}

Client::Session* Client::Latest() {
  if (sessions_.empty() || !sessions_.rbegin()->second.end.has_value()) return nullptr;
  return &sessions_.rbegin()->second;
}

Client::Session* Client::Of(EndId end) {
  for (auto& [number, session] : sessions_) {
    if (session.end == end) return &session;
  }
  return nullptr;
}

const Client::Session* Client::member() const {
  for (auto it = sessions_.rbegin(); it != sessions_.rend(); ++it) {
    if (it->second.greeted && !it->second.network.empty()) return &it->second;
  }
  return nullptr;
}

void Client::Announce(const std::string& network) {
  for (auto& [number, session] : sessions_) {
    session.wanted = network;
    if (session.end.has_value()) SayAnnounce(session);
  }
}

void Client::SayAnnounce(Session& session) {
  session.version = ledger_.Announced(id_, session.wanted);
  Say(session, "announce",
      R"("networkName":)" + Quoted(session.wanted) + R"(,"data":{"peerId":)" + Quoted(id_.text()) +
          R"(,"v":)" + std::to_string(session.version) + "}");
}

void Client::Say(Session& session, std::string_view type, const std::string& rest) {
  network_.Send(*session.end, R"({"type":)" + Quoted(type) + ',' + rest + '}');
}

void Client::SaySignal(Session& session, const PeerId& target, const std::string& network,
                       bool hostile, std::string_view claimed_from) {
  const uint64_t number = ledger_.Sent({id_, session.number, target, network, hostile});
  std::string rest = R"("networkName":)" + Quoted(network) + R"(,"targetPeerId":)" +
                     Quoted(target.text()) + R"(,"data":{"n":)" + std::to_string(number) + "}";
  if (!claimed_from.empty()) rest += R"(,"fromPeerId":)" + Quoted(claimed_from);
  Say(session, kSignalNames[number % 3], rest);
}

void Client::Offer(const PeerId& target) {
  if (Session* session = Latest()) SaySignal(*session, target, session->wanted, false, "");
}

void Client::Forge(const PeerId& target, const PeerId& from) {
  if (Session* session = Latest()) {
    SaySignal(*session, target, session->wanted, false, from.text());
  }
}

void Client::Trespass(const PeerId& target, const std::string& network) {
  Session* session = Latest();
  if (session == nullptr || session->wanted == network) return;
  SaySignal(*session, target, network, true, "");
}

void Client::Inject(const PeerId& about, const std::string& network) {
  if (Session* session = Latest()) {
    Say(*session, "peer-discovered",
        R"("networkName":)" + Quoted(network) + R"(,"data":{"peerId":)" + Quoted(about.text()) +
            "}");
  }
}

void Client::Expel(const PeerId& about) {
  if (Session* session = Latest()) {
    Say(*session, "peer-disconnected",
        R"("networkName":)" + Quoted(session->wanted) + R"(,"data":{"peerId":)" +
            Quoted(about.text()) + "}");
  }
}

void Client::Goodbye() {
  Session* session = Latest();
  if (session == nullptr) return;
  ledger_.SaidGoodbye(id_, session->wanted);
  Say(*session, "goodbye", R"("networkName":)" + Quoted(session->wanted));
}

void Client::Leave() {
  if (Session* session = Latest()) {
    network_.Close(*session->end, 1000, "Client disconnect");
    sessions_.erase(session->number);
  }
}

void Client::LeaveButOnce() {
  bool stays = false;
  std::vector<SessionNumber> others;
  for (auto it = sessions_.rbegin(); it != sessions_.rend(); ++it) {
    if (it->second.greeted && std::exchange(stays, true)) others.push_back(it->first);
  }
  for (const SessionNumber number : others) {
    network_.Close(*sessions_.at(number).end, 1000, "Client disconnect");
    sessions_.erase(number);
  }
}

void Client::Vanish() {
  for (const auto& [number, session] : sessions_) {
    if (session.end.has_value()) network_.Vanish(*session.end);
  }
  sessions_.clear();
}

void Client::OnMark(EndId end, const std::string& network) {
  Session* session = Of(end);
  if (session == nullptr) return;
  // The hub is about to tell it who is there, all over again.
  session->network = network;
  session->known.clear();
}

void Client::OnEnd(EndId end, const Ending& ending) {
  if (ending.text == "Banned") ledger_.CheckBanned(id_);
  if (Session* session = Of(end)) sessions_.erase(session->number);
}

void Client::OnFrame(EndId end, std::string text) {
  Session* session = Of(end);
  if (session == nullptr) return;
  const wire::Decoder::Result result = decoder_.Decode(std::move(text));
  if (const auto* message = std::get_if<inbound::Message>(&result)) {
    Hear(*session, *message);
  } else {
    verdict_.Fail(2, Short(id_) + " got a frame that says nothing");
  }
}

void Client::Hear(Session& session, const inbound::Message& message) {
  const auto check_network = [&](std::string_view network, std::string_view what) {
    if (session.network == network) return;
    verdict_.Fail(2, Short(id_) + " in " + session.network + " got " + std::string(what) + " of " +
                         std::string(network));
  };
  if (const auto* connected = std::get_if<inbound::Connected>(&message)) {
    session.greeted = true;
    if (connected->peer != id_.text()) verdict_.Fail(1, Short(id_) + " was greeted as another");
  } else if (const auto* report = std::get_if<inbound::PeerReport>(&message)) {
    check_network(report->network, "a discovery");
    ++news_;
    const auto peer = PeerId::Parse(report->peer);
    if (!peer.has_value() || *peer == id_) {
      return verdict_.Fail(5, Short(id_) + " was told of itself, or of nobody");
    }
    const uint64_t version =
        report->profile.members == nullptr ? 0 : NumberIn(*report->profile.members, "v");
    ledger_.CheckDiscovery(*peer, std::string(report->network), version);
    auto [known, is_new] = session.known.try_emplace(*peer, version);
    if (!is_new && known->second == version) {
      return verdict_.Fail(5, Short(id_) + " was told of " + Short(*peer) + " twice");
    }
    known->second = version;
  } else if (const auto* left = std::get_if<inbound::PeerWithdrawal>(&message)) {
    check_network(left->network, "a leave");
    ++news_;
    const auto peer = PeerId::Parse(left->peer);
    if (!peer.has_value() || session.known.erase(*peer) == 0) {
      verdict_.Fail(5, Short(id_) + " was told that " + std::string(left->peer.substr(0, 4)) +
                           " left, which it does not know");
    }
  } else if (const auto* goodbye = std::get_if<inbound::Goodbye>(&message)) {
    check_network(goodbye->network, "a goodbye");
    if (const auto peer = PeerId::Parse(goodbye->from)) {
      ledger_.CheckGoodbye(*peer, std::string(goodbye->network));
    }
  } else if (const auto* signal = std::get_if<inbound::Signal>(&message)) {
    check_network(signal->network, "a signal");
    ledger_.Delivered(NumberIn(signal->payload.text, "n"), signal->from, id_, session.number,
                      signal->network, network_.last_change(), /*to_reference=*/false);
  }
}

}  // namespace pigeonhub::sim
