// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/proxy_header.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/random.h"
#include "server/core/reason.h"
#include "server/core/time.h"
#include "server/net/connection/liveness.h"
#include "server/net/connection/options.h"
#include "server/net/connection/peer_watch.h"
#include "server/net/connection/reader.h"
#include "server/net/connection/spare_chunks.h"
#include "server/net/connection/writer.h"
#include "server/net/http/message.h"
#include "server/net/http/upgrade_verdict.h"
#include "server/net/reactor/socket.h"
#include "server/net/websocket/client_handshake.h"
#include "server/net/websocket/client_session.h"
#include "server/net/websocket/server_session.h"
#include "server/net/websocket/session.h"
#include "server/runtime/address_table.h"
#include "server/runtime/memory_budget.h"
#include "server/wire/decode.h"

namespace pigeonhub::net {

// One socket from its first byte to its last: the session on it, what waits to be written, its
// deadlines. The hub hears of an accepted one when the upgrade is done (Opened) and once when it is
// over (Closed); the socket may stay a little longer, to end politely. Of one that we dialed it
// hears how the handshake ended (DialOpened or DialFailed), and then the same.
//
// Lives on one loop's thread. Calls that carry out effects (SendFrame to ExpectMore) never submit
// an input: what they cause is submitted from OnTurn.
class Connection final : private Session::Host,
                         private ServerSession::Handler,
                         private ClientSession::Handler {
 public:
  // What a connection needs of its loop.
  class Loop {
   public:
    // Used by all connections of the loop, one at a time.
    struct Shared {
      Shared(MemoryBudget& budget, unsigned loop) : budget(budget), held(budget.sums(loop)) {}

      MemoryBudget& budget;
      MemoryBudget::Sums& held;  // by the connections of this loop
      ConnectionOptions options;
      wire::Decoder decoder;
      SpareChunks spare_chunks;
      Session::SpareReader spare_reader;
      std::vector<char> read_buffer = std::vector<char>(size_t{64} * 1024);
      // Read once a turn and once a tick. That is exact enough for every deadline here.
      SteadyTime now;
      Random random{0};
    };

    virtual ~Loop() = default;
    virtual Shared& shared() = 0;
    virtual void Submit(const Input& input) = 0;
    // Calls OnTurn once everything that is ready now has been handled.
    virtual void WantTurn(Connection& connection) = 0;
    // Calls OnDeadline at `at` or a little later.
    virtual void SetDeadline(Connection& connection, SteadyTime at) = 0;
    virtual HttpResponse Answer(const HttpRequest& request) = 0;
    virtual UpgradeVerdict CheckUpgrade(const HttpRequest& request, bool http_only,
                                        AddressLease& lease) = 0;
  };

  // For a connection that was accepted.
  struct Accepted {
    std::string address;  // the peer's, without port
    Entrance entrance = Entrance::kAnybody;
    bool http_only = false;  // descriptors are short, so it cannot become a WebSocket
    AddressLease lease = {};
  };
  Connection(ConnectionId id, Accepted accepted, std::unique_ptr<Socket> socket, Loop& loop);

  // For a connection that this hub dialed: it asks for a WebSocket on a connected socket.
  struct Dialed {
    DialTargetId dial_target;
    ClientHandshake handshake;
    SteadyTime deadline;  // of the handshake
  };
  Connection(ConnectionId id, Dialed dialed, std::unique_ptr<Socket> socket, Loop& loop);
  ~Connection() override;

  ConnectionId id() const { return id_; }
  // The id of the peer; all zeros if the peer named none that is valid.
  const PeerId& peer() const { return peer_; }
  // Whether it was accepted, and is no WebSocket yet.
  bool handshaking() const { return state_ == State::kHandshake && !handshake_->dial_target; }
  // Whether the connection is over. Then its owner destroys it while none of its functions runs. If
  // has_news, the owner waits for the next turn, in which the connection tells the hub of its end.
  bool gone() const { return state_ == State::kGone; }
  bool has_news() const { return ending_ != nullptr; }

  // Bytes that wait to be sent; and what the operating system knows of the connection.
  size_t queued() const { return writer_.bytes(); }
  Socket::Line line() const { return writer_.line(); }

  // From the loop.
  void OnReadable();
  void OnWritable();
  void OnTurn();
  void OnDeadline(SteadyTime at);
  // A header of the PROXY protocol was read, before anything else. Called while the connection
  // reads.
  void OnProxyHeader(const ProxyHeader& header);

  // Effects. Nothing happens unless the connection is open.
  void SendFrame(std::string_view header, std::string_view payload);
  // Sends a signal of another peer. False: it is not sent, because too much of this sender, or of
  // all senders together, waits already. `sender` tells senders apart.
  bool SendSignal(uint64_t sender, std::string_view header, std::string_view payload);
  // Sends what may come later instead. False: it is not sent, because the queue is long.
  bool SendNews(std::string_view header, std::string_view payload);
  // The hub keeps so much of what was announced here, in bytes. A link does not hold it: many need
  // that.
  void Keep(size_t bytes);
  void Close(Reason reason);
  void PauseReading();
  void ResumeReading();
  void Probe();
  void WatchLink();
  // The hub has more for this connection, which asks for it when its queue is short.
  void ExpectMore();

  // Ends the connection at once, without a close frame. From a turn or outside the dispatcher.
  void Abort(Reason reason);
  // The same to an accepted one, so that another can have its descriptor. Outside the dispatcher.
  void MakeRoom();
  // Ends the handshake of a dial that the hub no longer waits for. The hub hears nothing more of
  // it.
  void GiveUpDial();

 private:
  enum class State {
    kHandshake,
    kOpen,
    kClosing,    // our close frame is queued or sent; that of the peer is awaited
    kFinishing,  // the queue goes out, then our end is shut, then the end of the peer is awaited
    kGone,
  };
  // What matters until the WebSocket is open.
  struct Handshake {
    std::optional<DialTargetId> dial_target{};  // of a connection that this hub dialed
    std::string address{};                      // of a peer that was accepted; see SetAddress
    Entrance entrance = Entrance::kAnybody;     // the same
    bool is_proxy_address = false;              // the same; see HttpRequest
    bool http_only = false;
    bool is_health_check = false;  // of a balancer, which may end it without a word
    UpgradeVerdict verdict{};
  };
  // How the connection has ended, which the hub is still to be told.
  struct Ending {
    Reason reason = Reason::kTransportLost;
    uint16_t code = 0;
    std::string text{};
    std::optional<DialTargetId> dial{};  // set if a dial has failed: then the hub hears DialFailed
    Duration retry_after{};              // of a dial that was refused
  };

  // ServerSession::Handler
  std::optional<HttpResponse> OnRequest(const HttpRequest& request) override;
  void OnMalformedRequest(Reason reason) override;
  void OnOpen(std::string_view target) override;

  // ClientSession::Handler
  void OnAccepted() override;
  void OnRefused(const ClientHandshake::Refusal& refusal) override;

  // Session::Host
  void Write(std::string_view header, std::string_view payload) override;
  void OnFrame() override;
  void OnMessage(std::string&& payload) override;
  void OnPong(std::string_view payload) override;
  void OnPeerClose(uint16_t code, std::string_view text) override;
  void OnViolation(Reason reason) override;

  void AwaitReadable();
  void AfterFeed();
  void AnswerProbe();
  void NextRequest();
  void Lost();
  // From now on the connection is that of a client at `address`: a proxy that is believed has said
  // so, by the PROXY protocol or in a request. Before the hub hears of the connection.
  void SetAddress(std::string address);
  HttpResponse AnswerHttp(const HttpRequest& request);
  HttpResponse Refuse(const HttpRequest& request, HandshakeRefusal refusal);

  void Enqueue(std::string_view header, std::string_view payload);
  void Flush();
  // Offers to the socket what should not wait for the turn: a whole chunk, or anything while memory
  // is short.
  void FlushEarly();
  bool HasRoomFor(uint64_t sender, size_t bytes) const;
  bool OverLimit();
  void SlowReader();
  void GiveUpMemory();

  void CheckPeer();
  void CloseFromHere(Reason reason, Duration grace);
  void Finish();
  void End(Reason reason, uint16_t code, std::string_view text);
  // As End, for a dialed connection during its handshake. Does nothing after it.
  void EndDial(uint16_t code, std::string_view text, Duration retry_after = {});

  void WantTurn();
  // Notes what the connection holds of the memory.
  void NoteHeld();
  void Watch(Duration interval, Liveness::Reader reader);
  void SetStateDeadline(Duration from_now);
  void ArmDeadline();

  const ConnectionId id_;
  Loop& loop_;
  const std::unique_ptr<Socket> socket_;
  AddressLease lease_;  // of an accepted one
  Reader reader_;
  Writer writer_;
  PeerWatch watch_;  // while it is open
  const std::unique_ptr<Session> session_;
  State state_ = State::kHandshake;

  bool turn_wanted_ = false;
  bool resume_wanted_ = false;  // in the next turn
  bool probed_ = false;         // the hub waits for a sign of life
  bool more_waits_ = false;     // the hub has more for this connection
  bool is_link_ = false;        // to another hub
  uint32_t held_noted_ = 0;     // bytes, as the budget knows them
  uint32_t held_message_ = 0;   // the same of a message that is not complete
  uint32_t kept_ = 0;           // the same of what was announced

  PeerId peer_;
  std::unique_ptr<Handshake> handshake_;  // until the WebSocket is open
  std::unique_ptr<Ending> ending_;
  SteadyTime state_deadline_;             // when a state other than kOpen has lasted long enough
  SteadyTime armed_ = SteadyTime::max();  // the deadline set with the loop
};

}  // namespace pigeonhub::net
