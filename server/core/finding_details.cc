// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "pigeonhub/findings.h"
#include "server/base/characters.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr size_t kShownOfAName = 64;

// White space, and what takes no room: nobody sees how two names differ in it.
bool IsBlank(uint32_t c) {
  return c == ' ' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200D) || c == 0x202F ||
         c == 0x205F || c == 0x3000 || IsDeceptive(c);
}

// With ASCII letters in lower case, and without blanks.
std::string Folded(std::string_view name) {
  std::string folded;
  while (!name.empty()) {
    const Character character = FirstCharacter(name);
    if (!character.valid || !IsBlank(character.code_point)) {
      folded += name.substr(0, character.length);
    }
    name.remove_prefix(character.length);
  }
  absl::AsciiStrToLower(&folded);
  return folded;
}

absl::string_view ReasonWord(Reason reason) {
  const std::string_view name = ReasonName(reason);
  return {name.data(), name.size()};
}

}  // namespace

std::string InSeconds(Duration duration) {
  return absl::StrFormat("%.1f s", std::chrono::duration<double>(duration).count());
}

std::string NamespaceText(std::string_view name) {
  if (IsWord(name) && name.size() <= kShownOfAName) return std::string(name);
  std::string text = "\"";
  AppendEscaped(text, name, kShownOfAName);
  return text + '"';
}

std::string EndingText(std::optional<Reason> reason, int close_code) {
  return absl::StrCat(reason.has_value() ? ReasonWord(*reason) : "", reason.has_value() ? ", " : "",
                      "close code ", close_code);
}

Finding FoundLeft(const PeerId& peer, std::optional<Reason> reason, int close_code,
                  std::string_view network, UnixMillis at) {
  Finding finding{.code = FindingCode::kLeft,
                  .is_cause = true,
                  .peer = peer,
                  .detail = EndingText(reason, close_code),
                  .reason = reason,
                  .moments = {{"left", at}}};
  if (!network.empty()) {
    absl::StrAppend(&finding.detail, ", from the namespace ", NamespaceText(network));
  }
  return finding;
}

Finding FoundRefused(const PeerId& peer, Reason reason, std::string_view network, UnixMillis at) {
  Finding finding{.code = reason == Reason::kNamespaceFull ? FindingCode::kNamespaceFull
                                                           : FindingCode::kAnnounceRefused,
                  .is_cause = true,
                  .peer = peer,
                  .detail = network.empty() ? "" : NamespaceText(network) + ": ",
                  .reason = reason};
  absl::StrAppend(&finding.detail, ReasonWord(reason));
  if (at != 0) finding.moments = {{"refused", at}};
  return finding;
}

Finding FoundInOtherNamespace(const PeerId& peer, std::string_view network,
                              std::string_view other) {
  const bool nearly = Folded(network) == Folded(other);
  return {.code = nearly ? FindingCode::kNearlyTheSameName : FindingCode::kOtherNamespace,
          .is_cause = true,
          .peer = peer,
          .detail = absl::StrCat("in ", NamespaceText(network), ", not in ", NamespaceText(other))};
}

Finding FoundDropped(FindingCode code, const PeerId& peer, Reason reason) {
  return {.code = code,
          .is_cause = true,
          .peer = peer,
          .detail = std::string(ReasonName(reason)),
          .reason = reason};
}

std::string BeginningOf(const PeerId& id) { return std::string(id.text().substr(0, 12)); }

std::string ReportText(const PairReport& report) {
  const auto word = [](PairReport::Candidate candidate) {
    const std::string_view known = WordOf(candidate);
    return known.empty() ? std::string("unknown") : std::string(known);
  };
  constexpr auto kUnknown = PairReport::Candidate::kUnknown;
  std::string path;
  if (report.local != kUnknown || report.remote != kUnknown) {
    path = word(report.local) + " to " + word(report.remote);
  }
  if (report.protocol != PairReport::Protocol::kUnknown) {
    path.append(path.empty() ? "" : " ").append("over ").append(WordOf(report.protocol));
  }
  if (report.ms == 0) return path;
  return absl::StrCat("after ", report.ms, " ms", path.empty() ? "" : ", ", path);
}

Finding FoundReported(const PeerId& peer, const PairReport& report, UnixMillis at) {
  struct Meaning {
    FindingCode code;
    std::string_view what;
  };
  static constexpr Meaning kMeanings[kPairReportKindCount] = {
      {FindingCode::kConnected, "connected"},
      {FindingCode::kFailed, "failed"},
      {FindingCode::kLost, "lost"}};
  const Meaning& meaning = kMeanings[static_cast<size_t>(report.kind)];
  Finding finding{.code = meaning.code,
                  .is_cause = report.kind != PairReport::Kind::kEstablished,
                  .detail = ReportText(report),
                  .moments = {{meaning.what, at}}};
  if (!finding.detail.empty()) {
    finding.detail = absl::StrCat(BeginningOf(peer), ": ", finding.detail);
  }
  return finding;
}

void Conclude(Explanation& said) {
  const auto& findings = said.findings;
  const auto conclude = [&](PairOutcome outcome, const Finding& because) {
    said.outcome = outcome;
    said.certainty = because.certainty;
    said.because = because.code;
  };
  const auto is = [](FindingCode code) {
    return [code](const Finding& finding) { return finding.code == code; };
  };
  if (std::count_if(findings.begin(), findings.end(), is(FindingCode::kNeverSeen)) == 2) {
    return conclude(PairOutcome::kNeverSeen, findings.front());
  }
  // The surest cause, and of those that are equally sure the first.
  const Finding* cause = nullptr;
  for (const Finding& finding : findings) {
    if (finding.is_cause && (cause == nullptr || finding.certainty > cause->certainty)) {
      cause = &finding;
    }
  }
  if (cause != nullptr) return conclude(PairOutcome::kCause, *cause);
  for (const auto& [code, outcome] : {std::pair(FindingCode::kConnected, PairOutcome::kConnected),
                                      std::pair(FindingCode::kComplete, PairOutcome::kComplete)}) {
    const auto found = std::find_if(findings.begin(), findings.end(), is(code));
    if (found != findings.end()) return conclude(outcome, *found);
  }
  if (!findings.empty()) conclude(PairOutcome::kUnderWay, findings.back());
}

}  // namespace pigeonhub
