// SPDX-License-Identifier: Apache-2.0

#include "proto/doctor/examine_lately.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/values/message_values.h"

namespace pigeonhub::doctor {
namespace {

// What came several times: how often, and where most of it came from.
class Repeats {
 public:
  void Add(const std::string& what, int64_t count, const std::string& address) {
    Repeat& repeat = repeats_[what];
    repeat.count += count;
    if (!address.empty()) repeat.addresses[address] += count;
  }

  // "token_expired x10, most from 192.0.2.7; …", the most frequent first.
  std::string Text() const {
    const auto less = [](const auto& a, const auto& b) { return CountOf(a) < CountOf(b); };
    std::vector<std::pair<std::string, Repeat>> sorted(repeats_.begin(), repeats_.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const auto& a, const auto& b) { return less(b, a); });
    std::string text;
    for (const auto& [what, repeat] : sorted) {
      absl::StrAppend(&text, text.empty() ? "" : "; ", what, " x", repeat.count);
      const auto& addresses = repeat.addresses;
      if (addresses.empty()) continue;
      const auto most = std::max_element(addresses.begin(), addresses.end(), less);
      absl::StrAppend(&text, addresses.size() > 1 ? ", most from " : ", from ", most->first);
    }
    return text;
  }

 private:
  struct Repeat {
    int64_t count = 0;
    std::map<std::string, int64_t> addresses;
  };
  static int64_t CountOf(const std::pair<const std::string, int64_t>& one) { return one.second; }
  static int64_t CountOf(const std::pair<std::string, Repeat>& one) { return one.second.count; }

  std::map<std::string, Repeat> repeats_;
};

void AddOutcome(Diagnoses& found, Check check, const std::string& subject, const std::string& ill) {
  if (ill.empty()) {
    AddWell(found, check, subject);
  } else {
    AddIll(found, check, subject, ill);
  }
}

void ExamineLimits(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  Repeats hits;
  for (const v1::Limit& limit : hub.limits.limits()) {
    if (limit.recent_hits() == 0) continue;
    hits.Add(limit.name(), limit.recent_hits(),
             limit.addresses().empty() ? "" : limit.addresses(0).address());
  }
  AddOutcome(found, Check::kLimits, subject, hits.Text());
}

bool HasWayTo(const HubAnswers& hub, const std::string& id) {
  const auto& hubs = hub.mesh.hubs();
  return std::any_of(hubs.begin(), hubs.end(), [&](const v1::TopologyHub& each) {
    return each.peer_id() == id && each.hops() > 0;
  });
}

// Whether the link ended though neither hub wanted that: the other one fell silent, the line broke,
// or one of them had to refuse something.
bool IsBroken(const v1::LinkDownEvent& link) {
  switch (link.reason()) {
    case v1::REASON_UNSPECIFIED:  // the connection goes on
    case v1::REASON_PEER_CLOSED:
    case v1::REASON_GOODBYE:
    case v1::REASON_REPLACED:
    case v1::REASON_OPERATOR:
    case v1::REASON_SERVER_SHUTDOWN:
    case v1::REASON_DRAINING:
      return false;
    default:
      return true;
  }
}

void ExamineEvents(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  Repeats newcomers;
  Repeats hubs;
  for (const v1::Event& event : hub.events.events()) {
    if (event.has_peer_refused()) {
      const v1::PeerRefusedEvent& refused = event.peer_refused();
      // A hub of an older version gives no count.
      newcomers.Add(ReasonText(refused.reason()), std::max<int64_t>(1, refused.count()),
                    refused.remote_address());
    } else if (event.has_hub_refused()) {
      const v1::HubRefusedEvent& refused = event.hub_refused();
      hubs.Add(ReasonText(refused.reason()), 1, refused.remote_address());
    } else if (event.has_link_down() && IsBroken(event.link_down())) {
      hubs.Add("link to " + ShortId(event.link_down().peer_id()) + " broke, " +
                   ReasonText(event.link_down().reason()),
               1, "");
    } else if (event.has_hub_lost()) {
      const std::string& id = event.hub_lost().peer_id();
      hubs.Add("lost " + ShortId(id) + (HasWayTo(hub, id) ? ", which is back" : ""), 1, "");
    }
  }
  AddOutcome(found, Check::kTurnedAway, subject, newcomers.Text());
  AddOutcome(found, Check::kHubs, subject, hubs.Text());
}

}  // namespace

void ExamineLately(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  ExamineLimits(hub, subject, found);
  ExamineEvents(hub, subject, found);
}

}  // namespace pigeonhub::doctor
