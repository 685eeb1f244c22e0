// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "server/core/fair_queue.h"
#include "server/core/ids.h"
#include "server/core/mesh/stream_numbers.h"
#include "server/core/mesh_message.h"
#include "server/core/time.h"

namespace pigeonhub {

// What two hubs say to each other, in order and each thing once, over whatever route leads from one
// to the other: numbered bodies, each of which is sent again until it is acknowledged. So a lost
// link on the route loses nothing, as long as another route is found, or the same one again, before
// the hubs give each other up.
//
// Nothing is said unless somebody asks for it: NextBody is called while the link towards the other
// hub has room. No more than a window of bodies with news is under way, so no hub and no link on
// the route has to hold more of a long list. Signals do not wait for that. They have a limit in
// bytes, and each sender has a share of it. A signal counts until it is acknowledged.
//
// After news were said, more of them gather for a while. What gathered goes before a signal, in the
// same body. A signal waits for no list, but the join of its sender goes along with it: the other
// hub never hears from somebody of whom it was not told.
//
// A body may be too large for a hub on the route. It is not sent again as it was: this hub gives up
// all that it said, and says it anew in smaller pieces.
class Conversation {
 public:
  // How much may wait to be said. This must have room for everything that a hub has to say of
  // itself. Otherwise a hub that begins anew would never come to an end.
  struct Room {
    size_t ops = size_t{64} * 1024;
    size_t listed = size_t{1024} * 1024;  // peers on lists
    size_t body = size_t{1024} * 1023;    // bytes of what one body says
    // Bytes of the signals that wait or are not acknowledged. A sender may have a quarter of them.
    size_t signals = size_t{8} * 1024 * 1024;
  };

  // What the way to the other hub takes.
  struct Pipe {
    size_t body = SIZE_MAX;     // bytes of what one body says
    size_t unacked = SIZE_MAX;  // bytes that are not acknowledged
  };

  // `gather` is how long news gather; it may change meanwhile.
  Conversation(StreamNumbers& streams, const Room& room, const Duration& gather)
      : streams_(streams), gather_(gather), backlog_(room) {
    StartOver();
  }

  // Called when there may be something to say, or another deadline than before; then not again
  // until Settled.
  void OnTouched(std::function<void()> on_touched) { on_touched_ = std::move(on_touched); }
  void Touch();
  void Settled() { touched_ = false; }

