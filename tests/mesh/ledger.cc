// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/ledger.h"

#include <algorithm>
#include <charconv>

namespace pigeonhub::sim {
namespace {

// What a change of a link may still move about, a while after it: news of it and graces.
constexpr Duration kRoutesSettle = std::chrono::seconds(6);
// Hubs between two others; worlds are small.
constexpr size_t kMostHops = 8;

}  // namespace

std::string Short(const PeerId& id) { return std::string(id.text().substr(0, 4)); }

uint64_t NumberIn(std::string_view json, std::string_view key) {
  const std::string name = "\"" + std::string(key) + "\":";
  const size_t at = json.find(name);
  uint64_t number = 0;
  if (at == std::string_view::npos) return number;
  std::from_chars(json.data() + at + name.size(), json.data() + json.size(), number);
  return number;
}

uint64_t Ledger::Announced(const PeerId& peer, const std::string& network) {
  announces_.emplace_back(peer, network);
  return announces_.size();
}

void Ledger::CheckDiscovery(const PeerId& peer, const std::string& network, uint64_t version) {
  if (version == 0 || version > announces_.size()) {
    return verdict_.Fail(1, "somebody was told of " + Short(peer) + ", which never announced so");
  }
  const auto& [said_by, said_in] = announces_[version - 1];
  if (said_by != peer) {
    return verdict_.Fail(1, "what " + Short(said_by) + " said was told of " + Short(peer));
  }
  if (said_in != network) {
    verdict_.Fail(2, "what " + Short(peer) + " said in " + said_in + " was told in " + network);
  }
}

void Ledger::CheckGoodbye(const PeerId& peer, const std::string& network) {
  if (!goodbyes_.contains({peer, network}) && !banned_.contains(peer)) {
    verdict_.Fail(1, "a goodbye of " + Short(peer) + ", which never said one in " + network);
  }
}

void Ledger::CheckBanned(const PeerId& peer) {
  if (!banned_.contains(peer)) {
    verdict_.Fail(9, Short(peer) + " was closed out, and nobody ever banned it");
  }
}

uint64_t Ledger::Sent(Signal signal) {
  signal.sent = agenda_.now();
  signals_.push_back(std::move(signal));
  return signals_.size();
}

std::string Ledger::NameOf(const PeerId& from, const PeerId& to, std::string_view body) {
  return std::string(from.text()) + std::string(to.text()) + std::string(body);
}

void Ledger::Forged(const PeerId& from, const PeerId& to, std::string_view body) {
  forged_.insert(NameOf(from, to, body));
}

void Ledger::Passed(const PeerId& hub, const PeerId& neighbor, const inbound::HubFrame& frame) {
  if (!follows_frames_) return;
  const std::string name = "a frame from hub " + Short(frame.from) + " to " + Short(frame.to);
  const std::string what = NameOf(frame.from, frame.to, frame.raw.text);
  if (forged_.contains(what)) return;
  const PeerId& last = frame.via.empty() ? frame.from : frame.via.back();
  if (last != neighbor) {
    return verdict_.Fail(4, name + " does not say that it came by " + Short(neighbor));
  }
  if (frame.from == hub || std::count(frame.via.begin(), frame.via.end(), hub) > 0) {
    return verdict_.Fail(4, name + " came to " + Short(hub) + " again");
  }
  if (frame.via.size() > kMostHops) return verdict_.Fail(4, name + " goes too far");
  if (frame.via.empty()) ++said_[what];
  if (++passed_[{hub, what}] > said_[what]) {
    verdict_.Fail(4, name + " came to " + Short(hub) + " more often than it was sent");
  }
}

void Ledger::Delivered(uint64_t number, std::string_view from, const PeerId& receiver,
                       SessionNumber session, std::string_view network, Duration routes_since,
                       bool to_reference) {
  const std::string name = "signal " + std::to_string(number);
  if (number == 0 || number > signals_.size()) {
    return verdict_.Fail(1, Short(receiver) + " got a signal that nobody sent");
  }
  Signal& signal = signals_[number - 1];
  if (signal.from.text() != from) {
    return verdict_.Fail(1, name + " of " + Short(signal.from) + " came as if from " +
                                std::string(from.substr(0, 4)));
  }
  if (signal.hostile) return verdict_.Fail(2, name + " was delivered in spite of its lie");
  if (signal.network != network) {
    return verdict_.Fail(2, name + " of " + signal.network + " came in " + std::string(network));
  }
  if (signal.target != receiver) {
    return verdict_.Fail(3, name + " for " + Short(signal.target) + " came to " + Short(receiver));
  }
  if (++signal.delivered > 1) return verdict_.Fail(3, name + " came twice");
  ++delivered_;
  uint64_t& last = last_[{signal.session, session}];
  // Between hubs of ours signals wait for each other, however the ways change; by way of reference
  // hubs nothing makes them.
  const bool ordered = !(signal.from_reference || to_reference);
  if (last > number && (ordered || signal.sent > routes_since + kRoutesSettle)) {
    verdict_.Fail(6, name + " came after " + std::to_string(last) + " of the same sender");
  }
  last = std::max(last, number);
}

std::vector<uint64_t> Ledger::MissingFrom(uint64_t number) const {
  std::vector<uint64_t> missing;
  for (; number <= signals_.size(); ++number) {
    const Signal& signal = signals_[number - 1];
    if (!signal.hostile && !signal.doubtful && signal.delivered == 0) missing.push_back(number);
  }
  return missing;
}

}  // namespace pigeonhub::sim
