// SPDX-License-Identifier: Apache-2.0

#include "pigeonhub/hub_server.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "server/auth/provider/http_fetcher.h"
#include "server/auth/trusted_hubs.h"
#include "server/base/random.h"
#include "server/bus/bus.h"
#include "server/core/access/ban_rules.h"
#include "server/core/hub.h"
#include "server/core/identity.h"
#include "server/core/peers/policies.h"
#include "server/core/peers/whereabouts.h"
#include "server/core/turn.h"
#include "server/hub_server_impl.h"
#include "server/layer_options.h"
#include "server/net/http/known_hubs.h"
#include "server/net/http/peer_credentials.h"

namespace pigeonhub {
namespace {

size_t BootstrapHubs(const Hub& hub) {
  const std::vector<LinkRecord> links = hub.Links();
  return static_cast<size_t>(std::count_if(links.begin(), links.end(),
                                           [](const LinkRecord& link) { return link.bootstrap; }));
}

// What the operator said, in the form in which a hub would have announced it.
Profile ProfileOf(const HubDescription& hub) {
  Profile profile;
  profile.is_hub = true;
  profile.members = net::HubMembers(hub.region, hub.capabilities);
  auto details = std::make_shared<HubDetails>();
  details->region = hub.region;
  details->capabilities = hub.capabilities;
  profile.hub = std::move(details);
  return profile;
}

std::optional<Reason> BanOn(const Bannable& who, const Dispatcher& dispatcher) {
  return dispatcher.Read(
      [&](const Hub& hub) { return hub.ban_guard().RefusalOf(who, HubCredential::kNone); });
}

// What a good token is worth where its bearer may be banned, or the address that he comes from.
TokenAnswer UnlessBanned(TokenAnswer answer, const Dispatcher& dispatcher,
                         std::string_view address) {
  if (answer.claims == nullptr) return answer;
  const std::optional<PeerId>& peer = answer.claims->peer;
  const Bannable who{peer.has_value() ? &*peer : nullptr, answer.claims.get(), address};
  const std::optional<Reason> banned = BanOn(who, dispatcher);
  if (!banned.has_value()) return answer;
  return {.claims = nullptr, .reason = *banned, .rule = "a ban hits it"};
}

}  // namespace

HubServer::HubServer(HubServerOptions options)
    : HubServer(std::make_unique<Impl>(std::move(options), nullptr)) {}

HubServer::HubServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HubServer::~HubServer() = default;

absl::Status HubServer::Start(Mode mode) { return impl_->lifecycle.Start(mode); }

void HubServer::Stop() { impl_->lifecycle.Stop(); }

absl::StatusOr<size_t> HubServer::Stop(Mode mode) { return impl_->lifecycle.Stop(mode); }

absl::StatusOr<size_t> HubServer::Drain(Duration over, Mode mode) {
  return impl_->lifecycle.Drain(over, mode);
}

absl::StatusOr<size_t> HubServer::DrainPeers(const TokenAttributes& attributes, Duration over,
                                             Mode mode) {
  return impl_->lifecycle.DrainPeers(attributes, over, mode);
}

absl::StatusOr<size_t> HubServer::Undrain(Mode mode) { return impl_->lifecycle.Undrain(mode); }

void HubServer::WaitUntilStopped() { impl_->lifecycle.WaitUntilStopped(); }

bool HubServer::IsRunning() const { return impl_->lifecycle.IsRunning(); }

std::vector<HubServer::Address> HubServer::Addresses() const {
  return impl_->lifecycle.Addresses();
}

std::vector<HubServer::Address> HubServer::HubAddresses() const {
  return impl_->lifecycle.HubAddresses();
}

std::optional<TlsRecord> HubServer::Tls() const { return impl_->data_plane.tls(); }

std::vector<HubServer::Address> HubServer::MetricsAddresses() const {
  return impl_->monitoring.Addresses();
}

std::string HubServer::Metrics() const { return impl_->Metrics(); }

bool HubServer::IsPeerHub(const PeerId& peer) const {
  const std::optional<PeerRecord> found = GetPeer(peer);
  return found.has_value() && found->is_hub;
}

std::vector<HubRecord> HubServer::GetExpectedHubs() const {
  return impl_->dispatcher.Read([](const Hub& hub) { return hub.HubsExpected(); });
}

absl::StatusOr<bool> HubServer::RegisterHub(const PeerId& peer, const HubDescription& hub,
                                            Mode mode) {
  const auto is_connected = [&](const Hub& core) { return core.FindPeer(peer).has_value(); };
  return impl_->Ask(pigeonhub::RegisterHub{peer, ProfileOf(hub)}, mode, is_connected);
}

absl::Status HubServer::UnregisterHub(const PeerId& peer, Mode mode) {
  return impl_->Ask(pigeonhub::UnregisterHub{peer}, mode);
}

absl::Status HubServer::QuarantineHub(const PeerId& hub, Mode mode) {
  return impl_->Ask(pigeonhub::QuarantineHub{hub}, mode);
}

absl::Status HubServer::ReleaseHub(const PeerId& hub, Mode mode) {
  return impl_->Ask(pigeonhub::ReleaseHub{hub}, mode);
}

std::vector<HubRecord> HubServer::GetConnectedHubs(const std::optional<PeerId>& exclude) const {
  std::vector<HubRecord> hubs =
      impl_->dispatcher.Read([](const Hub& hub) { return net::KnownHubs(hub); });
  std::erase_if(hubs, [&](const HubRecord& hub) { return hub.peer == exclude; });
  return hubs;
}

HubServerStats HubServer::GetStats() const {
  HubServerStats stats;
  stats.hub = impl_->dispatcher.Read([](const Hub& hub) { return hub.Stats(); });
  impl_->lifecycle.AddTo(stats);
  return stats;
}

HubServerHubStats HubServer::GetHubStats() const {
  HubServerHubStats stats;
  stats.hubs = GetConnectedHubs();
  stats.total_hubs = stats.connected_hubs = stats.hubs.size();
  for (LinkRecord& link : Links().links) {
    if (link.bootstrap) stats.bootstrap_hubs.push_back(std::move(link));
  }
  stats.quarantined_hubs =
      impl_->dispatcher.Read([](const Hub& hub) { return hub.QuarantinedHubs(); });
  return stats;
}

std::string HubServer::GetHubMeshNamespace() const {
  return impl_->dispatcher.Read([](const Hub& hub) { return hub.identity().mesh_namespace(); });
}

absl::Status HubServer::SetHubMeshNamespace(std::string_view name) {
  return impl_->dispatcher.Command(pigeonhub::SetHubMeshNamespace{std::string(name)});
}

absl::StatusOr<HubServer::HubMeshNamespaceChange> HubServer::ChangeHubMeshNamespace(
    std::string_view name, bool restart, Mode mode) {
  return impl_->lifecycle.ChangeHubMeshNamespace(name, restart, mode);
}

absl::StatusOr<size_t> HubServer::ConnectToBootstrapHubs(Mode mode) {
  return impl_->Ask(ConnectBootstrapHubs{}, mode, BootstrapHubs);
}

absl::Status HubServer::ConnectToHub(std::string_view url, Mode mode) {
  return impl_->Ask(ConnectHub{std::string(url)}, mode);
}

size_t HubServer::DisconnectFromBootstrapHubs(Mode mode) {
  return *impl_->Ask(DisconnectBootstrapHubs{}, mode, BootstrapHubs);  // never refused
}

HubServer::LinkList HubServer::Links() const {
  LinkList list = impl_->dispatcher.Read([](const Hub& hub) {
    return LinkList{hub.Links(), hub.Bus(), hub.journal().next_event()};
  });
  if (list.bus.has_value()) impl_->CompleteBus(*list.bus);
  return list;
}

TopologyRecord HubServer::Topology() const {
  return impl_->dispatcher.Read([](const Hub& hub) { return hub.Topology(); });
}

absl::Status HubServer::DisconnectLink(const PeerId& hub, Mode mode) {
  return impl_->Ask(pigeonhub::DisconnectLink{hub}, mode);
}

absl::Status HubServer::DisconnectUrl(std::string_view url, Mode mode) {
  return impl_->Ask(pigeonhub::DisconnectUrl{std::string(url)}, mode);
}

absl::Status HubServer::SetBootstrapHubs(std::vector<std::string> urls) {
  return impl_->dispatcher.Command(pigeonhub::SetBootstrapHubs{std::move(urls)});
}

absl::Status HubServer::SetHubKeys(std::string_view text) { return impl_->hub_keys.Set(text); }

absl::Status HubServer::CheckHubKeys(std::string_view text) { return auth::HubKeys::Check(text); }

absl::Status HubServer::SetLimits(const RunningLimits& limits) { return impl_->SetLimits(limits); }

absl::Status HubServer::SetHubTrust(const std::optional<std::string>& text) {
  return impl_->SetHubTrust(text);
}

absl::Status HubServer::CheckHubTrust(std::string_view text) {
  return auth::ParseTrustedHubs(text).status();
}

absl::Status HubServer::SetTokenKeys(const absl::StatusOr<TokenKeys>& keys) {
  return impl_->tokens.SetKeys(keys);
}

absl::Status HubServer::CheckNatsFiles(const HubServerOptions& options) {
  return bus::CheckAccess(BrokerOptionsOf(options).files);
}

absl::Status HubServer::CheckTokenJwksUrl(std::string_view url) { return auth::CheckJwksUrl(url); }

absl::Status HubServer::CheckTokenKeys(const TokenKeys& keys) {
  return PeerTokens::CheckKeys(keys);
}

std::vector<TokenKeyRecord> HubServer::GetTokenKeys() const {
  return impl_->tokens.verifier().Records();
}

TokenAnswer HubServer::CheckToken(std::string_view token) const {
  return UnlessBanned(impl_->tokens.Check(token), impl_->dispatcher, "");
}

TokenAnswer HubServer::CheckTokenFrom(std::string_view address, std::string_view token) {
  AddressLease lease = impl_->data_plane.Seat(address);
  const SteadyTime now = impl_->clock.Read().steady;
  TokenAnswer answer;
  if (const auto refusal = lease.RefusalOfTokens(now); refusal.has_value()) {
    answer.reason = refusal->reason;
    answer.rule = "too many tokens of its address failed";
    answer.retry_after = refusal->retry_after;
  } else {
    answer = impl_->tokens.Check(token);
    const bool failed = answer.is_looked_at && answer.claims == nullptr;
    if (failed && net::LooksLikeGuessing(answer.reason)) lease.NoteAuthFailure(now);
    answer = UnlessBanned(std::move(answer), impl_->dispatcher, address);
  }
  if (answer.is_looked_at && answer.claims == nullptr) {
    impl_->dispatcher.Command(Refused{answer.reason, {}, address}).IgnoreError();
  }
  return answer;
}

bool HubServer::RefusesBanned(std::string_view address) {
  const std::optional<Reason> banned = BanOn({nullptr, nullptr, address}, impl_->dispatcher);
  if (!banned.has_value()) return false;
  impl_->dispatcher.Command(Refused{*banned, {}, address}).IgnoreError();
  return true;
}

std::string HubServer::PublicKeyText() const { return auth::TextOf(impl_->keyring->signing_key()); }

PeerId HubServer::GeneratePeerId() { return *PeerId::Parse(RandomHex(PeerId::kLength)); }

HubServer::PeerPage HubServer::ListPeers(const PeerFilter& filter, uint64_t after_order,
                                         size_t max_looked_at) const {
  return impl_->dispatcher.Read([&](const Hub& hub) {
    return PeerPage{hub.ListPeers(filter, after_order, max_looked_at), hub.journal().next_event()};
  });
}

std::optional<PeerRecord> HubServer::GetPeer(const PeerId& peer) const {
  return impl_->dispatcher.Read([&](const Hub& hub) { return hub.FindPeer(peer); });
}

RemotePeerPage HubServer::ListRemotePeers(const PeerFilter& filter, std::string_view after,
                                          size_t max_looked_at) const {
  return impl_->dispatcher.Read(
      [&](const Hub& hub) { return hub.whereabouts().List(filter, after, max_looked_at); });
}

PeerWhereabouts HubServer::FindPeer(const PeerId& peer) const {
  const Now now = impl_->clock.Read();
  return impl_->dispatcher.Read([&](const Hub& hub) {
    PeerWhereabouts found{hub.FindPeer(peer), {}};
    if (!found.peer.has_value()) found.peer = hub.whereabouts().Find(peer);
    if (!found.peer.has_value()) found.departure = hub.whereabouts().FindDeparted(now, peer);
    return found;
  });
}

std::vector<PeerId> HubServer::FindDepartedPeers(std::string_view id_prefix, size_t most) const {
  const Now now = impl_->clock.Read();
  return impl_->dispatcher.Read([&](const Hub& hub) {
    return hub.whereabouts().FindDepartedBeginning(now, id_prefix, most);
  });
}

Explanation HubServer::ExplainPair(const PairQuestion& question) const {
  const Now now = impl_->clock.Read();
  return impl_->dispatcher.Read([&](const Hub& hub) { return hub.ExplainPair(now, question); });
}

std::vector<HubToAsk> HubServer::HubsToAsk() const {
  return impl_->dispatcher.Read([](const Hub& hub) { return hub.Topology().to_ask; });
}

void HubServer::Ask(const PeerId& hub, std::string question, Duration within, OnAnswer on_answer) {
  impl_->questions.Ask(hub, std::move(question), within, std::move(on_answer));
}

void HubServer::OnQuestion(QuestionHandler handler) {
  impl_->questions.OnQuestion(std::move(handler));
}

HubServer::NamespacePage HubServer::ListNamespaces(const std::string& prefix,
                                                   const std::string& after, size_t limit) const {
  return impl_->dispatcher.Read([&](const Hub& hub) {
    return NamespacePage{hub.ListNamespaces(prefix, after, limit), hub.journal().next_event()};
  });
}

std::optional<NamespaceRecord> HubServer::GetNamespace(const std::string& name) const {
  return impl_->dispatcher.Read([&](const Hub& hub) { return hub.FindNamespace(name); });
}

absl::StatusOr<std::vector<EvictedPeer>> HubServer::SetNamespacePolicy(NamedPolicy policy,
                                                                       bool evict, Mode mode) {
  const pigeonhub::SetNamespacePolicy command{std::move(policy), evict};
  return impl_->Ask(command, mode, [&](const Hub& hub) { return hub.WouldEvict(command); });
}

absl::Status HubServer::UnsetNamespacePolicy(std::string_view name, Mode mode) {
  return impl_->Ask(pigeonhub::UnsetNamespacePolicy{std::string(name)}, mode);
}

absl::Status HubServer::SetNamespacePolicies(std::vector<NamedPolicy> policies, Mode mode) {
  return impl_->Ask(ConfigureNamespaces{std::move(policies)}, mode);
}

std::vector<PolicyRecord> HubServer::GetNamespacePolicies() const {
  return impl_->dispatcher.Read([](const Hub& hub) { return hub.policies().List(); });
}

PolicyInForce HubServer::GetNamespacePolicy(const std::string& name) const {
  return impl_->dispatcher.Read([&](const Hub& hub) { return hub.policies().InForce(name); });
}

absl::Status HubServer::DisconnectPeer(const PeerId& peer, Mode mode) {
  return impl_->Ask(pigeonhub::DisconnectPeer{peer}, mode);
}

absl::StatusOr<std::vector<PeerId>> HubServer::DisconnectPeers(const TokenAttributes& attributes,
                                                               Mode mode) {
  return impl_->Ask(pigeonhub::DisconnectPeers{attributes}, mode,
                    [&](const Hub& hub) { return PeersWith(hub, attributes); });
}

absl::StatusOr<BanEffect> HubServer::Ban(const BanOrder& order, Mode mode) {
  return impl_->Ban(order, mode);
}

absl::StatusOr<size_t> HubServer::Unban(const BanTarget& target, Mode mode) {
  return impl_->Ask(pigeonhub::Unban{target}, mode, [&](const Hub& hub) {
    const absl::StatusOr<BanTarget> normal = NormalTarget(target);
    return normal.ok() ? hub.bans().InForceOn(*normal).size() : 0;
  });
}

absl::Status HubServer::CheckBansFile(const std::string& path) {
  return BansFile::Read(path, SystemClock().Read().unix_ms).status();
}

std::vector<BanRecord> HubServer::ListBans(uint64_t after_order, size_t limit) const {
  return impl_->dispatcher.Read(
      [&](const Hub& hub) { return hub.bans().ListAfter(after_order, limit); });
}

HubServer::ListenerId HubServer::OnAny(std::function<void(const Event&)> listener) {
  return AddListener(std::move(listener), /*shows_bootstrap_signaling=*/false);
}

HubServer::ListenerId HubServer::OnLostEvents(std::function<void(uint64_t count)> listener) {
  return impl_->listeners.Add({.on_lost = std::move(listener)});
}

HubServer::ListenerId HubServer::AddListener(std::function<void(const Event&)> listener,
                                             bool shows_bootstrap_signaling) {
  return impl_->listeners.Add(
      {.on_event = std::move(listener), .shows_bootstrap_signaling = shows_bootstrap_signaling});
}

void HubServer::Off(ListenerId listener) { impl_->listeners.Remove(listener); }

}  // namespace pigeonhub
