// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/signal_watch.h"

#include <chrono>
#include <utility>

namespace pigeonhub {

void SignalWatch::Watch(const std::vector<SignalFilter>& filters) {
  peers_.clear();
  // Samples that go on keep what they have shown: a watcher who comes and goes gets no more.
  absl::flat_hash_map<std::string, Sample> networks = std::exchange(networks_, {});
  std::optional<Sample> all = std::exchange(all_, std::nullopt);
  for (const SignalFilter& filter : filters) {
    if (filter.peer.has_value()) {
      peers_.insert(*filter.peer);
    } else if (!filter.network.empty()) {
      networks_.try_emplace(filter.network, networks[filter.network]);
    } else {
      all_ = all.value_or(Sample());
    }
  }
}

bool SignalWatch::Covers(const PeerId& peer, std::string_view network) const {
  return any() && (all_.has_value() || peers_.contains(peer) ||
                   networks_.contains(absl::string_view(network.data(), network.size())));
}

bool SignalWatch::Shows(SteadyTime now, const PeerId& from, const std::optional<PeerId>& target,
                        std::string_view network) {
  if (!peers_.empty()) {
    if (peers_.contains(from) || (target.has_value() && peers_.contains(*target))) return true;
  }
  if (!networks_.empty()) {
    const auto watched = networks_.find(absl::string_view(network.data(), network.size()));
    if (watched != networks_.end() && watched->second.Admit(now, kNetworkPerSecond)) return true;
  }
  return all_.has_value() && all_->Admit(now, kAllPerSecond);
}

bool SignalWatch::Sample::Admit(SteadyTime now, size_t per_second) {
  if (!began || now - second >= std::chrono::seconds(1)) *this = {now, 0, true};
  if (shown == per_second) return false;
  ++shown;
  return true;
}

}  // namespace pigeonhub
