// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pigeonhub/ban.h"
#include "pigeonhub/event.h"
#include "pigeonhub/findings.h"
#include "pigeonhub/hub_server_options.h"
#include "pigeonhub/hub_trust.h"
#include "pigeonhub/namespace_policy.h"
#include "pigeonhub/peer_id.h"
#include "pigeonhub/reason.h"
#include "pigeonhub/records.h"
#include "pigeonhub/running_limits.h"
#include "pigeonhub/time.h"
#include "pigeonhub/tls_record.h"
#include "pigeonhub/token_claims.h"
#include "pigeonhub/token_key_record.h"

namespace pigeonhub {

// What a server says of a token.
struct TokenAnswer {
  // False with PeerAuth::kNone: whoever comes gets in, whatever the token is. `rule` says so.
  bool is_looked_at = true;
  SharedClaims claims = {};        // null: the token is refused, or not looked at
  Reason reason = Reason::kCount;  // why, if it is
  // Which rule it breaks, for those who may know the keys: more than a peer is told.
  std::string rule = {};
  // With Reason::kAuthFailureRate: when tokens are looked at again.
  Duration retry_after{};
};

// Whether a call changes anything, or only answers as it would if it did.
enum class Mode { kDo, kCheckOnly };

// Fields of a hub as an operator gives them to RegisterHub.
struct HubDescription {
  std::string region;
  std::vector<std::string> capabilities;
};

struct HubServerStats {
  bool is_running = false;
  std::string host;
  uint16_t port = 0;
  Duration uptime{};
  HubStats hub;
};

struct HubServerHubStats {
  size_t total_hubs = 0;
  size_t connected_hubs = 0;
  std::vector<HubRecord> hubs;
  std::vector<LinkRecord> bootstrap_hubs;
  std::vector<QuarantinedHub> quarantined_hubs;
};

// A signaling hub inside your program, with the methods of the reference server's
// PeerPigeonServer.
//
//   pigeonhub::HubServer server({.port = 3000, .is_hub = true});
//   server.On<pigeonhub::HubRegistered>([](const pigeonhub::HubRegistered& hub) { ... });
//   if (absl::Status status = server.Start(); !status.ok()) ...
//
// Thread-safe. Listeners run one after the other on a thread of the server's own, in the order of
// events. They may be added and removed at any time. A listener that is added while the server runs
// hears what happens from then on, and perhaps what happened just before. What a listener refers to
// must live until Off, or the destructor, returns. Listeners may call every method but Stop and the
// destructor. A listener that is too slow for the traffic misses events; OnLostEvents says how
// many.
class HubServer {
 public:
  explicit HubServer(HubServerOptions options);
  // Stops if it runs.
  ~HubServer();
  HubServer(const HubServer&) = delete;
  HubServer& operator=(const HubServer&) = delete;

  // Binds and serves. FAILED_PRECONDITION when running, ALREADY_EXISTS when a port is taken,
  // INVALID_ARGUMENT for options that cannot be.
  absl::Status Start(Mode mode = Mode::kDo);
  // Closes every connection with "Server shutting down"; returns when all are gone. Harmless when
  // stopped. Start works again afterwards, on the same port.
  void Stop();
  // The next three answer how many are connected right before, which with Mode::kCheckOnly is all
  // that they do. FAILED_PRECONDITION if signaling is stopped already, though the last connections
  // may still be closing.
  absl::StatusOr<size_t> Stop(Mode mode);
  // Turns newcomers away and closes the others evenly over `over`, then stops. Returns at once;
  // WaitUntilStopped waits. A second Drain may shorten that time, and never makes it longer; Stop
  // ends it.
  absl::StatusOr<size_t> Drain(Duration over, Mode mode = Mode::kDo);
  // The same for those alone whose tokens have all of these attributes, of which there is at least
  // one; answers how many these are. The others stay and are welcome, and signaling goes on.
  // ALREADY_EXISTS while a drain of others is in force; Drain takes the place of this one.
  absl::StatusOr<size_t> DrainPeers(const TokenAttributes& attributes, Duration over,
                                    Mode mode = Mode::kDo);
  // Welcomes newcomers again. NOT_FOUND if no drain is in force.
  absl::StatusOr<size_t> Undrain(Mode mode = Mode::kDo);
  void WaitUntilStopped();
  bool IsRunning() const;

  // What /metrics says.
  std::string Metrics() const;

  // Addresses bound, empty while stopped.
  struct Address {
    std::string host;
    uint16_t port = 0;
  };
  std::vector<Address> Addresses() const;
  // Those of hub_listen, while the server runs.
  std::vector<Address> HubAddresses() const;
  // Those of metrics_listen, from the first Start on.
  std::vector<Address> MetricsAddresses() const;

