// SPDX-License-Identifier: Apache-2.0

#include "server/net/tls/handshakes.h"

namespace pigeonhub::net {

void Handshakes::Enter(Party& party) {
  party.place_ = ++last_place_;
  if (under_way_.size() < kAtOnce && waiting_.empty()) return Begin(party);
  waiting_.emplace(party.place_, &party);
}

void Handshakes::Leave(Party& party) {
  waiting_.erase(party.place_);
  under_way_.erase(party.place_);
  if (waiting_.empty() || fill_posted_) return;
  // Later: whoever leaves may be in the midst of something, and between two handshakes the loop
  // sees to its other connections.
  fill_posted_ = true;
  reactor_.Post([this] { Fill(); });
}

void Handshakes::Begin(Party& party) {
  under_way_.emplace(party.place_, UnderWay{&party, now_});
  party.Begin(tls_.Start());
}

void Handshakes::Fill() {
  fill_posted_ = false;
  while (!waiting_.empty() && under_way_.size() < kAtOnce) {
    Party& next = *waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    Begin(next);
  }
}

void Handshakes::Tick(SteadyTime now) {
  now_ = now;
  size_t wanted = waiting_.size();
  while (wanted > 0 && !under_way_.empty()) {
    const UnderWay oldest = under_way_.begin()->second;
    if (now - oldest.since < kPatience) break;
    under_way_.erase(under_way_.begin());
    --wanted;
    oldest.party->GiveWay();
  }
  Fill();
}

}  // namespace pigeonhub::net
