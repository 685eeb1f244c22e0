// SPDX-License-Identifier: Apache-2.0

#include "server/net/connection/connection.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "server/net/websocket/close_code.h"

namespace pigeonhub::net {
namespace {

// Below this a queue has room for the next piece of a list, and for news that could wait.
constexpr size_t kShortQueue = size_t{64} * 1024;

// How long a slow peer may take for the close handshake. It will hardly read or send a close frame.
// A friend's signal waits behind what the kernel keeps: a second or two at 1 Mbit/s. Left to itself
// the kernel keeps 4 MB.
constexpr size_t kKeptForSlowPeer = size_t{128} * 1024;
constexpr Duration kSlowPeerGrace = std::chrono::seconds(1);

static_assert(Session::kSpareCapacity >= wire::Decoder::kSpareCapacity,
              "else the decoder copies every message");

}  // namespace

Connection::Connection(ConnectionId id, Accepted accepted, std::unique_ptr<Socket> socket,
                       Loop& loop)
    : id_(id),
      loop_(loop),
      socket_(std::move(socket)),
      lease_(std::move(accepted.lease)),
      reader_(*socket_),
      writer_(*socket_, loop.shared().held.queue, loop.shared().spare_chunks),
      watch_(loop.shared().options, writer_),
      session_(new ServerSession(*this, *this, loop.shared().options.max_message_size,
                                 &loop.shared().spare_reader)),
      handshake_(new Handshake{.address = std::move(accepted.address),
                               .entrance = accepted.entrance,
                               .http_only = accepted.http_only}) {
  SetStateDeadline(loop_.shared().options.handshake_timeout);
  AwaitReadable();
}

Connection::Connection(ConnectionId id, Dialed dialed, std::unique_ptr<Socket> socket, Loop& loop)
    : id_(id),
      loop_(loop),
      socket_(std::move(socket)),
      reader_(*socket_),
      writer_(*socket_, loop.shared().held.queue, loop.shared().spare_chunks),
      watch_(loop.shared().options, writer_),
      session_(new ClientSession(*this, *this, loop.shared().options.max_message_size,
                                 std::move(dialed.handshake))),
      handshake_(new Handshake{.dial_target = dialed.dial_target}) {
  SetStateDeadline(dialed.deadline - loop_.shared().now);
  static_cast<ClientSession&>(*session_).Ask();
  AwaitReadable();
}

Connection::~Connection() {
  MemoryBudget::Sums& held = loop_.shared().held;
  held.message.store(held.message.load(std::memory_order_relaxed) - held_message_,
                     std::memory_order_relaxed);
  Keep(0);
  if (held_noted_ > 0) loop_.shared().budget.Note(id_, {});
}

// ---- From the socket. --------------------------------------------------------------------------

void Connection::OnReadable() {
  if (gone()) return;
  std::vector<char>& buffer = loop_.shared().read_buffer;
  const Socket::Transfer read = reader_.Read(buffer);
  if (gone()) return;  // the PROXY header was in it
  switch (read.status) {
    case Socket::Status::kMoved:
      watch_.Heard();
      // A connection that is finishing takes the bytes and ignores them: TCP would throw away what
      // is still on its way out if the socket were closed with unread bytes.
      if (state_ != State::kFinishing) {
        if (session_->idle()) SetStateDeadline(loop_.shared().options.handshake_timeout);
        session_->Feed(buffer.data(), read.bytes);
        AfterFeed();
      }
      break;
    case Socket::Status::kBlocked:
      watch_.Heard();  // a part of a TLS record
      break;
    case Socket::Status::kNotTls:
      static_cast<ServerSession&>(*session_).RefusePlain();
      AfterFeed();
      break;
    case Socket::Status::kEnded:
      if (state_ != State::kFinishing) return Lost();
      return WantTurn();
    case Socket::Status::kFailed:
      return Lost();
  }
  AwaitReadable();
}

void Connection::OnWritable() {
  writer_.OnWritable();
  WantTurn();
}

void Connection::AwaitReadable() {
  if (!gone() && !session_->answering()) reader_.Await();
}

void Connection::AfterFeed() {
  if (state_ == State::kOpen && session_->mid_message() && !reader_.paused()) {
    const bool goes_on = watch_.MessageGoesOn(loop_.shared().now);
    ArmDeadline();
    // The first part alone proves nothing: it may begin a goodbye, and a peer that is about to
    // leave holds its id no longer.
    if (goes_on) AnswerProbe();
  } else {
    watch_.MessageEnded();
  }
  if (session_->phase() == Session::Phase::kEnded) {
    Finish();
  } else if (state_ == State::kOpen && OverLimit()) {
    SlowReader();  // it sends pings or mistakes, and does not read our answers
  }
  NoteHeld();
}

// Called when the answer to an HTTP request has left and the connection stays.
void Connection::NextRequest() {
  session_->Resume();
  AfterFeed();
  AwaitReadable();
}

void Connection::Lost() {
  if (handshaking()) {
    const std::optional<Reason> refusal = socket_->refusal();
    if (refusal.has_value()) loop_.Submit(Refused{*refusal, {}, handshake_->address});
  }
  const std::string trouble = socket_->trouble();
  EndDial(kNoCloseFrame,
          trouble.empty() ? "the connection was lost before the answer to the handshake" : trouble);
  End(Reason::kTransportLost, kNoCloseFrame, {});
  state_ = State::kGone;
  WantTurn();
}

// ---- From the session. -------------------------------------------------------------------------

void Connection::Write(std::string_view header, std::string_view payload) {
  Enqueue(header, payload);
}

void Connection::OnFrame() { AnswerProbe(); }

void Connection::OnMessage(std::string&& payload) {
  watch_.MessageEnded();
  const size_t bytes = payload.size();
  wire::Decoder::Result result = loop_.shared().decoder.Decode(std::move(payload));
  if (inbound::Message* message = std::get_if<inbound::Message>(&result)) {
    loop_.Submit(Received{id_, std::move(*message), bytes});
  } else {
    loop_.Submit(Unreadable{id_, std::get<Reason>(result), bytes});
  }
}

void Connection::OnPong(std::string_view payload) { watch_.Returned(payload); }

void Connection::OnPeerClose(uint16_t code, std::string_view text) {
  End(Reason::kPeerClosed, code, text);
}

void Connection::OnViolation(Reason reason) { End(reason, CloseFrameFor(reason).code, {}); }

// ---- Effects. ----------------------------------------------------------------------------------

void Connection::SendFrame(std::string_view header, std::string_view payload) {
  if (state_ != State::kOpen) return;
  if (OverLimit()) return SlowReader();
  if (state_ != State::kOpen) return;  // OverLimit may have found it lost
  session_->Send(header, payload);
  FlushEarly();
}

bool Connection::SendSignal(uint64_t sender, std::string_view header, std::string_view payload) {
  if (state_ != State::kOpen) return true;
  const size_t bytes = header.size() + payload.size();
  if (!HasRoomFor(sender, bytes)) {
    // A burst within one turn says nothing about the reader.
    Flush();
    if (state_ == State::kOpen && !HasRoomFor(sender, bytes)) return false;
  }
  const size_t before = writer_.bytes();
  session_->Send(header, payload);
  writer_.Attribute(sender, writer_.bytes() - before);
  FlushEarly();
  return true;
}

bool Connection::SendNews(std::string_view header, std::string_view payload) {
  if (state_ != State::kOpen) return true;
  if (writer_.bytes() >= kShortQueue) {
    // A burst within one turn says nothing about the reader.
    Flush();
    if (state_ == State::kOpen && writer_.bytes() >= kShortQueue) return false;
  }
  session_->Send(header, payload);
  FlushEarly();
  return true;
}

void Connection::Close(Reason reason) {
  if (reason == Reason::kMemoryPressure) return GiveUpMemory();
  CloseFromHere(reason, loop_.shared().options.close_timeout);
}

void Connection::PauseReading() {
  if (state_ != State::kOpen) return;
  reader_.Pause();
  session_->Pause();
  watch_.Suspend();
}

void Connection::ResumeReading() {
  if (!reader_.paused()) return;
  reader_.Resume();
  resume_wanted_ = true;
  watch_.Continue(loop_.shared().now);
  ArmDeadline();
  WantTurn();
}

void Connection::Probe() {
  if (state_ != State::kOpen) return;
  probed_ = true;
  session_->Ping(watch_.Mark(loop_.shared().now));
}

// The peer has shown that it lives.
void Connection::AnswerProbe() {
  if (!probed_ || state_ != State::kOpen) return;
  probed_ = false;
  loop_.Submit(Alive{id_});
}

void Connection::WatchLink() {
  if (state_ != State::kOpen) return;
  Keep(0);
  is_link_ = true;
  NoteHeld();
  Watch(loop_.shared().options.link_ping_interval, Liveness::Reader::kReadsAtOnce);
}

void Connection::ExpectMore() {
  more_waits_ = true;
  WantTurn();
}

// ---- Writing. ----------------------------------------------------------------------------------

void Connection::Enqueue(std::string_view header, std::string_view payload) {
  writer_.Append(header, payload, loop_.shared().now);
  if (writer_.blocked()) return NoteHeld();
  WantTurn();
}

// A message to many would else stand in the queue of each of them, whoever reads.
void Connection::FlushEarly() {
  if (writer_.blocked()) return;
  if (writer_.bytes() >= OutgoingQueue::kChunkSize || loop_.shared().budget.is_tight()) Flush();
}

void Connection::Flush() {
  const bool was_blocked = writer_.blocked();
  const bool lives = writer_.Flush(loop_.shared().now);
  NoteHeld();
  if (!lives) return Lost();
  if (was_blocked || !writer_.blocked()) return;
  if (!is_link_) socket_->KeepInKernel(kKeptForSlowPeer);
  watch_.Blocked(loop_.shared().now);
  ArmDeadline();
}

bool Connection::HasRoomFor(uint64_t sender, size_t bytes) const {
  const SenderShares& shares = writer_.shares();
  return shares.bytes() <= loop_.shared().options.queue_limit && shares.Admits(sender, bytes);
}

// Whether more is queued than may be. Signals do not count, as other peers send them. Offers to the
// socket first what was queued in this turn, as a burst within one turn says nothing about the
// reader.
bool Connection::OverLimit() {
  const ConnectionOptions& options = loop_.shared().options;
  const size_t limit = is_link_ ? options.link_queue_limit : options.queue_limit;
  const auto is_over = [&] { return writer_.bytes() - writer_.shares().bytes() > limit; };
  if (!is_over()) return false;
  Flush();
  return is_over();
}

void Connection::SlowReader() {
  writer_.DropUnstarted();
  CloseFromHere(Reason::kSlowReader,
                std::min(loop_.shared().options.close_timeout, kSlowPeerGrace));
}

void Connection::NoteHeld() {
  const size_t message = session_->kept_bytes();
  std::atomic<uint64_t>& messages = loop_.shared().held.message;
  messages.store(messages.load(std::memory_order_relaxed) + message - held_message_,
                 std::memory_order_relaxed);
  held_message_ = static_cast<uint32_t>(message);
  // What the socket may still take leaves in the next turn. A link gets little at a time, and many
  // peers need it.
  const size_t now = is_link_ ? 0 : message + (writer_.blocked() ? writer_.bytes() : 0);
  const size_t change = now > held_noted_ ? now - held_noted_ : held_noted_ - now;
  if (change < MemoryBudget::kStep && (now > 0 || held_noted_ == 0)) return;
  held_noted_ = static_cast<uint32_t>(now);
  loop_.shared().budget.Note(id_, {.passing = now, .kept = kept_});
}

void Connection::Keep(size_t bytes) {
  if (state_ != State::kOpen || is_link_ || bytes == kept_) return;
  std::atomic<uint64_t>& announced = loop_.shared().held.announced;
  announced.store(announced.load(std::memory_order_relaxed) + bytes - kept_,
                  std::memory_order_relaxed);
  kept_ = static_cast<uint32_t>(bytes);
  loop_.shared().budget.Note(id_, {.passing = held_noted_, .kept = kept_});
}

// Keeps nothing of what it holds but a short frame that is being written. Does not wait for the
// close handshake, which the peer would end behind a message that this hub does not read.
void Connection::GiveUpMemory() {
  if (state_ != State::kOpen) return Abort(Reason::kMemoryPressure);
  const CloseFrame frame = CloseFrameFor(Reason::kMemoryPressure);
  writer_.DropUnstarted();
  if (writer_.bytes() > kShortQueue) return Abort(Reason::kMemoryPressure);
  End(Reason::kMemoryPressure, frame.code, {});
  session_->CloseUnread(frame.code, frame.text);
  reader_.Resume();
  Finish();
  SetStateDeadline(std::min(loop_.shared().options.close_timeout, kSlowPeerGrace));
}

// ---- Ending. -----------------------------------------------------------------------------------

void Connection::CloseFromHere(Reason reason, Duration grace) {
  if (state_ != State::kOpen) return;
  const CloseFrame frame = CloseFrameFor(reason);
  End(reason, frame.code, {});
  session_->Close(frame.code, frame.text);
  state_ = State::kClosing;
  SetStateDeadline(grace);
  ResumeReading();
  WantTurn();
}

void Connection::Finish() {
  if (state_ == State::kFinishing || gone()) return;
  state_ = State::kFinishing;
  SetStateDeadline(loop_.shared().options.close_timeout);
  WantTurn();
}

void Connection::Abort(Reason reason) {
  if (gone()) return;
  EndDial(kNoCloseFrame, "given up");
  End(reason, CloseFrameFor(reason).code, {});
  socket_->ResetOnClose();
  state_ = State::kGone;
  WantTurn();
}

void Connection::MakeRoom() {
  if (handshaking()) loop_.Submit(Refused{Reason::kOutOfDescriptors, {}, handshake_->address});
  Abort(Reason::kOutOfDescriptors);
}

void Connection::End(Reason reason, uint16_t code, std::string_view text) {
  if (state_ != State::kOpen) return;
  Keep(0);  // the hub forgets the peer
  ending_ =
      std::make_unique<Ending>(Ending{.reason = reason, .code = code, .text = std::string(text)});
}

// ---- Turns and deadlines. ----------------------------------------------------------------------

void Connection::WantTurn() {
  if (turn_wanted_) return;
  turn_wanted_ = true;
  loop_.WantTurn(*this);
}

void Connection::OnTurn() {
  turn_wanted_ = false;
  if (const std::unique_ptr<Ending> ending = std::move(ending_)) {
    if (ending->dial.has_value()) {
      loop_.Submit(DialFailed{*ending->dial, ending->code, ending->text, ending->retry_after});
    } else {
      loop_.Submit(Closed{id_, ending->reason, ending->code, ending->text});
    }
  }
  if (resume_wanted_) {
    resume_wanted_ = false;
    session_->Resume();
    AfterFeed();
    AwaitReadable();
  }
  if (gone()) return;
  if (!writer_.blocked()) Flush();
  if (state_ == State::kHandshake && session_->answering() && writer_.empty()) NextRequest();
  if (state_ == State::kFinishing && writer_.empty()) {
    if (session_->ended_cleanly() || reader_.ended()) {
      state_ = State::kGone;
    } else {
      writer_.ShutdownSend();
    }
  }
  if (more_waits_ && state_ == State::kOpen && writer_.bytes() < kShortQueue) {
    more_waits_ = false;
    loop_.Submit(WantMore{id_});
  }
}

void Connection::OnDeadline(SteadyTime at) {
  if (at != armed_ || gone()) return;
  armed_ = SteadyTime::max();
  const Loop::Shared& shared = loop_.shared();
  if (state_ != State::kOpen) {
    if (shared.now >= state_deadline_) {
      if (handshaking() && session_->idle()) return Finish();
      if (handshaking() && !session_->answering() && !handshake_->is_health_check) {
        loop_.Submit(Refused{
            socket_->refusal().value_or(Reason::kHandshakeTimeout), {}, handshake_->address});
      }
      EndDial(kNoCloseFrame, "no answer to the handshake in time");
      return Abort(Reason::kTransportLost);
    }
  } else {
    CheckPeer();
  }
  ArmDeadline();
}

void Connection::CheckPeer() {
  const Loop::Shared& shared = loop_.shared();
  switch (watch_.Check(shared.now)) {
    case PeerWatch::Verdict::kFine:
      break;
    case PeerWatch::Verdict::kPingNow:
      session_->Ping(watch_.MarkOfCheck());
      break;
    case PeerWatch::Verdict::kUnresponsive:
      CloseFromHere(Reason::kUnresponsive, shared.options.close_timeout);
      break;
    case PeerWatch::Verdict::kSlowReader:
      SlowReader();
      break;
    case PeerWatch::Verdict::kSlowMessage:
      CloseFromHere(Reason::kSlowMessage, std::min(shared.options.close_timeout, kSlowPeerGrace));
      break;
  }
}

void Connection::Watch(Duration interval, Liveness::Reader reader) {
  watch_.Start(loop_.shared().now, interval, reader, loop_.shared().random);
  ArmDeadline();
}

void Connection::SetStateDeadline(Duration from_now) {
  state_deadline_ = loop_.shared().now + from_now;
  ArmDeadline();
}

void Connection::ArmDeadline() {
  const SteadyTime due = state_ == State::kOpen ? watch_.due() : state_deadline_;
  if (due >= armed_) return;
  armed_ = due;
  loop_.SetDeadline(*this, due);
}

}  // namespace pigeonhub::net