  // The certificate of tls_cert_file that is in force. Nothing without one, and before the first
  // Start.
  std::optional<TlsRecord> Tls() const;

  // What the reference server offers, too.
  bool IsPeerHub(const PeerId& peer) const;
  // Answers whether the peer is connected. INVALID_ARGUMENT for this hub's own id,
  // FAILED_PRECONDITION for a hub in quarantine, OUT_OF_RANGE if region and capabilities are more
  // than 4 KiB.
  absl::StatusOr<bool> RegisterHub(const PeerId& peer, const HubDescription& hub = {},
                                   Mode mode = Mode::kDo);
  absl::Status UnregisterHub(const PeerId& peer, Mode mode = Mode::kDo);
  // Those that dialed this one or are heard on the bus; Links() has those that this one dialed. A
  // server that is no hub also counts those that it hears of through its links.
  std::vector<HubRecord> GetConnectedHubs(
      const std::optional<PeerId>& exclude = std::nullopt) const;
  HubServerStats GetStats() const;
  HubServerHubStats GetHubStats() const;
  std::string GetHubMeshNamespace() const;
  // White space around the name is trimmed. INVALID_ARGUMENT if the rest is not 1 to 1024 bytes
  // without control characters, else FAILED_PRECONDITION while running.
  absl::Status SetHubMeshNamespace(std::string_view name);
  struct HubMeshNamespaceChange {
    std::string previous;
    size_t closed_connections = 0;
    size_t closed_hubs = 0;
  };
  // SetHubMeshNamespace in one step with the stop and the start that it needs while the server
  // runs, if `restart` allows them. If the server cannot start again, the answer is what Start
  // says: the new name is in force then, and the server is stopped.
  absl::StatusOr<HubMeshNamespaceChange> ChangeHubMeshNamespace(std::string_view name, bool restart,
                                                                Mode mode = Mode::kDo);
  // Dials the bootstrap hubs to which there is no link; Start does so by itself where auto_connect
  // is set. Answers how many bootstrap hubs there are, or FAILED_PRECONDITION while stopped. These
  // calls answer at once; events tell whether a link came up.
  absl::StatusOr<size_t> ConnectToBootstrapHubs(Mode mode = Mode::kDo);
  // Dials one more hub, until DisconnectUrl. FAILED_PRECONDITION while stopped, INVALID_ARGUMENT
  // for what is no address or this hub's own, PERMISSION_DENIED if the hub there is in quarantine,
  // RESOURCE_EXHAUSTED if 256 addresses are dialed already.
  absl::Status ConnectToHub(std::string_view url, Mode mode = Mode::kDo);
  // They stay closed until somebody connects them again. Answers how many there are; never refused.
  size_t DisconnectFromBootstrapHubs(Mode mode = Mode::kDo);
  // 40 random hexadecimal digits.
  static PeerId GeneratePeerId();

