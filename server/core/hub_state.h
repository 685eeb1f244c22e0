// SPDX-License-Identifier: Apache-2.0
//
// The inside of Hub, shared by the files that each hold one of its ideas:
//   hub.cc          dispatch over Input, snapshots
//   connecting.cc   opening, duplicate ids, departures
//   announcing.cc   announce, moves, introductions and long lists
//   signaling.cc    offer, answer, ice-candidate, goodbye, cleanup
//   hubs.cc         registration of hubs
//   quarantine.cc   hubs that an operator closed out
//   dialing.cc      addresses of other hubs that we dial
//   links.cc        links to other hubs: what they report, what they are told
//   mesh.cc         our hubs among themselves: the map, direct links, frames
//   presence.cc     what they tell each other of their peers
//   ownership.cc    one id at two hubs
//   plain_claims.cc one id here and at a plain hub
//   remote.cc       peers behind paths
//   serving.cc      start, stop, drain, deadlines
// Include from these files only.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "server/core/bursts.h"
#include "server/core/conversation.h"
#include "server/core/departures.h"
#include "server/core/handshake_funnel.h"
#include "server/core/hub.h"
#include "server/core/hub_registry.h"
#include "server/core/link_state.h"
#include "server/core/namespaces.h"
#include "server/core/peer_table.h"
#include "server/core/random.h"
#include "server/core/registration_rate.h"
#include "server/core/remote_peers.h"
#include "server/core/signal_watch.h"
#include "server/core/uplinks.h"

namespace pigeonhub {

// One call of Hub::Handle.
struct Turn {
  const Now& now;
  Effects& effects;
};

struct Hub::State {
  State(HubOptions hub_options, uint64_t seed);

  // ---- connecting.cc
  void OnOpened(Turn& turn, const Opened& input);
  void OnAlive(Turn& turn, const Alive& input);
  // The peer lives, and is asked no longer: whoever waits for its id waits in vain.
  void NoteSignOfLife(Turn& turn, Peer& peer);
  void OnClosed(Turn& turn, const Closed& input);
  // Closes a connection that never was a peer's.
  void Refuse(Turn& turn, ConnectionId connection, Reason reason, const Origin& who);
  void OnRefused(Turn& turn, const Refused& input);
  // Tells, in few words if there are many, that somebody was turned away.
  void NoteRefusal(Turn& turn, Reason reason, const Origin& who);
  // Newcomers that wait for the holder of their id to answer, here or at another hub.
  struct Challenger {
    PeerId id;
    std::string address;
    HubProof hub_proof = HubProof::kNone;
    Reason hub_proof_reason = Reason::kHubTokenMalformed;

    Origin origin() const { return {id.text(), address, {}}; }
  };
  void Bind(Turn& turn, ConnectionId connection, const Challenger& newcomer);
  // From now on the connection has so long to announce.
  void ExpectAnnounce(const Turn& turn, ConnectionId connection);
  // The holder of a contested id lives: its challenger goes.
  void DismissChallenger(Turn& turn, Peer& holder);
  void NoteDeparture(Turn& turn, Reason reason, const Origin& who);
  // Takes the peer out of everything and tells whoever has to know. `peer` is gone afterwards.
  struct Departure {
    Reason reason;
    uint16_t code;
    std::string_view text;             // for peer-disconnected; empty: derived from the reason
    const RawJson* goodbye = nullptr;  // the peer's own goodbye, to be passed on
  };
  void Depart(Turn& turn, Peer& peer, const Departure& departure);
  void CloseAndDepart(Turn& turn, Peer& peer, Reason reason);
  PeerDisconnected DescribeDeparture(const Turn& turn, const Peer& peer, Reason reason,
                                     uint16_t code) const;
  void ExpireChallenges(Turn& turn);
  void ExpireAnnounceDeadlines(Turn& turn);
  std::optional<SteadyTime> NextConnectingDeadline() const;

  // ---- announcing.cc
  void OnAnnounce(Turn& turn, Peer& peer, const inbound::Announce& announce);
  // Why the announce is not accepted; empty if it is.
  std::optional<Reason> AnnounceRefusal(const Peer& peer, const inbound::Announce& announce) const;
  void JoinNamespace(Turn& turn, Peer& peer, std::string_view name);
  void LeaveNamespace(Turn& turn, Peer& peer, const std::string& reason, const RawJson* goodbye);
  // Makes the peer known to its namespace and the namespace to the peer.
  // `again`: they have been before.
  void Introduce(Turn& turn, Peer& peer, bool again);
  void OnWantMore(Turn& turn, const WantMore& input);
  // Tells as much of the list as goes at once.
  void TellList(Turn& turn, Peer& peer);
  // The next piece of `list`; `receiver` is null for an uplink.
  void TellPiece(Turn& turn, ConnectionId to, PendingList& list, const Peer* receiver);
  void DropList(Peer& peer);

  // ---- signaling.cc
  void OnSignal(Turn& turn, Peer& sender, const inbound::Signal& signal);
  void OnGoodbye(Turn& turn, Peer& peer, const inbound::Goodbye& goodbye);
  void OnPing(Turn& turn, Peer& peer);
  void OnCleanup(Turn& turn, Peer& peer, const inbound::Cleanup& cleanup);
  void OnUnroutable(Turn& turn, Peer& peer, std::string_view type);
  // A signal goes nowhere, is counted under the reason and shown to those who watch. `network` is
  // the sender's, null if it has none.
  void DropSignal(Turn& turn, const PeerId& from, const inbound::Signal& signal,
                  const Namespace* network, Reason reason);
  void DropSignal(Turn& turn, const SignalDropped& dropped);
  static SignalDropped Dropped(const PeerId& from, const inbound::Signal& signal,
                               const Namespace* network, Reason reason);
  // True if a message to another hub has room for it, whatever way that goes.
  bool FitsALink(const inbound::Signal& signal) const;
  // Drops a signal that is too large for another hub, and tells its sender, if that is ours.
  void DropTooLarge(Turn& turn, const PeerId& from, const inbound::Signal& signal,
                    const Namespace& network);
  void DropTooLarge(Turn& turn, const SignalDropped& dropped);
  // Counts a signal that is on its way, and shows it to those who watch.
  void NoteSignal(Turn& turn, const inbound::Signal& signal, const PeerId& from,
                  const PeerId& target, const Namespace& network, bool to_link);
  void DeliverSignal(Turn& turn, const Peer& target, const PeerId& from,
                     const inbound::Signal& signal);

  // ---- hubs.cc
  // Registers or unregisters according to what the peer just announced.
  void UpdateHubStanding(Turn& turn, Peer& peer, bool announced_as_hub);
  void Register(Turn& turn, Peer& peer);
  void Unregister(Turn& turn, Peer& peer);
  // What the hub says of itself, to which an operator may have said more.
  void NoteAnnounced(Peer& peer, HubRecord& record, const Profile& announced);
  absl::Status Check(const RegisterHub& command) const;
  absl::Status Check(const UnregisterHub& command) const;
  absl::Status OnRegisterHub(Turn& turn, const RegisterHub& command);
  absl::Status OnUnregisterHub(Turn& turn, const UnregisterHub& command);
  absl::Status OnSetHubMeshNamespace(const SetHubMeshNamespace& command);
  bool IsHubMesh(const Namespace& network) const;

  // ---- quarantine.cc
  struct Quarantine {
    UnixMillis since = 0;
    uint64_t refused = 0;
    std::vector<UplinkId> stopped;  // dialed again on release
  };
  absl::Status Check(const QuarantineHub& command) const;
  absl::Status Check(const ReleaseHub& command) const;
  absl::Status OnQuarantineHub(Turn& turn, const QuarantineHub& command);
  absl::Status OnReleaseHub(Turn& turn, const ReleaseHub& command);
  // True for a hub that is closed out; what it tried is counted.
  bool RefuseQuarantined(Turn& turn, const PeerId& hub);
  // True for one that is known, here or elsewhere, and never said that it is a hub.
  bool IsOrdinaryPeer(const PeerId& id) const;
  void StopQuarantined(Turn& turn, Uplink& uplink);

  // ---- dialing.cc
  void OnDialOpened(Turn& turn, const DialOpened& input);
  void OnDialFailed(Turn& turn, const DialFailed& input);
  void OnUplinkClosed(Turn& turn, Uplink& uplink, const Closed& input);
  absl::Status Check(const ConnectHub& command) const;
  absl::Status Check(const DisconnectLink& command) const;
  absl::Status Check(const DisconnectUrl& command) const;
  absl::Status OnConnectHub(Turn& turn, const ConnectHub& command);
  absl::Status OnConnectBootstrapHubs(Turn& turn);
  absl::Status OnDisconnectBootstrapHubs(Turn& turn);
  absl::Status OnDisconnectLink(Turn& turn, const DisconnectLink& command);
  absl::Status OnDisconnectUrl(Turn& turn, const DisconnectUrl& command);
  absl::Status OnSetBootstrapHubs(Turn& turn, const SetBootstrapHubs& command);
  // Signaling starts or stops, and the uplinks with it.
  void OpenUplinks(Turn& turn, const StartSignaling& command);
  void CloseUplinks(Turn& turn);
  void DialBootstrapHubs(Turn& turn);
  void DialUplink(Turn& turn, Uplink& uplink);
  // A hub spoke at the other end.
  void NoteUplinkUp(Turn& turn, Uplink& uplink);
  // Dials again later, not before `at_least` is over.
  void LoseUplink(Turn& turn, Uplink& uplink, LinkEnd end, Duration at_least = {});
  void DropSilentUplinks(Turn& turn);
  // The other hub does not take us for a hub.
  void OnNotAdmitted(Turn& turn, Uplink& uplink, std::string_view reason);
  void RemoveUplinkLink(Turn& turn, const Uplink& uplink, const LinkEnd& end);
  // Closes it or calls its dial off; it stays away until somebody asks for it.
  void StopUplink(Turn& turn, Uplink& uplink, Reason reason, std::string why);
  // Those that lists show under this address, as it was given or with its secrets masked.
  std::vector<UplinkId> UplinksNamed(const std::string& url) const;
  // The same where somebody asked for that; what is no bootstrap hub is forgotten.
  void TakeBack(Turn& turn, UplinkId id);
  // The hub dialed in by itself, so whatever kept us from it is over.
  void DialAgain(Turn& turn, const PeerId& hub);
  void DialDueUplinks(Turn& turn);
  bool IsOwnAddress(const HubUrl& url) const;

  // ---- links.cc
  // A connection to another hub, whoever dialed.
  struct Link {
    PathId path;
    ConnectionId connection;
    Peer* peer = nullptr;            // it came to us
    std::optional<UplinkId> uplink;  // we dialed it
    // A reference hub that we dialed does not tell its id.
    std::optional<PeerId> hub;
    // Of an uplink: the other side has greeted, as every hub does first.
    bool greeted = false;
    // It speaks the reference's protocol only, and is told everything. Until that is known it is
    // listened to, and told nothing.
    bool settled = false;
    // It is one of our kind, and part of the map.
    bool speaks_mesh = false;
    bool knows_map = false;        // it was sent all of it, and gets the news since
    size_t largest_passed_on = 0;  // of frames from hub to hub, in bytes
    UnixMillis since = 0;
    SteadyTime began;  // the same on the clock that is never set
    // Known from when its connection ends to when it is removed.
    std::optional<LinkEnd> end;
    // What an uplink is still to be told; a peer has its list of its own.
    std::unique_ptr<PendingList> uplink_list;
    LinkCounts counts;

    std::unique_ptr<PendingList>& list() { return peer != nullptr ? peer->list : uplink_list; }
  };
  Link& AddLink(const Turn& turn, ConnectionId connection);
  // The link is over, and with it what only it led to.
  void RemoveLink(Turn& turn, PathId path);
  // How a connection to another hub ended.
  static LinkEnd EndOf(Reason reason, uint16_t code, std::string_view text = {});
  static LinkDown DescribeEnd(const Turn& turn, const Link& link, size_t withdrawn_peers);
  // Brings the link in line with whether `peer` is a hub on the hub mesh namespace.
  void UpdateLink(Turn& turn, Peer& peer);
  void OpenUplink(Turn& turn, Uplink& uplink);
  // What we say of ourselves to a hub that dialed us, or that we dialed.
  HubDetails DescribeSelf() const;
  outbound::HubAnswer AnswerTo(const PeerId& hub) const;
  void OnUplinkMessage(Turn& turn, Link& link, const inbound::Message& message);
  // The other side speaks the reference's protocol: tell it everything.
  void SettleAsReference(Turn& turn, Link& link);
  void OnPeerReport(Turn& turn, Link& link, const inbound::PeerReport& report);
  void OnPeerWithdrawal(Turn& turn, Link& link, const inbound::PeerWithdrawal& withdrawal);
  void OnRelayedGoodbye(Turn& turn, Link& link, const inbound::Goodbye& goodbye);
  void OnRelayedSignal(Turn& turn, Link& link, const inbound::Signal& signal);
  // The hub that we dialed is one of our kind, and says who it is.
  void OnAnswer(Turn& turn, Link& link, const PeerId& hub);
  // We dialed ourselves, or a hub that was given the same id.
  void OnOwnIdMet(Turn& turn, const Link& link);
  // Which linked hubs are told of a peer.
  using Audience = absl::FunctionRef<bool(PathId)>;
  static bool AllLinks(PathId) { return true; }
  // Of links to plain hubs: a hub server tells of everybody it knows, a plain server of its own
  // peers, to the hubs it dialed.
  enum class Whose { kOwn, kRemote };
  bool Tells(const Link& link, Whose whose) const {
    return link.settled && (options.is_hub || (whose == Whose::kOwn && link.uplink.has_value()));
  }
  // Tells them that a peer is there or gone.
  void PublishJoin(Turn& turn, const outbound::Discovered& discovered, Whose whose,
                   Audience audience);
  void PublishLeave(Turn& turn, const outbound::Disconnected& left, Whose whose, Audience audience);
  void UpdatePublished(Turn& turn, Peer& peer);
  Link* FindLink(PathId path) const;
  Link* LinkOf(const Peer& peer) const;
  Link* FindUplinkLink(ConnectionId connection) const;
  // Hands a signal to the hub at the other end of `link`.
  void RelaySignal(Turn& turn, const Link& link, const PeerId& from, const PeerId& target,
                   const Namespace& network, const inbound::Signal& signal);
  std::string UrlOf(const Link& link);
  // The uplink's URL, or else the id of the hub next on the way.
  std::string ViaOf(PathId path);
  void Describe(const Link& link, LinkRecord& record) const;
  // The peers that are told of over the path, without hubs.
  size_t PeersBehind(PathId path) const;

  // ---- mesh.cc
  // A hub of our kind, near or far, and what we and it tell each other.
  struct MeshHub {
    MeshHub(const PeerId& hub, PathId way, Random& random, const Conversation::Room& room)
        : id(hub), path(way), talk(random, room) {}
    PeerId id;
    PathId path;
    Conversation talk;
    bool up = false;  // could be reached, and was greeted
    PeerId next_hop;  // while it can be
    // When it is given up: it is on the map, but no link leads there.
    std::optional<SteadyTime> gone_at;
    absl::btree_set<std::string> wants;  // namespaces
    bool wants_all = false;
    bool behind = false;     // its news were dropped, and counted as such
    UnixMillis told_at = 0;  // its last word on the map came then
    LinkCounts counts;
  };
  // Notes that it fell behind, and begins anew with it once it has caught up.
  void SettleBacklog(Turn& turn, MeshHub& hub);
  void SettleAsMesh(Turn& turn, Link& link, const PeerId& hub);
  void OnHubNews(Turn& turn, Link& link, const inbound::HubNews& news);
  void OnHubFrame(Turn& turn, Link& link, const inbound::HubFrame& frame);
  // Counts a message of which the decoder refused so many parts.
  void RefuseUnread(Turn& turn, LinkCounts& counts, size_t refused);
  void PassFrameOn(Turn& turn, Link& link, const inbound::HubFrame& frame);
  void PassNewsOn(Turn& turn, const std::vector<SharedNode>& nodes, PathId except);
  void SendMap(Turn& turn, Link& link);
  void TellOfOurselves(Turn& turn);
  Conversation::Room RoomToTalk() const;
  // Brings the hubs we talk to in line with the map.
  void SettleTopology(Turn& turn);
  // Says what the input gave to say. At the end of each.
  void SettleMesh(Turn& turn);
  // Makes it known in the hub mesh namespace.
  void ShowHub(Turn& turn, const MeshHub& hub);
  void LoseMeshHub(Turn& turn, const PeerId& id);
  // What it told of is withdrawn; it stays on the map.
  void StopTalkingTo(Turn& turn, const PeerId& id);
  // Signals that it is not known to have are lost with the conversation, and counted as such.
  void DropUnheardSignals(Turn& turn, const MeshHub& hub);
  void ForgetMesh();
  TopologyRecord DescribeTopology() const;
  bool Vouches(const Link& link) const;
  bool MayDial(const std::string& advertised) const;
  // Direct links to the nearest of the hubs that we heard of.
  void DialNeighbours(Turn& turn);
  // The other hub closed the link, for a message was larger than it takes.
  void OnTooLargeForLink(Turn& turn, const Link& link);
  // Says anew, in smaller pieces, what cannot be said as it was.
  void BeginSmaller(Turn& turn, MeshHub& hub);
  void SendBody(Turn& turn, const MeshHub& hub, std::shared_ptr<const mesh::Body> body);
  void Resend(Turn& turn, MeshHub& hub, bool at_once);
  void OnMeshTick(Turn& turn);
  std::optional<SteadyTime> NextMeshDeadline() const;
  Link* FindMeshLink(const PeerId& hub) const;
  MeshHub* FindMeshHub(PathId path) const;
  bool CanReach(const MeshHub& hub) const;

  // ---- presence.cc
  bool Wants(const MeshHub& hub, const std::string& network) const;
  bool WeWant(const std::string& network) const;
  bool IsPlainWay(const RemotePeer::Way& way) const;
  // To hubs of our kind, for peers of plain hubs that no hub of our kind owns.
  bool WeSpeakFor(const RemotePeer& peer) const;
  std::optional<mesh::Join> JoinOf(const PeerId& id) const;
  void TellMeshOf(const PeerId& id, bool alive = false);
  void TellMeshOfLeave(const PeerId& id, const SharedText& network, const std::string& reason,
                       const RawJson* goodbye);
  void Greet(MeshHub& hub);
  void ListNamespace(MeshHub& hub, const SharedText& name);
  // Whom we speak for in it.
  void AddMembers(const Namespace& network, std::vector<PeerId>& members) const;
  void ListAllWanted(MeshHub& hub);
  void SettleWhatWeWant(Turn& turn);
  // The first member here came, or the last one went.
  void OnNamespaceGained(const SharedText& network);
  void OnNamespaceLost(Turn& turn, const SharedText& network);
  void DropUnwanted(Turn& turn, const std::string& name);
  void OnMeshOp(Turn& turn, MeshHub& hub, const mesh::Op& op);
  void OnMeshJoin(Turn& turn, MeshHub& hub, const mesh::Join& join);
  void OnWant(Turn& turn, MeshHub& hub, const SharedText& network);
  // Whom the hub told of in a namespace; in any, if it has no name.
  std::vector<PeerId> ToldOfIn(const MeshHub& hub, const std::string& name) const;
  void MarkUnconfirmed(MeshHub& hub, const std::string& name);
  void DropUnconfirmed(Turn& turn, const MeshHub& hub, const std::string& name);

  // ---- ownership.cc
  // True if another hub has the newcomer's id, and is asked.
  bool ClaimElsewhere(Turn& turn, const Opened& input, const PeerId& id);
  void TakeOver(Turn& turn, const PeerId& id);
  void OnClaim(Turn& turn, MeshHub& hub, const PeerId& id);
  // Whether the hub is the one that was asked about the peer.
  bool WasAsked(const MeshHub& hub, const PeerId& peer) const;
  void OnHolds(Turn& turn, const MeshHub& hub, const PeerId& peer);
  void OnYields(Turn& turn, const MeshHub& hub, const mesh::Yields& yields);
  // Another hub tells of a peer that is connected here.
  void OnContested(Turn& turn, Peer& peer, const RemoteJoin& input);
  Peer::Proof& AskForLife(Turn& turn, Peer& peer);
  void NoteAlive(Turn& turn, Peer& peer);
  void SettleProof(Turn& turn, const PeerId& id, uint64_t generation, const Peer::Proof& proof);
  void ExpireProofs(Turn& turn);
  // The hub is about to tell anew whom it has there; in any namespace, if it has no name.
  void ForgetContenders(const MeshHub& hub, const std::string& network);
  // The hub told of a peer that is connected here, and its word is not kept.
  void NoteWordDropped(const PeerId& peer, const MeshHub& hub);
  // The peer is connected here no longer.
  void YieldToThoseDropped(const PeerId& peer);

  // ---- plain_claims.cc
  void OnPlainClaim(Turn& turn, Peer& peer, const RemoteJoin& input);
  void RefusePlainClaim(PathId path);
  void AskForPlainHub(Turn& turn, Peer& peer, Peer::Contender claim);
  // The peer lives, and the plain hub at the other end of `link` should know.
  void AnswerPlainClaim(Turn& turn, Peer& peer, const Link& link);
  void WithdrawPlainClaim(Peer& peer, PathId path);
  void EndRestsOfPlainClaims(Turn& turn);

  // ---- remote.cc
  void OnPathUp(const PathUp& input);
  // Returns how many peers are lost with it.
  size_t OnPathDown(Turn& turn, const PathDown& input);
  void OnRemoteJoin(Turn& turn, const RemoteJoin& input);
  bool MayTellOfHubs(const RemoteJoin& input) const;
  // What the hub at the other end of a path did; null for a path that is no link.
  LinkCounts* CountsOf(PathId path) const;
  // One way less, and the peer with the last one.
  void LoseWay(Turn& turn, RemotePeer& peer, PathId path, const std::string& reason);
  // Hands a signal to the hub that has the target, unless that would be back where it came from.
  void SendTowards(Turn& turn, const RemotePeer& target, const PeerId& from,
                   const inbound::Signal& signal, std::optional<PathId> came_by);
  void OnRemoteLeave(Turn& turn, const RemoteLeave& input);
  void OnRemoteSignal(Turn& turn, const RemoteSignal& input);
  // For those who watch what bootstrap hubs send.
  void NoteUplinkSignal(Turn& turn, const RemoteSignal& input, const PeerId& target);
  // Takes it out of everything, whatever ways lead to it, and tells whoever has to know.
  void RemoveRemote(Turn& turn, RemotePeer& peer, const std::string& reason);
  // The peer said goodbye on the connection that `ended` leads to.
  void EndConnection(Turn& turn, RemotePeer& peer, const RemotePeer::Way& ended,
                     const std::string& reason, const RawJson& goodbye);
  // What has been told of a remote peer so far, and to which links: a hub is told of it while there
  // is a way to it that does not lead back to that hub.
  struct Told {
    Namespace* network = nullptr;
    Profile profile;
    size_t ways = 0;
    PathId first;
    bool spoken_for = false;

    bool To(PathId link) const { return ways > 1 || (ways == 1 && link != first); }
  };
  Told ToldOf(const RemotePeer& peer) const;
  // The ways to the peer have changed: tells whoever has to know what is different now. `peer` is
  // gone afterwards if no way is left.
  void Retell(Turn& turn, RemotePeer& peer, const Told& before, const std::string& reason,
              const RawJson* goodbye = nullptr);
  void TellMembersOfLeave(Turn& turn, const RemotePeer& peer, const Told& before,
                          const std::string& reason, const RawJson* goodbye);
  void TellMembersOfJoin(Turn& turn, const RemotePeer& peer);
  // What the hub at a path should know of a namespace in which a first member of its own came up.
  void RetellNamespace(Turn& turn, PathId path, const Namespace& network);
  std::optional<Reason> JoinRefusal(const RemoteJoin& input) const;
  // The id is connected here now: what other hubs said of it no longer counts.
  void SupersedeRemote(Turn& turn, Peer& peer);

  // ---- serving.cc
  absl::Status OnStartSignaling(Turn& turn, const StartSignaling& command);
  absl::Status OnStopSignaling(Turn& turn);
  absl::Status OnDrain(Turn& turn, const pigeonhub::Drain& command);
  absl::Status OnUndrain(Turn& turn);
  absl::Status OnDisconnectPeer(Turn& turn, const DisconnectPeer& command);
  void OnTick(Turn& turn);
  void ContinueDrain(Turn& turn);
  void FinishDrainIfEmpty(Turn& turn);
  std::optional<SteadyTime> NextDrainDeadline() const;
  void CleanUpWhenDue(Turn& turn);
  void OnReport(Turn& turn, const Report& report);

  // ---- hub.cc
  absl::Status Dispatch(Turn& turn, const Input& input);
  void OnReceived(Turn& turn, const Received& input);
  void Emit(Turn& turn, EventBody body);
  // A reason came, from somebody if it is known from whom.
  void Count(Turn& turn, Reason reason, const Origin& who = {});
  static Origin OriginOf(const Peer& peer);
  void TellLimit(Turn& turn, BurstNews news);
  void TellRefusals(Turn& turn, const BurstNews& news);
  // Tells of bursts that are over at this time.
  void EndBursts(Turn& turn, SteadyTime until);
  void UpdateGauges();
  // Why newcomers are turned away although the hub serves; kCount if they are not.
  Reason TurningAway() const;
  // Connected peers that are no hubs.
  size_t ordinary_peers() const { return peers.size() - registry.records().size(); }
  // Of other hubs, without those hubs themselves.
  size_t remote_peers() const;
  void SendTo(Turn& turn, ConnectionId to, outbound::Message message) const;
  void Broadcast(Turn& turn, std::vector<ConnectionId> to, outbound::Message message) const;

  // ---- Tables.
  const HubOptions options;
  std::string mesh_namespace;
  Random random;
  Serving serving = Serving::kStopped;

  PeerTable peers;
  NamespaceTable namespaces;
  HubRegistry registry;
  std::map<PeerId, Quarantine> quarantines;
  RemotePeerTable remote;
  std::vector<std::unique_ptr<Link>> links;  // in the order in which they came up
  uint64_t next_path = 1;
  Uplinks uplinks;
  RegistrationRate registration_rate;
  LinkState link_state;
  std::map<PeerId, std::unique_ptr<MeshHub>> mesh_hubs;
  absl::flat_hash_map<PathId, MeshHub*> mesh_paths;
  bool topology_changed = false;
  bool must_tell = false;  // our word on the map is due again, changed or not
  bool wants_all = false;  // what we told the hubs of our kind
  std::optional<SteadyTime> repeat_news_at;
  std::vector<std::string> bootstrap_hubs;
  // Where we listen, while signaling runs.
  std::string own_host;
  uint16_t own_port = 0;
  std::string own_url;

  // The queue holds challengers in the order of their deadlines; entries of those already decided
  // are skipped.
  absl::flat_hash_map<ConnectionId, Challenger> challengers;
  // Challengers whose holder is at another hub, by their ids.
  struct OpenClaim {
    ConnectionId challenger;
    PeerId holder;  // the hub that was asked
  };
  absl::flat_hash_map<PeerId, OpenClaim> claims;
  struct Deadline {
    SteadyTime at;
    ConnectionId connection;
  };
  std::deque<Deadline> challenge_deadlines;
  std::deque<Deadline> announce_deadlines;
  std::deque<Deadline> proof_deadlines;
  // By peers that are connected here: hubs that have to tell again when they are no longer.
  absl::flat_hash_map<PeerId, std::vector<PeerId>> dropped_words;
  std::deque<Deadline> plain_claim_deadlines;  // of rests

  struct Draining {
    SteadyTime started;
    Duration over{};
    std::vector<ConnectionId> order;  // oldest first
    size_t next = 0;
    bool finished = false;

    // Evenly: connection k of n goes after k+1 nth parts of the time. There must be a next one.
    SteadyTime NextDue() const;
  };
  std::optional<Draining> draining;
  Departures departures;

  // Set while tables may be larger than what is in them.
  std::optional<SteadyTime> cleanup_due;

  uint64_t next_event = 1;
  Bursts limits{std::chrono::seconds(1)};
  Bursts refusals{std::chrono::seconds(10)};
  Counters counters;
  HandshakeFunnel funnel{counters.funnel};
  SignalWatch signal_watch;
  bool show_bootstrap_signaling = false;
  bool memory_is_short = false;
  // From when the last connection that is allowed came, until some room is there again.
  bool is_full = false;
};

}  // namespace pigeonhub
