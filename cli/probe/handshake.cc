// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/handshake.h"

#include <functional>
#include <memory>
#include <set>
#include <utility>

#include "cli/probe/synthetic_peer.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::steady_clock;

constexpr int kCandidates = 3;

class Handshake {
 public:
  explicit Handshake(const HandshakePlan& plan) : plan_(plan) {}

  std::vector<HandshakeStep> Run() {
    const bool done =
        Step("connect first",
             [&](Deadline by) { return Connect(first_, plan_.first, plan_.first_peer_id, by); }) &&
        Step("connect second",
             [&](Deadline by) {
               return Connect(second_, plan_.second, plan_.second_peer_id, by);
             }) &&
        Step("discover", [&](Deadline by) { return Discover(by); }) &&
        Step("offer", [&](Deadline by) { return Relay("offer", *first_, *second_, 1, by); }) &&
        Step("answer", [&](Deadline by) { return Relay("answer", *second_, *first_, 1, by); }) &&
        Step("candidates", [&](Deadline by) { return Candidates(by); }) &&
        Step("goodbye", [&](Deadline by) { return Goodbye(by); });
    const Deadline by = steady_clock::now() + plan_.step_timeout;
    if (first_ != nullptr && !done) first_->Close(by);
    if (second_ != nullptr) second_->Close(by);
    return std::move(steps_);
  }

 private:
  bool Step(std::string name, const std::function<absl::Status(Deadline)>& act) {
    const auto begin = steady_clock::now();
    absl::Status status =
        act(begin + std::chrono::duration_cast<steady_clock::duration>(plan_.step_timeout));
    const bool passed = status.ok();
    steps_.push_back({std::move(name), steady_clock::now() - begin, std::move(status)});
    return passed;
  }

  absl::Status Connect(std::unique_ptr<SyntheticPeer>& peer, const WebSocketUrl& url,
                       const std::string& id, Deadline by) {
    auto connected = SyntheticPeer::Connect(url, plan_.entry, id, plan_.namespace_, by);
    if (connected.ok()) peer = *std::move(connected);
    return connected.status();
  }

  absl::Status Discover(Deadline by) {
    for (SyntheticPeer* peer : {first_.get(), second_.get()}) {
      if (absl::Status status = peer->Announce(by); !status.ok()) return status;
    }
    for (const auto& [peer, other] :
         {std::pair(first_.get(), second_.get()), std::pair(second_.get(), first_.get())}) {
      absl::Status status = peer->Await(
          [&, other = other](const PeerMessage& message) {
            return message.type == "peer-discovered" && message.about_peer_id == other->id() &&
                   message.namespace_ == plan_.namespace_;
          },
          by);
      if (absl::IsDeadlineExceeded(status) && plan_.first != plan_.second) return NotLinked();
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Both hubs accepted their peer, but neither peer heard of the other.
  static absl::Status NotLinked() {
    return absl::DeadlineExceededError(
        "the two hubs are not linked: no peer heard of the other in time; see pigeonctl links "
        "list");
  }

  // Sends `count` signals and waits until each has come through once.
  absl::Status Relay(const std::string& type, SyntheticPeer& from, SyntheticPeer& to, int count,
                     Deadline by) {
    std::set<std::string> under_way;
    for (int i = 0; i < count; ++i) {
      const std::string marker = type + ' ' + std::to_string(i);
      under_way.insert(marker);
      absl::Status status = from.Signal(type, to.id(), marker, by);
      if (!status.ok()) return status;
    }
    return to.Await(
        [&](const PeerMessage& message) {
          const bool ours = message.type == type && message.from_peer_id == from.id();
          if (ours) under_way.erase(message.marker);
          return under_way.empty();
        },
        by);
  }

  absl::Status Candidates(Deadline by) {
    absl::Status status = Relay("ice-candidate", *first_, *second_, kCandidates, by);
    return status.ok() ? Relay("ice-candidate", *second_, *first_, kCandidates, by) : status;
  }

  absl::Status Goodbye(Deadline by) {
    if (absl::Status status = first_->Goodbye(by); !status.ok()) return status;
    return second_->Await(
        [&](const PeerMessage& message) {
          const bool left = message.type == "goodbye" || message.type == "peer-disconnected";
          return left &&
                 (message.from_peer_id == first_->id() || message.about_peer_id == first_->id());
        },
        by);
  }

  const HandshakePlan& plan_;
  std::unique_ptr<SyntheticPeer> first_;
  std::unique_ptr<SyntheticPeer> second_;
  std::vector<HandshakeStep> steps_;
};

}  // namespace

std::vector<HandshakeStep> RunHandshake(const HandshakePlan& plan) { return Handshake(plan).Run(); }

}  // namespace pigeonhub::cli