  // What an operator looks at and does, which the reference server does not offer. Each page comes
  // with the number of the first event after the moment that it shows. A watcher who starts with
  // that event misses nothing.
  struct PeerPage {
    pigeonhub::PeerPage page;
    uint64_t next_event = 0;
  };
  PeerPage ListPeers(const PeerFilter& filter, uint64_t after_order, size_t max_looked_at) const;
  std::optional<PeerRecord> GetPeer(const PeerId& peer) const;
  // Peers of other hubs that pass the filter, as the mesh tells of them: mesh hubs tell of those in
  // namespaces that have members here. By hub, then by namespace. `after` is empty or a place of an
  // answer; looks at no more than `max_looked_at` peers.
  RemotePeerPage ListRemotePeers(const PeerFilter& filter, std::string_view after,
                                 size_t max_looked_at) const;
  // Where a peer is: here or, as the mesh tells, at another hub; or else how it left.
  PeerWhereabouts FindPeer(const PeerId& peer) const;
  // At most `most` of the peers that left within the last hour and whose ids begin so.
  std::vector<PeerId> FindDepartedPeers(std::string_view id_prefix, size_t most) const;
  // Why two different peers meet or do not, as far as this hub knows. It knows what went through
  // it, not what is in signals; docs/findings.md has all that it may find.
  Explanation ExplainPair(const PairQuestion& question) const;
  struct NamespacePage {
    std::vector<NamespaceRecord> namespaces;
    uint64_t next_event = 0;
  };
  NamespacePage ListNamespaces(const std::string& prefix, const std::string& after,
                               size_t limit) const;
  std::optional<NamespaceRecord> GetNamespace(const std::string& name) const;
  // Gives the policy of a namespace, or of all whose names begin so, these keys; those that calls
  // gave it before stay, and all are lost with this object. Nobody inside has to leave. With
  // `evict` it is applied to those inside, too: those without a token, or with one of another
  // issuer, where these are asked for, and of the others those that came last, until no more are
  // left than may be there, are closed as Reason::kEvicted. Answers with these, and with
  // Mode::kCheckOnly closes none. INVALID_ARGUMENT in one line for a name or a number that cannot
  // be, RESOURCE_EXHAUSTED for too many policies.
  absl::StatusOr<std::vector<EvictedPeer>> SetNamespacePolicy(NamedPolicy policy,
                                                              bool evict = false,
                                                              Mode mode = Mode::kDo);
  // Forgets what SetNamespacePolicy said of the name. NOT_FOUND if there is no policy of that name,
  // FAILED_PRECONDITION if it is one of HubServerOptions::namespaces alone.
  absl::Status UnsetNamespacePolicy(std::string_view name, Mode mode = Mode::kDo);
  // Replaces HubServerOptions::namespaces. Nobody inside has to leave, and what SetNamespacePolicy
  // said stays.
  absl::Status SetNamespacePolicies(std::vector<NamedPolicy> policies, Mode mode = Mode::kDo);
  // Those that are set, in the order of their names; of one name that of SetNamespacePolicy first.
  std::vector<PolicyRecord> GetNamespacePolicies() const;
  // What holds in the namespace of this name, whether it exists or not.
  PolicyInForce GetNamespacePolicy(const std::string& name) const;
  // Made hubs by RegisterHub, and not connected.
  std::vector<HubRecord> GetExpectedHubs() const;
  absl::Status DisconnectPeer(const PeerId& peer, Mode mode = Mode::kDo);
  // All whose tokens have all of these attributes; answers who they are. INVALID_ARGUMENT without
  // any.
  absl::StatusOr<std::vector<PeerId>> DisconnectPeers(const TokenAttributes& attributes,
                                                      Mode mode = Mode::kDo);
  // A hub in quarantine is disconnected and not let in until it is released. INVALID_ARGUMENT for
  // this hub's own id, FAILED_PRECONDITION for a peer that is no hub; NOT_FOUND to release one that
  // is not in quarantine.
  absl::Status QuarantineHub(const PeerId& hub, Mode mode = Mode::kDo);
  absl::Status ReleaseHub(const PeerId& hub, Mode mode = Mode::kDo);
  // Keeps somebody out of all hubs of the mesh until the ban ends or is lifted, and ends the
  // connections that they have. INVALID_ARGUMENT for what no ban can be, OUT_OF_RANGE for its
  // duration, FAILED_PRECONDITION for the peer id of a hub, RESOURCE_EXHAUSTED if there are 100,000
  // bans. A ban on the same target is replaced, and the answer has it. A revocation, which is a ban
  // with issued_before, has a place of its own beside it, and takes back nothing of the one before.
  absl::StatusOr<BanEffect> Ban(const BanOrder& order, Mode mode = Mode::kDo);
  // Lifts the ban on the target, and the revocation: how many that were. NOT_FOUND if there is
  // neither.
  absl::StatusOr<size_t> Unban(const BanTarget& target, Mode mode = Mode::kDo);
  // What Start would say of a bans_file.
  static absl::Status CheckBansFile(const std::string& path);
  // At most `limit`, those that became known last are last; from behind the one with that order.
  std::vector<BanRecord> ListBans(uint64_t after_order, size_t limit) const;
  struct LinkList {
    std::vector<LinkRecord> links;
    std::optional<BusRecord> bus = {};  // of a hub with nats_servers
    uint64_t next_event = 0;
  };
  LinkList Links() const;
  TopologyRecord Topology() const;

