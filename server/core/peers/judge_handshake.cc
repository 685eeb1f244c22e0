// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/judge_handshake.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace pigeonhub {
namespace {

// What a client of the reference takes before it gives an offer up, and less.
constexpr Duration kLate = PairRecord::kRetriedAfter;

// "host 2, srflx 1".
std::string CandidateText(const CandidateTally& tally) {
  std::string text;
  const auto add = [&](const char* name, unsigned count) {
    if (count > 0) absl::StrAppend(&text, text.empty() ? "" : ", ", name, " ", count);
  };
  add("host", tally.host);
  add("mdns", tally.mdns);
  add("srflx", tally.srflx);
  add("relay", tally.relay);
  add("IPv4", tally.v4);
  add("IPv6", tally.v6);
  add("udp", tally.udp);
  add("tcp", tally.tcp);
  return text;
}

bool IsLocalOnly(const CandidateTally& tally) { return tally.srflx == 0 && tally.relay == 0; }

class Judge {
 public:
  Judge(const Now& now, const HandshakeQuestion& pair, const PairRecord& record, Explanation& said)
      : now_(now), pair_(pair), record_(record), said_(said) {}

  void Run() {
    const PairSide& low = record_.sides[0];
    const PairSide& high = record_.sides[1];
    if (record_.IsReported(PairReport::Kind::kEstablished)) return AddReport();
    // Whatever was signaled had brought them together.
    if (record_.HasEnded(PairReport::Kind::kLost)) return AddReport();
    // Whose offer counts: the one that was answered, also if that came before the record began;
    // else the later one.
    const bool high_counts = low.answered != 0    ? true
                             : high.answered != 0 ? false
                                                  : high.offered > low.offered;
    offerer_ = high_counts ? 1 : 0;
    const bool failed = record_.HasEnded(PairReport::Kind::kFailed);
    const bool all_arrived = SignalsArrived();
    if (failed) AddReport();
    if (!all_arrived) return;
    CompareCandidates();
    if (!failed) Add({.code = FindingCode::kComplete, .certainty = Certainty::kLikely});
  }

 private:
  const PairSide& offerer() const { return record_.sides[offerer_]; }
  const PairSide& answerer() const { return record_.sides[1 - offerer_]; }
  const PeerId& IdOf(size_t side) const { return side == 0 ? pair_.low : pair_.high; }

  Finding& Add(Finding finding) {
    said_.findings.push_back(std::move(finding));
    return said_.findings.back();
  }
  void Tell(Finding& finding, std::string_view what, PairSide::Mark mark) const {
    if (mark != 0) finding.moments.push_back({what, WallTime(now_, record_.TimeOf(mark))});
  }
  Duration Since(PairSide::Mark mark) const { return now_.steady - record_.TimeOf(mark); }

  void AddReport() {
    Add(FoundReported(IdOf(record_.reporter), record_.report,
                      WallTime(now_, record_.TimeOf(record_.reported))));
  }

  // Says what did not. False also if only a report is remembered.
  bool SignalsArrived() {
    const PairSide& low = record_.sides[0];
    const PairSide& high = record_.sides[1];
    if (std::max({low.offered, low.answered, high.offered, high.answered}) == 0) return false;
    if (!OfferArrived()) return false;
    if (low.offered != 0 && high.offered != 0) AddGlare();
    return AnswerArrived() && CandidatesArrived();
  }

  void AddDropped(FindingCode code, size_t side, std::string_view what, PairSide::Mark mark) {
    const PairSide& by = record_.sides[side];
    Finding& finding = Add(FoundDropped(code, IdOf(side), by.why_dropped));
    Tell(finding, what, mark);
  }

  bool OfferArrived() {
    if (answerer().answered != 0 || !offerer().Dropped(SignalType::kOffer)) return true;
    AddDropped(FindingCode::kOfferDropped, offerer_, "offered", offerer().offered);
    return false;
  }

  void AddGlare() {
    const bool is_answered = record_.sides[0].answered != 0 || record_.sides[1].answered != 0;
    const PairSide::Mark later = std::max(record_.sides[0].offered, record_.sides[1].offered);
    Finding& finding = Add({.code = FindingCode::kGlare,
                            .is_cause = !is_answered && Since(later) >= kHandshakePatience,
                            .certainty = Certainty::kLikely});
    Tell(finding, "offered", std::min(record_.sides[0].offered, record_.sides[1].offered));
    Tell(finding, "offered", later);
  }

