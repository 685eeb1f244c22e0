// SPDX-License-Identifier: Apache-2.0
//
// The one place of these texts. docs/findings.md and `pigeonctl errors` show them.

#include "pigeonhub/findings.h"

#include <algorithm>

namespace pigeonhub {
namespace {

constexpr FindingText kTexts[] = {
    {FindingCode::kNeverSeen, "PH-E01", "never seen",
     "This peer is not connected to this hub and did not leave it within the last hour, and no "
     "other hub told of it; hubs tell of peers in namespaces alone that have members here.",
     "Compare its id and the address of its hub with those in the client; ask the other hubs the "
     "same question (`--hub '*'`); `pigeonctl events --kind peerRefused` shows newcomers that were "
     "turned away."},
    {FindingCode::kLeft, "PH-E02", "was here, and left",
     "This peer was connected to this hub and is not any more.",
     "`pigeonctl errors REASON` says what its reason means; a client that runs connects again by "
     "itself within 30 seconds, maybe to another hub: ask that one."},
    {FindingCode::kNotAnnounced, "PH-E03", "not announced yet",
     "This peer is connected but has not announced, so it is in no namespace and nobody is told of "
     "it.",
     "Look at the client: it announces as soon as it is connected, unless its program stopped "
     "before that."},
    {FindingCode::kOtherNamespace, "PH-E04", "in another namespace",
     "Only peers of one namespace meet, and these are not in the same one.",
     "Give both clients the same networkName."},
    {FindingCode::kNearlyTheSameName, "PH-E05", "in a namespace with nearly the same name",
     "The names of the two namespaces differ only in upper and lower case or in white space, so "
     "they are two namespaces.",
     "Write the networkName in the same way in both clients."},
    {FindingCode::kAnnounceRefused, "PH-E06", "announce refused",
     "The hub did not let this peer into the namespace: its token does not grant it, the policy of "
     "the namespace takes others only, or the announce broke a limit.",
     "`pigeonctl errors REASON` says what its reason means; `pigeonctl namespaces policy get` "
     "shows "
     "what holds in the namespace."},
    {FindingCode::kNamespaceFull, "PH-E07", "namespace full",
     "The namespace has as many peers on this hub as it may, so this peer was not let in.",
     "Raise max-peers of its policy (`pigeonctl namespaces policy set`), or use several "
     "namespaces."},
    {FindingCode::kNoPath, "PH-E08", "a link is down",
     "A link to another hub is down, so this hub does not reach peers there, or no longer knows of "
     "them.",
     "If this hub dials the link, `pigeonctl links list -o wide` shows why it is down and when it "
     "is tried again. If the other hub dials it, there is no such row while it is down: see "
     "whether that hub runs, and what its own list says."},
    {FindingCode::kNotIntroduced, "PH-E09", "never introduced",
     "The namespace is large, so a newcomer is told of some members only, and these two were not "
     "told of each other.",
     "Nothing, if the application reaches peers through others; else raise the discovery limit "
     "(`--discovery-limit`, or that of the namespace's policy)."},
    {FindingCode::kNoOffer, "PH-E10", "no offer",
     "The two were told of each other, and no offer of either came to this hub since both are "
     "here.",
     "Nothing, if the two connected before they came to this hub, which their connection outlives. "
     "Else look at the client that is to offer: it may have as many connections as it wants "
     "(maxPeers), or be connected through other peers already."},
    {FindingCode::kOfferDropped, "PH-E11", "offer dropped",
     "The hub could not deliver the last offer.",
     "`pigeonctl errors REASON` says what its reason means."},
    {FindingCode::kAnswerDropped, "PH-E12", "answer dropped",
     "The hub could not deliver the last answer.",
     "`pigeonctl errors REASON` says what its reason means."},
    {FindingCode::kCandidatesDropped, "PH-E13", "candidates dropped",
     "The hub could not deliver the last ICE candidates of this peer.",
     "`pigeonctl errors REASON` says what its reason means."},
    {FindingCode::kNoAnswer, "PH-E14", "no answer",
     "The offer was delivered, and no answer came back.",
     "Look at the client that got the offer: its page may sleep in the background, or its WebRTC "
     "failed to make an answer."},
    {FindingCode::kLateAnswer, "PH-E15", "late answer",
     "The answer came so long after the offer that the client that offered has given up by then.",
     "Look at the client that answered: a page in the background or a busy device is slow to "
     "answer."},
    {FindingCode::kAnswerToOlderOffer, "PH-E16", "answer to an older offer",
     "A newer offer was sent after the answer came, and that one was not answered.",
     "Look at the client that offered: it gave its first offer up and began anew; the other one "
     "has to answer the new offer, too."},
    {FindingCode::kGlare, "PH-E17", "both offered",
     "Both peers offered at the same time; one of the offers has to give way.",
     "Nothing, if one of them was answered. Else both clients wait for the other one: let them try "
     "again."},
    {FindingCode::kNoCandidates, "PH-E18", "no candidates of one side",
     "The offer was answered, but this peer sent no ICE candidates, so the other one has no "
     "address "
     "to try.",
     "Look at the client: its browser forbids or fails to gather candidates; a policy of relay "
     "only "
     "without a TURN server that works does the same."},
    {FindingCode::kLocalCandidatesOnly, "PH-E19", "local candidates only",
     "Both peers told of addresses of their own network only, so they connect only if they are in "
     "one network.",
     "Check that the STUN and TURN servers in the client's configuration are reached from there."},
    {FindingCode::kNoCommonFamily, "PH-E20", "IPv4 here, IPv6 there",
     "One peer told of IPv4 addresses only, the other one of IPv6 addresses only.",
     "Give the clients a TURN server that has both."},
    {FindingCode::kTcpOnly, "PH-E21", "TCP only",
     "This peer told of candidates over TCP only, so UDP is blocked or switched off where it is.",
     "Allow UDP there, or give the clients a TURN server over TCP or TLS."},
    {FindingCode::kNoRelay, "PH-E22", "no relay",
     "This peer told of no relay candidate, so nothing helps where no direct way exists.",
     "If a TURN server is configured in the client, check that it is reached and that its "
     "credentials are accepted."},
    {FindingCode::kSeveralMappedPorts, "PH-E23", "several ports outside",
     "This peer told of more addresses outside than it has sockets, so its NAT gives a socket "
     "another port for each destination. Browsers behind such a NAT did not connect directly to "
     "browsers behind another one when that was tried.",
     "Give both clients a TURN server: with one they connected."},
    {FindingCode::kComplete, "PH-E24", "signaling complete",
     "Offer, answer and candidates of both sides went through; neither client reported that the "
     "two are connected, which most clients never do.",
     "The hub's part is done. If the two are not connected, ICE failed between them: see the "
     "candidates of both, and give the clients a TURN server."},
    {FindingCode::kConnected, "PH-E25", "connected",
     "A client reported that the two are connected.", "Nothing."},
    {FindingCode::kOtherHubNotAsked, "PH-E26", "at another hub",
     "This peer is connected to another hub, and what happened there is not known here.",
     "Ask the other hub the same question (`--hub ID`), or all hubs at once (`--hub '*'`)."},
    {FindingCode::kSignalsNotKept, "PH-E27", "signals not written down",
     "Signals are events only while somebody watches them, and these events have none of the two, "
     "so they do not tell whether one offered and the other one answered.",
     "Ask a hub that both were at while it runs, without `--file`: it remembers the last handshake "
     "of each pair. To write the signals of a pair down: `pigeonctl events -f -o jsonl --kind "
     "signalRelayed --kind signalDropped --kind pairConnected --kind pairFailed --peer A --with "
     "B`."},
    {FindingCode::kFailed, "PH-E28", "connection failed (reported)",
     "A client reported that its attempt to connect to the other one failed.",
     "If offer, answer and candidates went through, there is no network path between the two that "
     "they told each other of: give the clients a TURN server; in one network, look whether it "
     "forbids UDP or keeps its guests apart."},
    {FindingCode::kLost, "PH-E29", "connection lost (reported)",
     "A client reported that the two were connected, and that the connection broke.",
     "Nothing, if the clients connect again. Else look at the networks of both: a device that "
     "sleeps or changes its network loses its connections."},
};

constexpr bool TextsFollowTheNumbers() {
  size_t number = 0;
  for (const FindingText& text : kTexts) {
    ++number;
    if (static_cast<size_t>(text.code) != number) return false;
    if (text.name.size() != 6 || text.name[4] != static_cast<char>('0' + number / 10) ||
        text.name[5] != static_cast<char>('0' + number % 10)) {
      return false;
    }
  }
  return number == kFindingCount;
}
static_assert(TextsFollowTheNumbers(), "kTexts must list every FindingCode in order");

char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::span<const FindingText> FindingTexts() { return kTexts; }

const FindingText& TextOf(FindingCode code) { return kTexts[static_cast<size_t>(code) - 1]; }

std::string ActionFor(const Finding& found) {
  constexpr std::string_view kPlace = "REASON";
  std::string action(TextOf(found.code).action);
  const size_t at = action.find(kPlace);
  if (at == std::string::npos || !found.reason.has_value()) return action;
  return action.replace(at, kPlace.size(), ReasonName(*found.reason));
}

std::optional<FindingCode> FindFinding(std::string_view name) {
  for (const FindingText& text : kTexts) {
    const bool is_it = std::equal(name.begin(), name.end(), text.name.begin(), text.name.end(),
                                  [](char a, char b) { return Upper(a) == b; });
    if (is_it) return text.code;
  }
  return std::nullopt;
}

}  // namespace pigeonhub