  // ---- Speaking
  void Say(mesh::Op op) { Wait({std::move(op), {}, 0}); }
  // Goes before everything that waits. False, and nothing is said, if so many of this kind wait:
  // whoever wants an answer to it has a deadline.
  bool SayNow(mesh::Op op, size_t most_waiting = kMostUnacked) {
    Touch();
    if (backlog_.urgent.size() >= most_waiting) return false;
    backlog_.urgent.push_back(std::move(op));
    return true;
  }
  // Goes before what waits for an acknowledgement; senders take turns. Returns the signals that are
  // dropped because there is no room: this one, or some of senders that hold more.
  std::vector<mesh::Signal> SaySignal(mesh::Signal signal);
  // Whether a body has room for it. What does not fit must not be said now.
  bool Fits(const mesh::Op& op) const;
  // True if what was said and is not acknowledged is too large for it: BeginWithinPipe then.
  bool SetPipe(const Pipe& pipe);
  // How it stands, for those who tell much piece by piece.
  struct Pace {
    uint64_t stream = 0;     // another one whenever what was said before may be lost
    bool for_lists = false;  // so little waits that lists may go on
    // Texts go before all else. One may begin; a long one goes on while little is not acknowledged,
    // so that it holds up signals for a moment only.
    bool for_texts = false;
    bool for_long_texts = false;
  };
  Pace pace() const {
    const bool for_texts = backlog_.urgent.empty();
    return {speaking_.stream, backlog_.waiting.size() < kMostOps, for_texts,
            for_texts && under_way_.bytes < std::min(kMostLongTexts, pipe_.unacked)};
  }
  // One join each for those that are still there when their turn comes.
  void SayJoins(std::vector<PeerId> peers);
  // Whether NextBody has something.
  bool HasMore(SteadyTime now) const;
  // What to send next, again or for the first time; null if nothing may be sent now. `find` gives
  // the join of a peer.
  using FindJoin = std::function<std::optional<mesh::Join>(const PeerId&)>;
  std::shared_ptr<const mesh::Body> NextBody(SteadyTime now, const FindJoin& find);
  // From now on NextBody says again what was not acknowledged in time. Nothing before its time
  // unless `at_once`.
  void SayAgainWhenDue(SteadyTime now, bool at_once = false);
  // An acknowledgement that nothing else carried in time; null if none is due.
  std::shared_ptr<const mesh::Body> TakeAck(SteadyTime now);
  // More had to wait than there is room for, and all of it was dropped. Nothing is said until what
  // was said is acknowledged; then BeginAnew, and all that matters is to be said again.
  bool fell_behind() const { return backlog_.fell_behind; }
  bool may_begin_anew() const { return backlog_.fell_behind && unacked_.empty(); }
  // Gives back the signals that are lost, as they were not acknowledged.
  std::vector<mesh::Signal> BeginAnew();
  // Gives back all signals that wait or are not acknowledged. What is said again is said without
  // them.
  std::vector<mesh::Signal> TakeSignals();
  // The largest of what is not acknowledged, in bytes; 0 if there is nothing.
  size_t largest_unacked() const;
  // It is time to say something again, but the first thing that is not acknowledged is large, and
  // was said again in vain three times.
  bool IsStuck(SteadyTime now, bool at_once = false) const;
  // What is not acknowledged is too large for the other hub or one on the route. Begins anew with
  // bodies of at most half the size, and gives back the signals that are lost with it.
  std::vector<mesh::Signal> BeginSmaller();
  // The same where what was said is too large for the pipe, which is another one now.
  std::vector<mesh::Signal> BeginWithinPipe();
  // The link towards the other hub ended because that reads too slowly. True if that was the third
  // time in a row since something was acknowledged: what is not acknowledged would end the next
  // one, too.
  bool CutOffAgain() { return !unacked_.empty() && ++resending_.cut_off >= kMostInVain; }

  // ---- Hearing
  struct Heard {
    bool fresh = false;       // the other side begins from nothing: what it wanted is void
    bool start_over = false;  // it does not know what we said: say all that matters again
    bool accepted = false;    // the ops are to be acted upon
    std::array<size_t, kSignalTypeCount> signals{};  // ours that it is now known to have
  };
  Heard Hear(SteadyTime now, const mesh::Body& body);
  void StartOver();

  // When there is something to do; nothing if that is only to say what may be said by `now`.
  std::optional<SteadyTime> NextDeadline(SteadyTime now) const;
  // Bytes of the signals that wait or are not acknowledged; and about so much memory takes all else
  // that waits.
  struct Memory {
    size_t signals = 0;
    size_t rest = 0;

    void operator+=(const Memory& other) {
      signals += other.signals;
      rest += other.rest;
    }
    void operator-=(const Memory& other) {
      signals -= other.signals;
      rest -= other.rest;
    }
  };
  Memory memory() const {
    return {backlog_.signals.bytes(), backlog_.waiting.size() * sizeof(Waiting) +
                                          backlog_.listed * sizeof(PeerId) + backlog_.text +
                                          backlog_.urgent.size() * sizeof(mesh::Op)};
  }

 private:
  static constexpr size_t kWindow = 16;         // bodies with news under way
  static constexpr size_t kMostUnacked = 4096;  // bodies at all
  static constexpr size_t kMostOps = 256;       // in one body
  static constexpr size_t kMostBytes = size_t{32} * 1024;
  static constexpr size_t kMostLongTexts = size_t{256} * 1024;
  // So much goes before a signal; it does not wait for more.
  static constexpr size_t kFewOps = 128;
  static constexpr size_t kAckEvery = 8;
  static constexpr Duration kAckDelay = std::chrono::milliseconds(100);
  static constexpr Duration kResend = std::chrono::seconds(1);
  static constexpr Duration kLongestResend = std::chrono::seconds(4);
  static constexpr unsigned kMostInVain = 3;
  static constexpr size_t kSmallestBody = 1024;

