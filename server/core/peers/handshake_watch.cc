// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/handshake_watch.h"

#include <algorithm>
#include <utility>

#include "server/core/deadlines.h"

namespace pigeonhub {
namespace {

// No namespace has a longer name, and no hub makes this one keep more.
constexpr size_t kLongestName = 1024;

bool Matches(const HandshakeFilter& filter, const HandshakeWatch::Subject& subject) {
  if (!filter.pair.has_value()) return filter.network == subject.network;
  const auto& [one, other] = *filter.pair;
  if (subject.to == nullptr) return subject.from == one || subject.from == other;
  return (subject.from == one && *subject.to == other) ||
         (subject.from == other && *subject.to == one);
}

}  // namespace

HandshakeWatch::Watched* HandshakeWatch::Watcher::Find(const HandshakeFilter& filter) {
  const auto found = std::find_if(watched.begin(), watched.end(),
                                  [&](const Watched& one) { return one.filter == filter; });
  return found == watched.end() ? nullptr : &*found;
}

bool HandshakeWatch::Watcher::Admits(SteadyTime now, const Subject& subject, Counter& all_omitted) {
  bool matches = false;
  for (Watched& one : watched) {
    if (!Matches(one.filter, subject)) continue;
    if (one.rate.Admit(now)) return true;
    matches = true;
  }
  if (matches) {
    ++omitted;
    all_omitted.Add();
  }
  return false;
}

void HandshakeWatch::WatchHere(const std::vector<HandshakeFilter>& filters) {
  // Those that go on keep what they have shown: a watcher who comes and goes gets no more.
  std::vector<Watched> before = std::exchange(here_.watched, {});
  for (const HandshakeFilter& filter : filters) {
    if (here_.watched.size() == kMostFilters || here_.Find(filter) != nullptr) continue;
    const auto same = std::find_if(before.begin(), before.end(),
                                   [&](const Watched& one) { return one.filter == filter; });
    here_.watched.push_back(same == before.end() ? Watched(filter) : *same);
  }
  Index();
}

std::vector<HandshakeFilter> HandshakeWatch::filters_here() const {
  std::vector<HandshakeFilter> filters;
  for (const Watched& one : here_.watched) filters.push_back(one.filter);
  return filters;
}

bool HandshakeWatch::Lease(SteadyTime now, const PeerId& hub, const HandshakeFilter& filter) {
  if (filter.network.size() > kLongestName) return false;
  const auto known = hubs_.find(hub);
  if (known != hubs_.end()) {
    if (Watched* same = known->second.Find(filter)) {
      same->until = now + kLease;
      return true;
    }
    if (known->second.watched.size() == kMostFilters) return false;
  } else if (hubs_.size() == kMostHubs) {
    return false;
  }
  Watched& added = hubs_[hub].watched.emplace_back(filter);
  added.until = now + kLease;
  next_end_ = Earliest(next_end_, std::optional(added.until));
  Index();
  return true;
}

void HandshakeWatch::EndLeases(SteadyTime now) {
  if (!next_end_.has_value() || *next_end_ > now) return;
  next_end_.reset();
  for (auto& [hub, watcher] : hubs_) {
    std::erase_if(watcher.watched, [&](const Watched& one) { return one.until <= now; });
    for (const Watched& one : watcher.watched) {
      next_end_ = Earliest(next_end_, std::optional(one.until));
    }
  }
  std::erase_if(hubs_, [](const auto& one) { return one.second.watched.empty(); });
  Index();
}

bool HandshakeWatch::MayCover(const PeerId& from, std::string_view network) const {
  // Of a pair both are watched, so one of them is enough.
  if (!peers_.empty() && peers_.contains(from)) return true;
  return !networks_.empty() &&
         networks_.contains(absl::string_view(network.data(), network.size()));
}

HandshakeWatch::Viewers HandshakeWatch::ViewersOf(SteadyTime now, const Subject& subject) {
  Viewers viewers;
  if (!MayCover(subject.from, subject.network)) return viewers;
  viewers.here = here_.Admits(now, subject, all_omitted_);
  for (auto& [hub, watcher] : hubs_) {
    if (watcher.Admits(now, subject, all_omitted_)) viewers.hubs.push_back(hub);
  }
  return viewers;
}

uint64_t HandshakeWatch::TakeOmitted(const std::optional<PeerId>& hub) {
  if (!hub.has_value()) return std::exchange(here_.omitted, 0);
  const auto known = hubs_.find(*hub);
  return known == hubs_.end() ? 0 : std::exchange(known->second.omitted, 0);
}

void HandshakeWatch::NoteOmitted(const PeerId& hub) {
  all_omitted_.Add();
  const auto known = hubs_.find(hub);
  if (known != hubs_.end()) ++known->second.omitted;
}

void HandshakeWatch::Index() {
  peers_.clear();
  networks_.clear();
  const auto add = [&](const Watcher& watcher) {
    for (const Watched& one : watcher.watched) {
      if (one.filter.pair.has_value()) {
        peers_.insert(one.filter.pair->first);
        peers_.insert(one.filter.pair->second);
      } else {
        networks_.insert(one.filter.network);
      }
    }
  };
  add(here_);
  for (const auto& [hub, watcher] : hubs_) add(watcher);
}

}  // namespace pigeonhub