  bool AnswerArrived() {
    const size_t other = 1 - offerer_;
    if (answerer().answered == 0) {
      const Duration waited = Since(offerer().offered);
      Finding& finding = Add({.code = FindingCode::kNoAnswer,
                              .is_cause = waited >= kHandshakePatience,
                              .peer = IdOf(other),
                              .detail = absl::StrCat("for ", InSeconds(waited))});
      if ((offerer().flags & PairSide::kToLink) != 0) finding.certainty = Certainty::kLikely;
      Tell(finding, "offered", offerer().offered);
      return false;
    }
    if (answerer().Dropped(SignalType::kAnswer)) {
      AddDropped(FindingCode::kAnswerDropped, other, "answered", answerer().answered);
      return false;
    }
    if (answerer().answered < offerer().offered) {
      const Duration waited = Since(offerer().offered);
      Finding& finding = Add({.code = FindingCode::kAnswerToOlderOffer,
                              .is_cause = waited >= kHandshakePatience,
                              .certainty = Certainty::kLikely,
                              .peer = IdOf(other)});
      Tell(finding, "answered", answerer().answered);
      Tell(finding, "offered", offerer().offered);
      return false;
    }
    if (offerer().offered == 0) return true;
    const Duration took = record_.TimeOf(answerer().answered) - record_.TimeOf(offerer().offered);
    if (took < kLate) return true;
    Finding& finding = Add({.code = FindingCode::kLateAnswer,
                            .is_cause = true,
                            .certainty = Certainty::kLikely,
                            .peer = IdOf(other),
                            .detail = absl::StrCat("after ", InSeconds(took))});
    Tell(finding, "offered", offerer().offered);
    Tell(finding, "answered", answerer().answered);
    return true;
  }

  bool CandidatesArrived() {
    bool arrived = true;
    for (size_t side = 0; side < 2; ++side) {
      const PairSide& by = record_.sides[side];
      if (by.Dropped(SignalType::kIceCandidate)) {
        AddDropped(FindingCode::kCandidatesDropped, side, "answered", answerer().answered);
        arrived = false;
      } else if (by.candidates.empty()) {
        const Duration waited = Since(answerer().answered);
        Finding& finding = Add({.code = FindingCode::kNoCandidates,
                                .is_cause = waited >= kHandshakePatience,
                                .certainty = Certainty::kLikely,
                                .peer = IdOf(side),
                                .detail = absl::StrCat("for ", InSeconds(waited))});
        Tell(finding, "answered", answerer().answered);
        arrived = false;
      }
    }
    return arrived;
  }

  void CompareCandidates() {
    const CandidateTally& low = record_.sides[0].candidates;
    const CandidateTally& high = record_.sides[1].candidates;
    const std::string both = absl::StrCat(BeginningOf(pair_.low), ": ", CandidateText(low), "; ",
                                          BeginningOf(pair_.high), ": ", CandidateText(high));
    if (IsLocalOnly(low) && IsLocalOnly(high)) {
      Add({.code = FindingCode::kLocalCandidatesOnly,
           .is_cause = pair_.same_network == false,
           .certainty = Certainty::kPossible,
           .detail = both});
    }
    const auto has_only = [](const CandidateTally& tally, uint8_t family) {
      return family > 0 && family == tally.v4 + tally.v6 && tally.mdns == 0;
    };
    if ((has_only(low, low.v4) && has_only(high, high.v6)) ||
        (has_only(low, low.v6) && has_only(high, high.v4))) {
      Add({.code = FindingCode::kNoCommonFamily,
           .is_cause = true,
           .certainty = Certainty::kLikely,
           .detail = both});
    }
    for (size_t side = 0; side < 2; ++side) DescribeCandidates(side);
  }

  void DescribeCandidates(size_t side) {
    const CandidateTally& tally = record_.sides[side].candidates;
    if (tally.tcp > 0 && tally.udp == 0) {
      Add({.code = FindingCode::kTcpOnly,
           .is_cause = true,
           .certainty = Certainty::kLikely,
           .peer = IdOf(side),
           .detail = CandidateText(tally)});
    }
    if (tally.several_mappings()) {
      const CandidateTally& other = record_.sides[1 - side].candidates;
      const bool both_behind_nats = other.srflx > 0 && pair_.same_network == false;
      Add({.code = FindingCode::kSeveralMappedPorts,
           .is_cause = both_behind_nats && tally.relay == 0 && other.relay == 0,
           .certainty = Certainty::kPossible,
           .peer = IdOf(side),
           .detail = CandidateText(tally)});
    }
    if (tally.relay == 0) {
      Add({.code = FindingCode::kNoRelay, .peer = IdOf(side), .detail = CandidateText(tally)});
    }
  }

  const Now& now_;
  const HandshakeQuestion& pair_;
  const PairRecord& record_;
  Explanation& said_;
  size_t offerer_ = 0;
};

}  // namespace

void JudgeHandshake(const Now& now, const HandshakeQuestion& pair, const PairRecord& record,
                    Explanation& said) {
  Judge(now, pair, record, said).Run();
}

}  // namespace pigeonhub
