// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/event_summary.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "cli/nouns/event_facts.h"
#include "cli/nouns/event_text.h"
#include "cli/nouns/message_cells.h"

namespace pigeonhub::cli {
namespace {

// What an event is counted under; empty where it has no such thing.
std::string GroupOf(const std::string& by, const v1::Event& event, const EventFacts& facts) {
  if (by == "kind") return KindName(event.kind());
  if (by == "hub") return event.hub_id();
  const auto first = [](const auto& names) { return names.empty() ? "" : names.front(); };
  if (by == "namespace") return first(facts.networks);
  if (by == "address") return first(facts.addresses);
  return facts.reason == v1::REASON_UNSPECIFIED ? "" : ReasonText(facts.reason);
}

}  // namespace

const std::vector<std::string>& EventSummary::Groups() {
  static const std::vector<std::string> groups = {"address", "hub", "kind", "namespace", "reason"};
  return groups;
}

void EventSummary::Take(const v1::Event& event) {
  const EventFacts facts = FactsOf(event);
  counts_[GroupOf(by_, event, facts)] += facts.count;
}

pigeonctl::v1::EventSummary EventSummary::Result() const {
  pigeonctl::v1::EventSummary summary;
  summary.set_by(by_);
  summary.set_missing(missing_);
  for (const auto& [name, count] : counts_) {
    summary.set_total(summary.total() + count);
    auto& row = *summary.add_rows();
    row.set_name(name);
    row.set_count(count);
  }
  std::stable_sort(summary.mutable_rows()->begin(), summary.mutable_rows()->end(),
                   [](const auto& a, const auto& b) { return a.count() > b.count(); });
  return summary;
}

Table SummaryTable(const pigeonctl::v1::EventSummary& summary) {
  Table table{{{.title = absl::AsciiStrToUpper(summary.by()), .shrinks = true}, {.title = "COUNT"}},
              {}};
  for (const auto& row : summary.rows()) {
    table.rows.push_back({OrDash(row.name()), row.count()});
  }
  table.rows.push_back({"total", summary.total()});
  return table;
}

}  // namespace pigeonhub::cli
