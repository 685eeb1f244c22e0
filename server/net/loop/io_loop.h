// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/core/counters.h"
#include "server/core/effect.h"
#include "server/core/input.h"
#include "server/net/connection/connection.h"
#include "server/net/dial/dials.h"
#include "server/net/dial/options.h"
#include "server/net/http/hub_credentials.h"
#include "server/net/http/routes.h"
#include "server/net/http/upgrade_checks.h"
#include "server/net/loop/deadlines.h"
#include "server/net/loop/figures_question.h"
#include "server/net/loop/frame_encoder.h"
#include "server/net/loop/socket_count.h"
#include "server/net/proxy/proxy_socket.h"
#include "server/net/reactor/reactor.h"
#include "server/net/reactor/socket.h"
#include "server/net/tls/handshakes.h"
#include "server/net/tls/tls_client.h"
#include "server/net/tls/tls_server.h"
#include "server/runtime/clock.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/log.h"
#include "server/runtime/memory_budget.h"

namespace pigeonhub::net {

// What all loops of a data plane use. All of it is thread-safe or constant.
struct LoopSurroundings {
  Dispatcher& dispatcher;
  const Clock& clock;
  Log& log;
  const ConnectionOptions& connection_options;
  const DialOptions& dial_options;
  const HttpRoutes& routes;
  const UpgradeChecks& upgrades;
  SocketCount& sockets;
  TlsClient& tls_client;
  TlsServer& tls_server;
  const HubCredentials& credentials;
  MemoryBudget& budget;
};

// One shard of the hub's connections and the thread they live on.
//
// It works in turns. First the loop reads the sockets that are readable and submits their messages,
// which queues frames for other connections. When it has handled everything that was ready, one
// turn writes all queues out. So a hundred small messages for one peer are one write.
//
// Adopt, Ask, DropHandshakes, ResetAll, Stop and Wake may be called from any thread but the loop's;
// the rest is called on the loop's thread.
class IoLoop final : public Outlet,
                     private Readiness,
                     private Connection::Loop,
                     private ProxySocket::Listener,
                     private Dials::Sink {
 public:
  IoLoop(unsigned shard, const LoopSurroundings& surroundings);
  // Call Stop before.
  ~IoLoop() override;

  // Takes an accepted socket over.
  void Adopt(Descriptor descriptor, Connection::Accepted accepted);
  // Takes over a socket that gets answers to HTTP and cannot become a WebSocket. On the loop's
  // thread.
  void AdoptForHttp(Descriptor descriptor, Connection::Accepted accepted);
  // Ends the oldest socket of AdoptForHttp, preferably one that got no answer yet: another may
  // still be reading it. False if there is none. On the loop's thread.
  bool EndOldestForHttp();
  // Drops the sockets that have not finished their handshake.
  void DropHandshakes();
  // Resets every connection that is left; returns when that is done.
  void ResetAll();
  // Ends the thread.
  void Stop();

  // Asks the loop how those of its connections are doing that the question names. From any thread.
  void Ask(std::shared_ptr<FiguresQuestion> question);
  // How late the timer of the loop was, each time. From any thread.
  const Histogram& lag() const { return deadlines_.lag(); }
  const RecentLag& recent_lag() const { return deadlines_.recent_lag(); }
  Reactor& reactor() { return reactor_; }

  // Outlet
  void Deliver(Effects& effects) override;
  void Wake() override;

 private:
  // Readiness
  void OnReadable(uint64_t key) override;
  void OnWritable(uint64_t key) override;

  // Connection::Loop
  Shared& shared() override { return shared_; }
  void Submit(const Input& input) override;
  void WantTurn(Connection& connection) override;
  void SetDeadline(Connection& connection, SteadyTime at) override;
  HttpResponse Answer(const HttpRequest& request) override;
  UpgradeVerdict CheckUpgrade(const HttpRequest& request, bool http_only,
                              AddressLease& lease) override;

  // ProxySocket::Listener
  void OnProxyHeader(uint64_t key, const ProxyHeader& header) override;

  void CarryOut(const Send& send);
  void CarryOut(const Broadcast& broadcast);
  void CarryOut(const SendList& list);
  void CarryOut(const MoreWaits& pending);
  void CarryOut(const Keeps& keeps);
  void CarryOut(const Close& close);
  void CarryOut(const PauseReading& pause);
  void CarryOut(const ResumeReading& resume);
  void CarryOut(const Probe& probe);
  void CarryOut(const WatchLink& watch);
  void CarryOut(const Dial& dial);
  void CarryOut(const CancelDial& cancel);
  void CarryOut(const Publish& publish);
  void CarryOut(const HangUpBus& hang_up);
  void CarryOut(const SaveBans& save);
  void CarryOut(const QuestionCame& question);
  void CarryOut(const AnswerCame& answer);
  void CarryOut(const Emit& emit);

  // Dials::Sink
  uint64_t NextKey() override;
  void OnConnected(uint64_t serial, Dials::Connected connected) override;
  void OnUnreachable(DialTargetId dial_target, const std::string& why) override;

  void TakeOver(Descriptor descriptor, Connection::Accepted accepted);
  // Whether connections of this port begin with a header of the PROXY protocol.
  bool AsksForProxyHeader(Entrance entrance) const;
  // The socket of an accepted connection, of whose port `speaker` says whether it begins with a
  // header of the PROXY protocol. Null if the system cannot watch it.
  std::unique_ptr<Socket> OpenSocket(Descriptor descriptor, uint64_t serial,
                                     std::optional<ProxySocket::Speaker> speaker);
  void Forget(uint64_t serial);

  void Turn();
  void PostTurn();
  // While effects are carried out the hub cannot be told anything.
  void TellInNextTurn(Input input);
  void Tick();
  // Ends the connections that hold the most memory, if there is too little; those of other loops in
  // the next turn.
  void KeepToBudget();
  Connection* Find(ConnectionId id) { return Find(id.serial()); }
  Connection* Find(uint64_t serial);
  // Runs `step` on a connection. An exception ends that connection and no other.
  template <typename Step>
  void Guarded(Connection& connection, Step step);
  void Failed(Connection& connection, const std::exception& failure);

  const unsigned shard_;
  const LoopSurroundings surroundings_;
  Shared shared_;
  Deadlines deadlines_;
  FrameEncoder encoder_;

  Reactor reactor_;  // before the sockets it watches
  Handshakes handshakes_;
  Dials dials_;
  uint64_t last_serial_ = 0;
  absl::flat_hash_map<uint64_t, std::unique_ptr<Connection>> connections_;  // by serial
  std::set<uint64_t> for_http_;                                             // serials, oldest first
  std::vector<uint64_t> turn_wanted_;                                       // serials
  std::vector<uint64_t> turning_;                                           // scratch
  std::vector<Input> for_next_turn_;  // what the hub is told then; without views
  bool turn_posted_ = false;
};

}  // namespace pigeonhub::net