  struct Waiting {
    mesh::Op op;                // unless there are
    std::vector<PeerId> peers;  // to be told of
    size_t next = 0;
    size_t text = 0;  // bytes of names and the like in the op
  };

  struct Said {
    std::shared_ptr<const mesh::Body> body;
    size_t bytes = 0;
    bool has_news = false;
  };
  // Of what is not acknowledged.
  struct UnderWay {
    size_t bytes = 0;
    size_t news = 0;  // bodies with news
  };
  class Draft;

  void Wait(Waiting waiting);
  bool may_say_signals() const;
  size_t largest_body() const { return std::min(backlog_.room.body, pipe_.body); }
  bool may_say_urgent() const { return !backlog_.urgent.empty() && unacked_.size() < kMostUnacked; }
  // News that may be said, at once or after a while.
  bool may_say_news() const {
    return !backlog_.waiting.empty() && under_way_.news < kWindow &&
           under_way_.bytes < pipe_.unacked;
  }
  // Whether news that may be said go along with something, or gathered for long enough.
  bool IsTimeForNews(SteadyTime now) const;
  bool AreFewNews() const {
    return backlog_.listed == 0 && backlog_.waiting.size() <= kFewOps && may_say_news();
  }
  void AddUrgent(Draft& draft);
  void AddSignals(SteadyTime now, Draft& draft, const FindJoin& find);
  void AddNews(Draft& draft, const FindJoin& find);
  // A body that is to be said again now; null if there is none.
  std::shared_ptr<const mesh::Body> NextAgain();
  void Release(const mesh::Body& body);
  // With what was heard by now.
  std::shared_ptr<const mesh::Body> Refreshed(const std::shared_ptr<const mesh::Body>& body) const;
  void AckWasSent();

  // What waits to be said.
  struct Backlog {
    explicit Backlog(const Room& most) : room(most), signals({most.signals, most.signals / 4}) {}

    Room room;
    std::deque<mesh::Op> urgent;
    FairQueue<mesh::Signal> signals;
    std::deque<Waiting> waiting;
    size_t listed = 0;  // peers on lists that wait
    size_t text = 0;    // of what waits
    // Peers whose join went along with a signal of theirs, before what still waits.
    absl::flat_hash_set<PeerId> went_ahead;
    SteadyTime news_at;  // until then they gather
    bool fell_behind = false;
  };
  // What was said and is not acknowledged is said again.
  struct Resending {
    std::optional<SteadyTime> at;
    Duration wait = kResend;
    // Times, since the last progress: that something was said again, that the link was cut off.
    unsigned in_vain = 0;
    unsigned cut_off = 0;
    // Bodies up to unheard_to were sent before the last resending, and may be lost. This hub sends
    // them again piece by piece. The piece at hand goes from again_next to again_to.
    uint64_t unheard_to = 0;
    uint64_t again_to = 0;
    uint64_t again_next = 1;
  };
  struct Speaking {
    uint64_t stream = 0;
    uint64_t seq = 0;
    bool acked_any = false;
  };
  struct Hearing {
    uint64_t stream = 0;
    uint64_t seq = 0;
    size_t to_ack = 0;
    bool missing = false;
    std::optional<SteadyTime> ack_at;
  };

  StreamNumbers& streams_;
  const Duration& gather_;
  std::function<void()> on_touched_;
  bool touched_ = false;
  Speaking speaking_;
  std::deque<Said> unacked_;
  UnderWay under_way_;
  Pipe pipe_;
  Backlog backlog_;
  Resending resending_;
  Hearing hearing_;
};

// An upper bound of the text of an operation, and of all that a body says.
size_t SizeOfOp(const mesh::Op& op);
size_t SizeOfBody(const mesh::Body& body);

}  // namespace pigeonhub
