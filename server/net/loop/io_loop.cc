// SPDX-License-Identifier: Apache-2.0

#include "server/net/loop/io_loop.h"

#include <utility>
#include <variant>

#include "absl/hash/hash.h"
#include "server/net/listen/own_addresses.h"
#include "server/net/tls/tls_socket.h"
#include "server/net/websocket/close_code.h"

namespace pigeonhub::net {
namespace {

// What whoever is at `address` may say in a header of the PROXY protocol. Empty: nothing.
std::optional<ProxySocket::Speaker> SpeakerAt(const Descriptor& descriptor,
                                              std::string_view address,
                                              const TrustedProxies& trusted) {
  if (trusted.Contain(address)) return ProxySocket::Speaker::kTrustedProxy;
  if (IsFromThisMachine(descriptor, address)) return ProxySocket::Speaker::kThisMachine;
  return std::nullopt;
}

}  // namespace

IoLoop::IoLoop(unsigned shard, const LoopSurroundings& surroundings)
    : shard_(shard),
      surroundings_(surroundings),
      shared_(surroundings.budget, shard),
      deadlines_(surroundings.clock.Read().steady),
      reactor_("hub-io-" + std::to_string(shard)),
      handshakes_(surroundings.tls_server, reactor_),
      dials_(reactor_, surroundings.tls_client, surroundings.credentials, surroundings.dial_options,
             *this, *this) {
  shared_.options = surroundings.connection_options;
  shared_.now = surroundings.clock.Read().steady;
  shared_.random = Random(static_cast<uint64_t>(shared_.now.time_since_epoch().count()) + shard);
  reactor_.Every(TimerWheel::kTick, [this] { Tick(); });
}

IoLoop::~IoLoop() = default;

// ---- Connections come and go. ------------------------------------------------------------------

void IoLoop::Adopt(Descriptor descriptor, Connection::Accepted accepted) {
  surroundings_.sockets.Add();
  reactor_.Post(
      [this, descriptor = std::move(descriptor), accepted = std::move(accepted)]() mutable {
        TakeOver(std::move(descriptor), std::move(accepted));
      });
}

void IoLoop::AdoptForHttp(Descriptor descriptor, Connection::Accepted accepted) {
  surroundings_.sockets.Add();
  accepted.http_only = true;
  TakeOver(std::move(descriptor), std::move(accepted));
}

// Other hubs do not come through a proxy to a port of their own.
bool IoLoop::AsksForProxyHeader(Entrance entrance) const {
  return shared_.options.proxy_protocol && entrance != Entrance::kHubs;
}

void IoLoop::TakeOver(Descriptor descriptor, Connection::Accepted accepted) {
  const auto refuse = [&](Reason reason) {
    surroundings_.sockets.Remove();
    Submit(Refused{reason, {}, accepted.address});
  };
  std::optional<ProxySocket::Speaker> speaker;
  if (AsksForProxyHeader(accepted.entrance)) {
    speaker = SpeakerAt(descriptor, accepted.address, shared_.options.trusted_proxies);
    if (!speaker.has_value()) return refuse(Reason::kProxyNotTrusted);
  }
  const uint64_t serial = ++last_serial_;
  std::unique_ptr<Socket> socket = OpenSocket(std::move(descriptor), serial, speaker);
  if (socket == nullptr) return refuse(Reason::kOutOfDescriptors);
  if (accepted.http_only) for_http_.insert(serial);
  Connection::Loop& self = *this;
  connections_[serial] = std::make_unique<Connection>(ConnectionId(shard_, serial),
                                                      std::move(accepted), std::move(socket), self);
}

// The header of the PROXY protocol comes before TLS.
std::unique_ptr<Socket> IoLoop::OpenSocket(Descriptor descriptor, uint64_t serial,
                                           std::optional<ProxySocket::Speaker> speaker) {
  Readiness& self = *this;
  std::unique_ptr<TlsSocket> tls;
  if (surroundings_.tls_server.is_on()) {
    tls = std::make_unique<TlsSocket>(handshakes_, serial, self);
  }
  std::unique_ptr<Socket> socket =
      reactor_.Adopt(std::move(descriptor), serial, tls == nullptr ? self : tls->below());
  if (socket == nullptr) return nullptr;
  if (speaker.has_value()) {
    ProxySocket::Listener& listener = *this;
    socket = std::make_unique<ProxySocket>(std::move(socket), *speaker, serial, listener);
  }
  if (tls == nullptr) return socket;
  tls->Start(std::move(socket));
  return tls;
}

// ---- Connections that we dial. -----------------------------------------------------------------

uint64_t IoLoop::NextKey() { return ++last_serial_; }

void IoLoop::OnConnected(uint64_t serial, Dials::Connected connected) {
  surroundings_.sockets.Add();
  Connection::Loop& self = *this;
  connections_[serial] = std::make_unique<Connection>(
      ConnectionId(shard_, serial),
      Connection::Dialed{connected.dial_target, std::move(connected.handshake), connected.deadline},
      std::move(connected.socket), self);
}

void IoLoop::OnUnreachable(DialTargetId dial_target, const std::string& why) {
  Submit(DialFailed{dial_target, kNoCloseFrame, why});
}

// ---- The end. ----------------------------------------------------------------------------------

bool IoLoop::EndOldestForHttp() {
  if (for_http_.empty()) return false;
  const auto unanswered = std::find_if(for_http_.begin(), for_http_.end(), [this](uint64_t serial) {
    return Find(serial)->handshaking();
  });
  const uint64_t oldest = unanswered == for_http_.end() ? *for_http_.begin() : *unanswered;
  Find(oldest)->MakeRoom();
  Forget(oldest);
  return true;
}

void IoLoop::Forget(uint64_t serial) {
  for_http_.erase(serial);
  connections_.erase(serial);
  surroundings_.sockets.Remove();
}

void IoLoop::DropHandshakes() {
  reactor_.Run([this] {
    for (auto& [serial, connection] : connections_) {
      if (connection->handshaking()) connection->Abort(Reason::kServerShutdown);
    }
    Turn();
  });
}

void IoLoop::ResetAll() {
  reactor_.Run([this] {
    dials_.GiveUpAll();
    for (auto& [serial, connection] : connections_) connection->Abort(Reason::kServerShutdown);
    Turn();
  });
}

void IoLoop::Stop() { reactor_.Stop(); }

void IoLoop::Ask(std::shared_ptr<FiguresQuestion> question) {
  reactor_.Post([this, question = std::move(question)] {
    std::vector<std::pair<size_t, ConnectionFigures>> known;
    for (size_t i = 0; i < question->connections().size(); ++i) {
      const ConnectionId id = question->connections()[i];
      if (id.shard() != shard_) continue;
      const Connection* connection = Find(id);
      if (connection == nullptr) continue;
      ConnectionFigures figures{.queued = connection->queued()};
      if (question->wanted() == FiguresWanted::kQueueAndLine) {
        figures.round_trip = connection->line().round_trip;
      }
      known.emplace_back(i, figures);
    }
    question->Answer(known);
  });
}

Connection* IoLoop::Find(uint64_t serial) {
  const auto found = connections_.find(serial);
  return found == connections_.end() ? nullptr : found->second.get();
}

template <typename Step>
void IoLoop::Guarded(Connection& connection, Step step) {
  try {
    step(connection);
  } catch (const std::exception& failure) {
    Failed(connection, failure);
  }
}

void IoLoop::Failed(Connection& connection, const std::exception& failure) {
  surroundings_.log.Error("a connection was dropped after an internal error",
                          {{"error", std::string_view(failure.what())}});
  connection.Abort(Reason::kInternalError);
}

// ---- What the reactor calls. -------------------------------------------------------------------

void IoLoop::OnReadable(uint64_t key) {
  if (Connection* connection = Find(key)) {
    Guarded(*connection, [](Connection& ready) { ready.OnReadable(); });
  }
  KeepToBudget();
}

void IoLoop::OnWritable(uint64_t key) {
  if (Connection* connection = Find(key)) {
    Guarded(*connection, [](Connection& ready) { ready.OnWritable(); });
  }
}

void IoLoop::OnProxyHeader(uint64_t key, const ProxyHeader& header) {
  if (Connection* connection = Find(key)) connection->OnProxyHeader(header);
}

void IoLoop::PostTurn() {
  if (turn_posted_) return;
  turn_posted_ = true;
  reactor_.Post([this] { Turn(); });
}

void IoLoop::TellInNextTurn(Input input) {
  for_next_turn_.push_back(std::move(input));
  PostTurn();
}

void IoLoop::Turn() {
  turn_posted_ = false;
  shared_.now = surroundings_.clock.Read().steady;
  for (const Input& one : std::exchange(for_next_turn_, {})) Submit(one);
  turning_.swap(turn_wanted_);
  for (uint64_t serial : turning_) {
    const auto found = connections_.find(serial);
    if (found == connections_.end()) continue;
    Connection& connection = *found->second;
    Guarded(connection, [](Connection& wanting) { wanting.OnTurn(); });
    if (connection.gone() && !connection.has_news()) {
      Forget(serial);
    }
  }
  turning_.clear();
  KeepToBudget();
}

void IoLoop::KeepToBudget() {
  if (!surroundings_.budget.is_tight()) return;
  for (ConnectionId largest : surroundings_.budget.TakeLargest()) {
    if (largest.shard() != shard_) {
      TellInNextTurn(HoldsMostMemory{largest});
    } else if (Connection* connection = Find(largest)) {
      connection->Close(Reason::kMemoryPressure);
    }
  }
}

void IoLoop::Tick() {
  shared_.now = surroundings_.clock.Read().steady;
  handshakes_.Tick(shared_.now);
  deadlines_.Tick(shared_.now, [this](const TimerWheel::Deadline& deadline) {
    if (Connection* connection = Find(deadline.key)) {
      Guarded(*connection, [&](Connection& due) { due.OnDeadline(deadline.at); });
    }
  });
  KeepToBudget();
}

// ---- What connections ask for. -----------------------------------------------------------------

void IoLoop::Submit(const Input& input) {
  if (const auto* opened = std::get_if<DialOpened>(&input)) dials_.Forget(opened->dial_target);
  if (const auto* failed = std::get_if<DialFailed>(&input)) dials_.Forget(failed->dial_target);
  surroundings_.dispatcher.Submit(shard_, input);
}

void IoLoop::WantTurn(Connection& connection) {
  turn_wanted_.push_back(connection.id().serial());
  PostTurn();
}

void IoLoop::SetDeadline(Connection& connection, SteadyTime at) {
  deadlines_.Set({connection.id().serial(), at});
}

HttpResponse IoLoop::Answer(const HttpRequest& request) {
  return surroundings_.routes.Answer(request);
}

UpgradeVerdict IoLoop::CheckUpgrade(const HttpRequest& request, bool http_only,
                                    AddressLease& lease) {
  return surroundings_.upgrades.Check(request, http_only, lease, shared_.now);
}

// ---- Effects. ----------------------------------------------------------------------------------

void IoLoop::Wake() {
  reactor_.Post([this] { surroundings_.dispatcher.Drain(shard_); });
}

void IoLoop::Deliver(Effects& effects) {
  for (const Effect& effect : effects) {
    std::visit([this](const auto& one) { CarryOut(one); }, effect);
    KeepToBudget();
  }
}

void IoLoop::CarryOut(const Send& send) {
  Connection* connection = Find(send.to);
  if (connection == nullptr) return;
  Guarded(*connection, [&](Connection& to) {
    const FrameEncoder::Frame frame = encoder_.Encode(send, to.peer());
    const auto* signal = std::get_if<outbound::Signal>(&send.message);
    if (signal == nullptr) return to.SendFrame(frame.header, frame.payload);
    if (to.SendSignal(absl::HashOf(signal->from), frame.header, frame.payload)) return;
    TellInNextTurn(Undelivered{signal->type, signal->from, signal->target, signal->network,
                               signal->payload.text.size()});
  });
}

void IoLoop::CarryOut(const Broadcast& broadcast) {
  const auto* discovered = std::get_if<outbound::Discovered>(&broadcast.message);
  const bool may_wait = discovered != nullptr && discovered->again;
  encoder_.Begin(broadcast);
  for (ConnectionId id : broadcast.to) {
    Connection* connection = Find(id);
    if (connection == nullptr) continue;
    Guarded(*connection, [&](Connection& to) {
      const FrameEncoder::Frame frame = encoder_.FrameFor(to.peer());
      if (!may_wait) return to.SendFrame(frame.header, frame.payload);
      if (to.SendNews(frame.header, frame.payload)) return;
      TellInNextTurn(Unheard{id, discovered->peer, discovered->addressed});
    });
    KeepToBudget();
  }
}

void IoLoop::CarryOut(const SendList& list) {
  for (const SendList::Member& member : list.members) {
    CarryOut(Send(list.to, list.timestamp, list.About(member)));
    KeepToBudget();
  }
}

void IoLoop::CarryOut(const MoreWaits& pending) {
  if (Connection* connection = Find(pending.to)) connection->ExpectMore();
}

void IoLoop::CarryOut(const Keeps& keeps) {
  if (Connection* connection = Find(keeps.connection)) connection->Keep(keeps.bytes);
}

void IoLoop::CarryOut(const Close& close) {
  if (Connection* connection = Find(close.connection)) connection->Close(close.reason);
}

void IoLoop::CarryOut(const PauseReading& pause) {
  if (Connection* connection = Find(pause.connection)) connection->PauseReading();
}

void IoLoop::CarryOut(const ResumeReading& resume) {
  if (Connection* connection = Find(resume.connection)) connection->ResumeReading();
}

void IoLoop::CarryOut(const Probe& probe) {
  if (Connection* connection = Find(probe.connection)) connection->Probe();
}

void IoLoop::CarryOut(const WatchLink& watch) {
  if (Connection* connection = Find(watch.connection)) connection->WatchLink();
}

void IoLoop::CarryOut(const Dial& dial) {
  CarryOut(CancelDial{dial.dial_target});
  dials_.Start(dial, shared_.now);
}

void IoLoop::CarryOut(const CancelDial& cancel) {
  if (Connection* connection = Find(dials_.Cancel(cancel.dial_target))) connection->GiveUpDial();
}

// These do nothing: they reach no loop (Dispatcher).
void IoLoop::CarryOut(const Publish&) {}
void IoLoop::CarryOut(const HangUpBus&) {}
void IoLoop::CarryOut(const SaveBans&) {}
void IoLoop::CarryOut(const QuestionCame&) {}
void IoLoop::CarryOut(const AnswerCame&) {}
void IoLoop::CarryOut(const Emit&) {}

}  // namespace pigeonhub::net
