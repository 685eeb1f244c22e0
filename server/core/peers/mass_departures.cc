// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/mass_departures.h"

#include <algorithm>

namespace pigeonhub {

std::optional<PeersLeft> MassDepartures::OnLeft(SteadyTime now, Reason reason, const Origin& who,
                                                size_t connections) {
  std::optional<PeersLeft> news;
  const bool over = count_ > 0 && (now - last_ > kQuiet || now - first_ > kLongest);
  if (over && WorthReporting()) news = Report();
  if (over || count_ == 0) {
    *this = MassDepartures();
    first_ = now;
    before_ = connections;
  }
  ++count_;
  last_ = now;
  ++reasons_[static_cast<size_t>(reason)];
  addresses_.Add(who.address);
  networks_.Add(who.network);
  return news;
}

std::optional<PeersLeft> MassDepartures::OnTime(SteadyTime now) {
  if (!WorthReporting() || now - last_ < kQuiet) return std::nullopt;
  PeersLeft news = Report();
  *this = MassDepartures();
  return news;
}

PeersLeft MassDepartures::Report() const {
  PeersLeft news;
  news.count = count_;
  news.within = last_ - first_;
  for (size_t i = 0; i < kReasonCount; ++i) {
    if (reasons_[i] > 0) news.reasons.emplace_back(static_cast<Reason>(i), reasons_[i]);
  }
  std::stable_sort(news.reasons.begin(), news.reasons.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  news.addresses = addresses_.Top();
  news.networks = networks_.Top();
  return news;
}

}  // namespace pigeonhub
