// SPDX-License-Identifier: Apache-2.0

#include "control/pages/live_lines.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "absl/strings/str_cat.h"
#include "server/base/text.h"
#include "server/core/reason.h"

namespace pigeonhub {
namespace {

constexpr size_t kIdDigits = 8;
constexpr size_t kMostOfName = 32;  // bytes
constexpr size_t kTextColumn = 20;  // behind the mark

std::string_view ShortId(const PeerId& peer) { return peer.text().substr(0, kIdDigits); }

// As it may stand on a screen, whoever sent it.
std::string Safe(std::string_view text) {
  std::string safe;
  AppendEscaped(safe, text, kMostOfName);
  return safe;
}

// What stands for several spaces and letters of any case.
std::string Folded(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (c != ' ' && c != '\t')
      folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return folded;
}

std::string WhyLeft(const PeerDisconnected& event) {
  constexpr uint16_t kGoingAway = 1001;  // what browsers send when a page is closed
  switch (event.reason) {
    case Reason::kPeerClosed:
      return event.code == kGoingAway ? "left (closed its page)" : "left";
    case Reason::kGoodbye:
      return "left (said goodbye)";
    case Reason::kTransportLost:
      return "left (its connection broke)";
    default:
      return absl::StrCat("closed by the hub: ", std::string(ReasonName(event.reason)));
  }
}

std::string WhyRefused(Reason reason) {
  switch (reason) {
    case Reason::kPeerAlreadyConnected:
      return "this id is connected already (two tabs with one id?)";
    case Reason::kTlsOnPlainPort:
      return "speaks TLS. Here it is ws://, not wss://";
    case Reason::kPlainOnTlsPort:
      return "speaks no TLS. Here it is wss://, not ws://";
    case Reason::kInvalidPeerId:
      return "no ?peerId= of 40 hexadecimal digits";
    case Reason::kOriginNotAllowed:
      return "its page is of an origin that --allow-origin does not name";
    case Reason::kTokenMissing:
      return "no token, and this hub asks for one";
    default:
      return std::string(ReasonName(reason));
  }
}

// For how many the event stands.
std::string TimesText(uint64_t count) {
  return count > 1 ? absl::StrCat("  (", count, " times)") : std::string();
}

// "no answer after 10 s. The offer was … (pigeonctl errors PH-E14)"; `when` follows the title.
std::string SentenceOf(FindingCode code, std::string_view when) {
  const FindingText& text = TextOf(code);
  return absl::StrCat(std::string(text.title), std::string(when), ". ", std::string(text.cause),
                      " (pigeonctl errors ", std::string(text.name), ")");
}

std::string_view WordOfSignal(SignalType type) {
  switch (type) {
    case SignalType::kOffer:
      return "offer";
    case SignalType::kAnswer:
      return "answer";
    case SignalType::kIceCandidate:
      return "candidate";
  }
  return "signal";
}

std::string MillisText(Duration duration) {
  return absl::StrCat(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(),
                      " ms");
}

// A client has as many connections as this, if nobody says otherwise, so in a larger room not
// everybody makes an offer to everybody.
constexpr size_t kUsualConnections = 3;

// The others say nothing is wrong, or what another line has said.
bool IsWorthALine(FindingCode code, size_t room) {
  switch (code) {
    case FindingCode::kLeft:
    case FindingCode::kNeverSeen:
    case FindingCode::kOtherNamespace:
    case FindingCode::kNearlyTheSameName:
    case FindingCode::kNotIntroduced:
    case FindingCode::kFailed:
    case FindingCode::kLost:
      return false;
    case FindingCode::kNoOffer:
      return room <= kUsualConnections;
    default:
      return true;
  }
}

}  // namespace

LiveLines::LiveLines(ClockText clock_text, Options options)
    : clock_text_(std::move(clock_text)), options_(options) {}

LiveLines::Pair LiveLines::PairOf(const PeerId& a, const PeerId& b) {
  return a < b ? Pair{a, b} : Pair{b, a};
}

std::vector<std::string> LiveLines::On(const Event& event) {
  const UnixMillis at = event.unix_ms;
  if (const auto* came = std::get_if<PeerAnnounced>(&event.body)) return Came(at, *came);
  if (const auto* left = std::get_if<PeerDisconnected>(&event.body)) return Left(at, *left);
  if (const auto* pair = std::get_if<PairConnected>(&event.body)) return Connected(at, *pair);
  if (const auto* pair = std::get_if<PairFailed>(&event.body)) return Failed(at, *pair);
  if (const auto* pair = std::get_if<PairRetried>(&event.body)) return Retried(at, *pair);
  if (const auto* refused = std::get_if<PeerRefused>(&event.body)) return Refused(at, *refused);
  if (!options_.signals) return {};
  if (const auto* signal = std::get_if<SignalRelayed>(&event.body)) return Passed(at, *signal);
  if (const auto* signal = std::get_if<SignalDropped>(&event.body)) return Dropped(at, *signal);
  return {};
}

std::vector<std::string> LiveLines::Came(UnixMillis at, const PeerAnnounced& event) {
  if (event.is_hub || event.network == nullptr) return {};
  const std::string& network = *event.network;
  const auto known = members_.find(event.peer);
  // A client announces again, too.
  if (known != members_.end() && known->second.network == network) return {};
  Forget(event.peer);
  if (members_.size() >= kMostMembers) return {};
  std::vector<PeerId>& room = rooms_[network];
  std::string text;
  Mark mark = Mark::kCame;
  if (room.empty()) {
    const auto [count, name] = Lookalike(network);
    text = "first one here";
    if (count > 0) {
      mark = Mark::kOdd;
      text = absl::StrCat("alone here; ", count, count == 1 ? " is" : " are", " in \"", Safe(name),
                          "\" (names are compared byte for byte)");
    }
  } else {
    text = absl::StrCat("meets ", std::string(ShortId(room.back())));
    if (room.size() > 1) absl::StrAppend(&text, " and ", room.size() - 1, " more");
    const size_t met = std::min(room.size(), kMostPairsOfOne);
    for (auto other = room.end() - static_cast<ptrdiff_t>(met); other != room.end(); ++other) {
      Await(event.peer, *other, at);
    }
  }
  room.push_back(event.peer);
  members_[event.peer] = {network, at};
  return {Line(at, mark, ShortId(event.peer), Safe(network), text)};
}

std::vector<std::string> LiveLines::Left(UnixMillis at, const PeerDisconnected& event) {
  std::string where;
  std::string text = WhyLeft(event);
  if (const auto known = members_.find(event.peer); known != members_.end()) {
    where = known->second.network;
    Forget(event.peer);
    const auto room = rooms_.find(where);
    absl::StrAppend(&text, "; ", room == rooms_.end() ? 0 : room->second.size(), " left");
  }
  return {Line(at, Mark::kLeft, ShortId(event.peer), Safe(where), text)};
}

std::vector<std::string> LiveLines::Connected(UnixMillis at, const PairConnected& event) {
  // Both clients report it, and each again when it looks.
  const auto waiting = waiting_.find(PairOf(event.peer, event.other));
  if (waiting == waiting_.end()) return {};
  const UnixMillis after = std::max<UnixMillis>(0, at - waiting->second);
  waiting_.erase(waiting);
  std::string text = absl::StrCat("connected in ", after, " ms");
  if (event.answer_after.has_value()) {
    absl::StrAppend(&text, " (answer after ", MillisText(*event.answer_after), ")");
  }
  return {Line(at, Mark::kPair, ShortId(event.peer), ShortId(event.other), text)};
}

std::vector<std::string> LiveLines::Failed(UnixMillis at, const PairFailed& event) {
  // Who left has a line for that. Peers of other hubs are not known here, and have none for this.
  const bool is_lost = event.report.kind == PairReport::Kind::kLost;
  if (is_lost && !members_.contains(event.other)) return {};
  Await(event.peer, event.other, at);  // they try again
  std::string how = ReportText(event.report);
  if (!how.empty()) how.insert(0, ", ");
  const FindingCode code = FoundReported(event.peer, event.report, at).code;
  return {Line(at, Mark::kOdd, ShortId(event.peer), ShortId(event.other),
               SentenceOf(code, how) + TimesText(event.count))};
}

std::vector<std::string> LiveLines::Retried(UnixMillis at, const PairRetried& event) {
  // Who comes back with its id offers anew.
  const UnixMillis first =
      at - std::chrono::duration_cast<std::chrono::milliseconds>(event.after).count();
  if (CameAfter(event.peer, first) || CameAfter(event.other, first)) return {};
  Await(event.peer, event.other, at);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(event.after).count();
  return {Line(at, Mark::kOdd, ShortId(event.peer), ShortId(event.other),
               absl::StrCat("tries again after ", seconds,
                            " s: the first attempt failed (ICE pool? see "
                            "docs/app-developers.md#slow-first-connection)",
                            TimesText(event.count)))};
}

std::vector<std::string> LiveLines::Passed(UnixMillis at, const SignalRelayed& event) const {
  std::string text(WordOfSignal(event.type));
  if (event.since_offer.has_value()) {
    absl::StrAppend(&text, " after ", MillisText(*event.since_offer));
  }
  if (event.to_link) text += ", to another hub";
  return {Line(at, Mark::kSignal, ShortId(event.from), ShortId(event.target), text)};
}

std::vector<std::string> LiveLines::Dropped(UnixMillis at, const SignalDropped& event) const {
  const std::string reason(ReasonName(event.reason));
  const std::string_view target =
      event.target.has_value() ? ShortId(*event.target) : std::string_view();
  return {Line(at, Mark::kOdd, ShortId(event.from), target,
               absl::StrCat(std::string(WordOfSignal(event.type)), " dropped: ", reason,
                            " (pigeonctl errors ", reason, ")"))};
}

void LiveLines::Await(const PeerId& a, const PeerId& b, UnixMillis now) {
  const Pair pair = PairOf(a, b);
  if (waiting_.contains(pair) || waiting_.size() < kMostPairs) waiting_[pair] = now;
}

bool LiveLines::CameAfter(const PeerId& peer, UnixMillis at) const {
  const auto known = members_.find(peer);
  return known != members_.end() && known->second.since > at + 1;  // both are whole milliseconds
}

std::vector<std::string> LiveLines::Refused(UnixMillis at, const PeerRefused& event) const {
  std::string text = "turned away: " + WhyRefused(event.reason);
  if (const std::string_view page = HelpPage(event.reason); !page.empty()) {
    text.append("; see ").append(page);
  }
  text += TimesText(event.count);
  const std::optional<PeerId> peer = PeerId::Parse(event.peer);
  const std::string who = peer.has_value() ? std::string(ShortId(*peer)) : Safe(event.address);
  return {Line(at, Mark::kRefused, who, {}, text)};
}

std::vector<PairQuestion> LiveLines::Due(UnixMillis now) {
  std::vector<PairQuestion> due;
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    if (now - at->second < kTimeToConnect) {
      ++at;
      continue;
    }
    due.push_back({at->first.first, at->first.second});
    at = waiting_.erase(at);
  }
  return due;
}

