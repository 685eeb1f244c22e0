// SPDX-License-Identifier: Apache-2.0

#include "tests/net/connection/connection_fixture.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "server/net/websocket/frame.h"

namespace pigeonhub::net {
namespace {

constexpr std::string_view kAddress = "192.0.2.7";

std::string Describe(const Input& input) {
  if (const auto* opened = std::get_if<Opened>(&input)) {
    return "opened " + std::string(opened->peer_id) + " from " + std::string(opened->address);
  }
  if (const auto* received = std::get_if<Received>(&input)) {
    return "received " + std::to_string(received->message.index());
  }
  if (std::holds_alternative<Alive>(input)) return "alive";
  if (std::holds_alternative<WantMore>(input)) return "want more";
  if (const auto* closed = std::get_if<Closed>(&input)) {
    return "closed " + std::string(ReasonName(closed->reason)) + " " +
           std::to_string(closed->code) +
           (closed->text.empty() ? "" : " " + std::string(closed->text));
  }
  if (const auto* refused = std::get_if<Refused>(&input)) {
    return "refused " + std::string(ReasonName(refused->reason)) +
           (refused->address.empty() || refused->address == kAddress
                ? ""
                : " from " + std::string(refused->address));
  }
  if (const auto* unreadable = std::get_if<Unreadable>(&input)) {
    return "unreadable " + std::string(ReasonName(unreadable->reason));
  }
  return "something else";
}

}  // namespace

ConnectionTest::ConnectionTest() {
  shared_.now = SteadyTime(std::chrono::seconds(1000));
  shared_.options.queue_limit = 100'000;
}

void ConnectionTest::Accept(bool http_only) {
  Connection::Accepted accepted{.address = std::string(kAddress), .http_only = http_only};
  connection_ = std::make_unique<Connection>(ConnectionId(0, 1), std::move(accepted),
                                             std::make_unique<FakeSocket>(wire_), *this);
}

void ConnectionTest::OpenIt() {
  Accept();
  Arrive(Upgrade());
  heard_.clear();
  wire_.written.clear();
  wire_.writes.clear();
}

std::string ConnectionTest::Upgrade(const std::string& headers) {
  return "GET /?peerId=" + std::string(kPeer) +
         " HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         headers + "\r\n";
}

void ConnectionTest::Arrive(const std::string& bytes) {
  wire_.incoming += bytes;
  Work();
}

void ConnectionTest::PeerEnds() {
  wire_.peer_ended = true;
  Work();
}

void ConnectionTest::Work() {
  while (connection_ != nullptr) {
    const bool readable = wire_.broken || wire_.peer_ended || !wire_.incoming.empty();
    if (std::exchange(turn_wanted_, false)) {
      connection_->OnTurn();
      if (connection_->gone() && !connection_->has_news()) connection_.reset();
    } else if (wire_.awaits_readable && readable) {
      wire_.awaits_readable = false;
      connection_->OnReadable();
    } else if (wire_.awaits_writable && wire_.room > 0) {
      wire_.awaits_writable = false;
      connection_->OnWritable();
    } else {
      return;
    }
  }
}

void ConnectionTest::Pass(Duration time) {
  const SteadyTime until = shared_.now + time;
  while (connection_ != nullptr) {
    const auto due = std::min_element(deadlines_.begin(), deadlines_.end());
    if (due == deadlines_.end() || *due > until) break;
    shared_.now = std::max(shared_.now, *due);
    const SteadyTime at = *due;
    deadlines_.erase(due);
    connection_->OnDeadline(at);
    Work();
  }
  shared_.now = until;
}

void ConnectionTest::Send(const std::string& text) {
  std::string header;
  AppendTextFrameHeader(text.size(), header);
  connection_->SendFrame(header, text);
}

void ConnectionTest::Submit(const Input& input) {
  heard_.push_back(Describe(input));
  if (on_submit_) on_submit_(input);
}

}  // namespace pigeonhub::net
