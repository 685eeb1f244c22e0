// SPDX-License-Identifier: Apache-2.0

#include "server/signal_demand.h"

#include <utility>

#include "server/core/input.h"

namespace pigeonhub {

void SignalDemand::Set(const std::string& part, std::vector<SignalFilter> filters) {
  MutexLock lock(mutex_);
  filters_.insert_or_assign(part, std::move(filters));
  WatchSignals all;
  for (const auto& [name, watched] : filters_) {
    all.filters.insert(all.filters.end(), watched.begin(), watched.end());
  }
  dispatcher_.Command(std::move(all)).IgnoreError();  // always OK
}

}  // namespace pigeonhub
