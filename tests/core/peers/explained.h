// SPDX-License-Identifier: Apache-2.0
//
// What a hub finds out about two peers, as short lines.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pigeonhub/findings.h"
#include "tests/support/core_text.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {

inline const char* CertaintyText(Certainty certainty) {
  return certainty == Certainty::kCertain  ? "certain"
         : certainty == Certainty::kLikely ? "likely"
                                           : "possible";
}

// "PH-E02 certain b: transport_lost", and "(PH-E02 …)" for what is no cause.
inline std::string ToText(const Finding& finding) {
  std::string text(TextOf(finding.code).name);
  absl::StrAppend(&text, " ", CertaintyText(finding.certainty));
  if (finding.peer.has_value()) absl::StrAppend(&text, " ", ToText(*finding.peer));
  if (!finding.detail.empty()) absl::StrAppend(&text, ": ", finding.detail);
  return finding.is_cause ? text : absl::StrCat("(", text, ")");
}

inline std::vector<std::string> ToText(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings) lines.push_back(ToText(finding));
  return lines;
}

// "cause likely PH-E14".
inline std::string VerdictText(const Explanation& said) {
  static constexpr const char* kOutcomes[] = {"cause", "under way", "complete", "connected",
                                              "never seen"};
  std::string text = absl::StrCat(kOutcomes[static_cast<size_t>(said.outcome)], " ",
                                  CertaintyText(said.certainty));
  if (said.because.has_value()) {
    const std::string name(TextOf(*said.because).name);
    absl::StrAppend(&text, " ", name);
  }
  return text;
}

inline Explanation ExplainedBy(HubFixture& hub, const PeerId& a, const PeerId& b,
                               std::string network = {}) {
  return hub.hub().ExplainPair(hub.clock().Read(), {a, b, std::move(network)});
}

// Of one code alone; a test fails that looks at what is not there.
inline Finding FoundIn(const Explanation& said, FindingCode code) {
  for (const Finding& finding : said.findings) {
    if (finding.code == code) return finding;
  }
  ADD_FAILURE() << TextOf(code).name << " was not found";
  return {};
}

}  // namespace pigeonhub
