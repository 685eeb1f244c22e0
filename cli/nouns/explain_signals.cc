// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/explain_signals.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace pigeonhub::cli {
namespace {

// What a client of the reference takes before it gives an offer up; an offer after that is a new
// handshake.
constexpr Duration kGivenUp = std::chrono::seconds(10);

Duration Between(UnixMillis from, UnixMillis to) { return std::chrono::milliseconds(to - from); }

}  // namespace

void ExplainSignals::Take(size_t side, v1::SignalType type, Signal signal, bool to_link) {
  const Type which = type == v1::SIGNAL_TYPE_OFFER    ? kOffer
                     : type == v1::SIGNAL_TYPE_ANSWER ? kAnswer
                                                      : kCandidate;
  if (which == kOffer) {
    UnixMillis last = 0;
    for (const Side& each : sides_) {
      for (const Signal& sent : each) last = std::max(last, sent.at);
    }
    if (Between(last, signal.at) >= kGivenUp) sides_ = {};
  }
  Signal& known = sides_[side][which];
  // One that this hub handed on may have been dropped by the next one, whose clock may be behind.
  if (to_link && known.dropped.has_value() && known.hub != signal.hub) return;
  known = std::move(signal);
}

bool ExplainSignals::IsBegun(UnixMillis since) const {
  return std::any_of(sides_.begin(), sides_.end(), [&](const Side& side) {
    const UnixMillis last = std::max(side[kOffer].at, side[kAnswer].at);
    return last != 0 && last >= since;
  });
}

std::vector<ExplainSignals::Judged> ExplainSignals::Judge(const Question& question) const {
  std::vector<Judged> found;
  const auto add = [&](Finding finding) -> Judged& {
    return found.emplace_back(Judged{std::move(finding), {}});
  };
  const auto tell = [](Judged& judged, std::string_view what, const Signal& signal) {
    if (signal.at == 0) return;
    if (judged.hub.empty()) judged.hub = signal.hub;
    judged.finding.moments.push_back({what, signal.at});
    // Numbers of events are those of one hub.
    if (judged.hub == signal.hub) judged.finding.events.push_back(signal.seq);
  };
  // That something is not told of means little if no signal of anybody is told of since.
  const auto missing = [&](FindingCode code, size_t of, std::string_view what,
                           const Signal& since) {
    const Duration waited = Between(since.at, question.now);
    const bool was_watched = Between(since.at, question.last_signal) >= kHandshakePatience;
    tell(add({.code = code,
              .is_cause = waited >= kHandshakePatience,
              .certainty = was_watched ? Certainty::kLikely : Certainty::kPossible,
              .peer = question.peers[of],
              .detail = "for " + InSeconds(waited)}),
         what, since);
  };
  const auto dropped = [&](FindingCode code, size_t of, std::string_view what,
                           const Signal& signal) {
    tell(add(FoundDropped(code, question.peers[of], *signal.dropped)), what, signal);
  };

  // The last answer says whose offer counts, or else the later offer.
  const UnixMillis answered = std::max(sides_[0][kAnswer].at, sides_[1][kAnswer].at);
  const size_t offerer = answered != 0 ? (sides_[1][kAnswer].at == answered ? 0 : 1)
                                       : (sides_[1][kOffer].at > sides_[0][kOffer].at ? 1 : 0);
  const size_t answerer = 1 - offerer;
  const Signal& offer = sides_[offerer][kOffer];
  const Signal& other_offer = sides_[answerer][kOffer];
  const Signal& answer = sides_[answerer][kAnswer];

  if (answer.at == 0 && offer.dropped.has_value()) {
    dropped(FindingCode::kOfferDropped, offerer, "offered", offer);
    return found;
  }
  if (offer.at != 0 && other_offer.at != 0) {
    const bool offer_is_later = offer.at >= other_offer.at;
    const Signal& later = offer_is_later ? offer : other_offer;
    Judged& glare =
        add({.code = FindingCode::kGlare,
             .is_cause = answer.at == 0 && Between(later.at, question.now) >= kHandshakePatience,
             .certainty = Certainty::kLikely});
    tell(glare, "offered", offer_is_later ? other_offer : offer);
    tell(glare, "offered", later);
  }
  if (answer.at == 0) {
    missing(FindingCode::kNoAnswer, answerer, "offered", offer);
    return found;
  }
  if (answer.dropped.has_value()) {
    dropped(FindingCode::kAnswerDropped, answerer, "answered", answer);
    return found;
  }
  if (answer.at < offer.at) {
    Judged& older = add({.code = FindingCode::kAnswerToOlderOffer,
                         .is_cause = Between(offer.at, question.now) >= kHandshakePatience,
                         .certainty = Certainty::kLikely,
                         .peer = question.peers[answerer]});
    tell(older, "answered", answer);
    tell(older, "offered", offer);
    return found;
  }
  if (offer.at != 0 && Between(offer.at, answer.at) >= kGivenUp) {
    Judged& late = add({.code = FindingCode::kLateAnswer,
                        .is_cause = true,
                        .certainty = Certainty::kLikely,
                        .peer = question.peers[answerer],
                        .detail = "after " + InSeconds(Between(offer.at, answer.at))});
    tell(late, "offered", offer);
    tell(late, "answered", answer);
  }
  bool all_arrived = true;
  for (size_t side = 0; side < sides_.size(); ++side) {
    const Signal& candidate = sides_[side][kCandidate];
    if (candidate.at != 0 && !candidate.dropped.has_value()) continue;
    all_arrived = false;
    if (candidate.at == 0) {
      missing(FindingCode::kNoCandidates, side, "answered", answer);
    } else {
      dropped(FindingCode::kCandidatesDropped, side, "sent", candidate);
    }
  }
  if (all_arrived) add({.code = FindingCode::kComplete, .certainty = Certainty::kLikely});
  return found;
}

}  // namespace pigeonhub::cli