  // What the programs that run two hubs of a mesh may ask each other, over links and over a broker.
  // A question is any text of at most 4 MiB, and so is its answer.
  using OnAnswer = std::function<void(absl::StatusOr<std::string> answer)>;
  // The other mesh hubs, in the order of their ids, and whether each can be asked now.
  std::vector<HubToAsk> HubsToAsk() const;
  // Calls `on_answer` once, on the thread of questions, unless the server is destroyed before.
  // NOT_FOUND for a hub that is not known, UNAVAILABLE if no way leads there, UNIMPLEMENTED if it
  // answers no questions, PERMISSION_DENIED if it does not answer this hub, DEADLINE_EXCEEDED if it
  // did not answer within the time, and RESOURCE_EXHAUSTED for too many questions or too many
  // bytes: 256 at a time, 32 to one hub, 32 MiB in all.
  void Ask(const PeerId& hub, std::string question, Duration within, OnAnswer on_answer);
  // A question of another hub, which was let in on purpose: not by `open` alone.
  struct Question {
    PeerId from;
    bool has_mesh_key = false;  // as HubToAsk has it
    std::string text;
    // Answers it, once, from any thread, as long as the server lives. After 60 s nobody waits any
    // more.
    std::function<void(std::string answer)> reply;
  };
  using QuestionHandler = std::function<void(const Question& question)>;
  // From now on `handler` gets each question on the thread of questions; it must not block. Empty,
  // as at first: other hubs are told that nobody answers here. Returns when the one before does not
  // run any more. At most 128 questions are open at a time, 32 of one hub, 32 MiB in all.
  void OnQuestion(QuestionHandler handler);

  // Closes the links to one hub, whichever side dialed.
  absl::Status DisconnectLink(const PeerId& hub, Mode mode = Mode::kDo);
  // Takes back what ConnectToHub did. NOT_FOUND if `url` is none of those that are dialed.
  absl::Status DisconnectUrl(std::string_view url, Mode mode = Mode::kDo);
  // What replaces the options of the same names while the server runs. INVALID_ARGUMENT in one
  // line, and nothing is changed.
  absl::Status SetBootstrapHubs(std::vector<std::string> urls);
  absl::Status SetHubKeys(std::string_view text);
  // Replaces all of them; RunningLimitsOf says what the server began with. Nobody who is connected
  // has to leave: with fewer connections than there are newcomers are
  // turned away, and a rate that is lower holds for what comes from now on.
  absl::Status SetLimits(const RunningLimits& limits);
  // What SetHubKeys would say.
  static absl::Status CheckHubKeys(std::string_view text);
  absl::Status SetHubTrust(const std::optional<std::string>& text);
  // What SetHubTrust would say.
  static absl::Status CheckHubTrust(std::string_view text);
  // Replaces token_keys; those of token_jwks_url stay. INVALID_ARGUMENT as above. A status in the
  // place of keys is why they could not be read: it is the answer, and counted as what cannot be
  // used.
  absl::Status SetTokenKeys(const absl::StatusOr<TokenKeys>& keys);
  // What SetTokenKeys would say.
  static absl::Status CheckTokenKeys(const TokenKeys& keys);
  // Why the files of nats_auth_file and of those beside it cannot be used as they are now, in one
  // line.
  static absl::Status CheckNatsFiles(const HubServerOptions& options);
  // Why token_jwks_url cannot be this, in one line.
  static absl::Status CheckTokenJwksUrl(std::string_view url);
  // The keys that tokens are checked with, those of token_jwks_url, too.
  std::vector<TokenKeyRecord> GetTokenKeys() const;
  // What this server says of a token now, from whatever address it comes.
  TokenAnswer CheckToken(std::string_view token) const;
  // The same for a route, whose asker shows it from Request::address. As where peers connect, a ban
  // on the address hits it, a refusal is counted and told as an event, and auth_failure_rate bounds
  // how many tokens of the address may fail: once these were too many none is looked at for a
  // while, and the reason is Reason::kAuthFailureRate.
  TokenAnswer CheckTokenFrom(std::string_view address, std::string_view token);
  // Whether a ban hits an asker of a route who needs no token, by Request::address. If so, that is
  // counted and told as an event, as where peers connect.
  bool RefusesBanned(std::string_view address);
  // What this hub signs with, for the hub_trust of others.
  std::string PublicKeyText() const;

  enum class ListenerId : uint64_t {};
  // Calls `listener` for every event of type E, one of EventBody's.
  template <typename E>
  ListenerId On(std::function<void(const E&)> listener) {
    return AddListener(
        [listener = std::move(listener)](const Event& event) {
          if (const E* body = std::get_if<E>(&event.body)) listener(*body);
        },
        std::is_same_v<E, BootstrapSignaling>);
  }
  // All that are made: not SignalRelayed or BootstrapSignaling, unless somebody asks for them.
  ListenerId OnAny(std::function<void(const Event&)> listener);
  ListenerId OnLostEvents(std::function<void(uint64_t count)> listener);
  // Removes a listener. When Off returns, the listener is not running and will not run again. If a
  // listener calls Off for itself, its call goes on to its end. Harmless if it is removed already.
  void Off(ListenerId listener);

 private:
  ListenerId AddListener(std::function<void(const Event&)> listener,
                         bool shows_bootstrap_signaling);

  friend class HubInternals;
  struct Impl;
  explicit HubServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub
