// SPDX-License-Identifier: Apache-2.0
//
// What a hub can find out about two peers that should meet.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/pair_report.h"
#include "pigeonhub/peer_id.h"
#include "pigeonhub/reason.h"
#include "pigeonhub/time.h"

namespace pigeonhub {

// The number is that of the stable name: kNeverSeen is PH-E01. Numbers are never used again.
enum class FindingCode : uint8_t {
  kNeverSeen = 1,
  kLeft = 2,
  kNotAnnounced = 3,
  kOtherNamespace = 4,
  kNearlyTheSameName = 5,
  kAnnounceRefused = 6,
  kNamespaceFull = 7,
  kNoPath = 8,
  kNotIntroduced = 9,
  kNoOffer = 10,
  kOfferDropped = 11,
  kAnswerDropped = 12,
  kCandidatesDropped = 13,
  kNoAnswer = 14,
  kLateAnswer = 15,
  kAnswerToOlderOffer = 16,
  kGlare = 17,
  kNoCandidates = 18,
  kLocalCandidatesOnly = 19,
  kNoCommonFamily = 20,
  kTcpOnly = 21,
  kNoRelay = 22,
  kSeveralMappedPorts = 23,
  kComplete = 24,
  kConnected = 25,
  kOtherHubNotAsked = 26,
  kSignalsNotKept = 27,
  kFailed = 28,
  kLost = 29,
};
inline constexpr size_t kFindingCount = 29;

// What a finding means, whomever it is about.
struct FindingText {
  FindingCode code = FindingCode::kNeverSeen;
  std::string_view name;    // "PH-E01"
  std::string_view title;   // a few words
  std::string_view cause;   // a sentence
  std::string_view action;  // what to do, a sentence or two
};
// In the order of their numbers.
std::span<const FindingText> FindingTexts();
const FindingText& TextOf(FindingCode code);
// The finding of that name, in upper or lower case; nothing for a name that is none.
std::optional<FindingCode> FindFinding(std::string_view name);

enum class Certainty : uint8_t { kPossible, kLikely, kCertain };

// One thing that was found.
struct Finding {
  struct Moment {
    std::string_view what;  // a word for what happened: "left", "offered"
    UnixMillis unix_ms = 0;
  };

  FindingCode code = FindingCode::kNeverSeen;
  // The two cannot connect because of it. Else it is a fact beside.
  bool is_cause = false;
  Certainty certainty = Certainty::kCertain;
  std::optional<PeerId> peer = {};  // whom of the two it is about, if one alone
  std::string detail = {};          // what is so in this case, in one line; may be empty
  std::optional<Reason> reason = {};
  std::vector<Moment> moments = {};   // the oldest first
  std::vector<uint64_t> events = {};  // numbers of the events that told of it
};

// TextOf(found.code).action, with the name of the reason where that says REASON.
std::string ActionFor(const Finding& found);

enum class PairOutcome : uint8_t {
  kCause,      // why the two do not connect
  kUnderWay,   // too early to say
  kComplete,   // all signals went through; nobody reported that the two are connected
  kConnected,  // and that was reported
  kNeverSeen,  // neither peer was ever seen
};

// Which two, and where they should meet.
struct PairQuestion {
  PeerId peer;
  PeerId other;
  std::string network = {};  // the namespace that both should be in; empty: any
};

struct Explanation {
  std::vector<Finding> findings;  // in the order in which a handshake goes
  PairOutcome outcome = PairOutcome::kUnderWay;
  Certainty certainty = Certainty::kCertain;
  std::optional<FindingCode> because = {};  // what decided that; one of the findings
};

// What a hub says, and what its events say later, is said in the same way.

// Sooner nobody waits in vain: a handshake that goes well takes half a second.
inline constexpr Duration kHandshakePatience = std::chrono::seconds(5);

// "3.2 s", for a person.
std::string InSeconds(Duration duration);
// The name of a namespace as a detail shows it: in quotes unless it is a word, and not too long.
std::string NamespaceText(std::string_view name);
// How a connection ended: "transport_lost, close code 1006". Without a reason the code alone.
std::string EndingText(std::optional<Reason> reason, int close_code);

// Enough of an id to know who is meant.
std::string BeginningOf(const PeerId& id);
// "after 164 ms, host to relay over udp": what a report says beside its kind; may be empty.
std::string ReportText(const PairReport& report);

// The peer left, out of `network` unless that is empty.
Finding FoundLeft(const PeerId& peer, std::optional<Reason> reason, int close_code,
                  std::string_view network, UnixMillis at);
// The peer was not let into `network`, which is empty where it is not known; `at` 0: nor when.
Finding FoundRefused(const PeerId& peer, Reason reason, std::string_view network, UnixMillis at);
// The peer is in a namespace and not in the other one; says if the two have nearly the same name.
Finding FoundInOtherNamespace(const PeerId& peer, std::string_view network, std::string_view other);
// The hub could not deliver the last signal of the peer of the type that `code` is about.
Finding FoundDropped(FindingCode code, const PeerId& peer, Reason reason);

// The peer reported how its attempt to connect to the other one ended.
Finding FoundReported(const PeerId& peer, const PairReport& report, UnixMillis at);

// Works out the outcome from what was found.
void Conclude(Explanation& said);

}  // namespace pigeonhub