std::string LiveLines::Explained(const PairQuestion& pair, const Explanation& explanation,
                                 UnixMillis now) {
  const auto line = [&](Mark mark, std::string_view text) {
    return Line(now, mark, ShortId(pair.peer), ShortId(pair.other), text);
  };
  switch (explanation.outcome) {
    case PairOutcome::kComplete:
      return line(Mark::kPair, "answered; nobody reports more (use /client.js)");
    case PairOutcome::kConnected:
      return line(Mark::kPair, "connected");
    case PairOutcome::kCause:
      break;
    case PairOutcome::kUnderWay:
    case PairOutcome::kNeverSeen:
      return {};
  }
  if (!explanation.because.has_value() || !IsWorthALine(*explanation.because, RoomOf(pair.peer))) {
    return {};
  }
  return line(Mark::kOdd, SentenceOf(*explanation.because,
                                     absl::StrCat(" after ", kTimeToConnect / 1000, " s")));
}

std::pair<size_t, std::string> LiveLines::Lookalike(const std::string& network) const {
  const std::string folded = Folded(network);
  for (const auto& [name, members] : rooms_) {
    if (!members.empty() && name != network && Folded(name) == folded) {
      return {members.size(), name};
    }
  }
  return {0, {}};
}

size_t LiveLines::RoomOf(const PeerId& peer) const {
  const auto known = members_.find(peer);
  if (known == members_.end()) return 0;
  const auto room = rooms_.find(known->second.network);
  return room == rooms_.end() ? 0 : room->second.size();
}

void LiveLines::Forget(const PeerId& peer) {
  const auto known = members_.find(peer);
  if (known == members_.end()) return;
  if (const auto room = rooms_.find(known->second.network); room != rooms_.end()) {
    std::erase(room->second, peer);
    if (room->second.empty()) rooms_.erase(room);
  }
  members_.erase(known);
  std::erase_if(waiting_, [&](const auto& pair) {
    return pair.first.first == peer || pair.first.second == peer;
  });
}

std::string LiveLines::Line(UnixMillis at, Mark mark, std::string_view who, std::string_view where,
                            std::string_view text) const {
  std::string subject(who);
  subject.append(2, ' ').append(where).append(2, ' ');
  subject.resize(std::max(subject.size(), kTextColumn), ' ');
  const char sign = static_cast<char>(mark);
  std::string shown(1, sign);
  if (options_.colour && mark == Mark::kOdd) shown = "\x1b[33m!\x1b[0m";
  if (options_.colour && mark == Mark::kRefused) shown = "\x1b[31mx\x1b[0m";
  return clock_text_(at) + "  " + shown + ' ' + subject.append(text);
}

}  // namespace pigeonhub
