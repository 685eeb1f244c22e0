// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/known_keys.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "server/core/mesh/node_seal.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kPurpose = "pigeonhub hub-frame 2\n";
// A hub passes on only what it checked itself, so a wrong signature counts as much as so many right
// ones.
constexpr size_t kCostOfAWrongSignature = 10;

// One process of a hub, as both sides write it.
std::string NameOf(const PeerId& id, const PublicKey& signing_key, const PublicKey& agreement_key) {
  std::string name(id.text());
  name.append(signing_key.begin(), signing_key.end());
  name.append(agreement_key.begin(), agreement_key.end());
  return name;
}

Origin OriginOf(const PeerId& hub) { return {hub.text(), {}, {}}; }

void Refuse(Turn& turn, Way& way, const PeerId& hub, Reason reason) {
  ++way.counts.refused;
  turn.Count(reason, OriginOf(hub));
  turn.NoteRefusal(reason, OriginOf(hub));
}

}  // namespace

bool KnownKeys::HasItsKey(Turn& turn, Way& way, const HubNode& node) const {
  const bool is_another =
      way.hub_key.has_value() && (node.seal == nullptr || node.seal->signing_key != *way.hub_key);
  if (!is_another && IsTrusted(node)) return true;
  way.refused = is_another || node.seal != nullptr ? Reason::kHubKeyRefused : Reason::kHubUnsigned;
  Refuse(turn, way, node.id, *way.refused);
  return false;
}

bool KnownKeys::Believes(Turn& turn, Way& way, const SharedNode& node) {
  if (keyring_ == nullptr || node->id == map_.self()) return true;
  const bool is_own = node->id == way.hub;
  if (is_own && !HasItsKey(turn, way, *node)) return false;
  const auto it = map_.others().find(node->id);
  const SharedNode known = it == map_.others().end() ? nullptr : it->second;
  const bool was_sealed = known != nullptr && known->seal != nullptr;
  if (node->seal == nullptr) {
    if (options_.hub_unsigned == HubUnsigned::kRefuse || !IsTrusted(*node)) {
      Refuse(turn, way, node->id, Reason::kHubUnsigned);
      return false;
    }
    if (was_sealed) Ask(turn, node);
    return !was_sealed;
  }
  const bool proves_key = is_own && !way.proved_key;
  if (was_sealed && !proves_key && !HubMap::IsNewer(*node, *known)) return true;
  if (!IsTrusted(*node)) {
    Refuse(turn, way, node->id, Reason::kHubKeyRefused);
    return false;
  }
  if (!IsSigned(turn, way, *node)) return false;
  if (proves_key) {
    way.proved_key = true;
    way.hub_key = node->seal->signing_key;
    map_.MarkChanged();
  }
  if (!was_sealed || node->seal->signing_key == known->seal->signing_key) return true;
  const Process* process = Find(node->id);
  if ((process == nullptr || !process->lives) && node->seal->start > known->seal->start) {
    return true;
  }
  Ask(turn, node);
  return false;
}

bool KnownKeys::IsSigned(Turn& turn, Way& way, const HubNode& node) const {
  // To check a signature takes longer than all else.
  if (!way.signature_checks.Admit(turn.now.steady)) {
    ++way.counts.refused;
    turn.Count(Reason::kHubNewsRate);
    return false;
  }
  if (IsSealGood(node, *keyring_)) return true;
  way.signature_checks.Charge(kCostOfAWrongSignature - 1);
  Refuse(turn, way, node.id, Reason::kHubSignatureWrong);
  return false;
}

void KnownKeys::Ask(Turn& turn, const SharedNode& node) {
  const auto [it, is_new] =
      challenges_.try_emplace(node->id, Challenge{node, turn.now.steady + options_.probe_timeout});
  if (!is_new) {
    // The latest word of the latest process, but nobody gets more time by saying it again.
    const SharedNode& before = it->second.node;
    const uint64_t start = node->seal == nullptr ? 0 : node->seal->start;
    const uint64_t start_before = before->seal == nullptr ? 0 : before->seal->start;
    if (start >= start_before && HubMap::IsNewer(*node, *before)) it->second.node = node;
    return;
  }
  MeshHub* hub = mesh_hubs_.Find(node->id);
  // Whatever the hub answers, it acknowledges this.
  if (hub != nullptr) hub->talk.SayNow(mesh::Claim{node->id});
}

void KnownKeys::Note(const HubNode& node) {
  challenges_.erase(node.id);
  if (keyring_ == nullptr || node.seal == nullptr) return;
  Process& process = processes_[node.id];
  if (process.agreement_key == node.seal->agreement_key) return;
  process = {node.seal->agreement_key, AgreeWith(node), {}, false};
  // Those that left the map long ago go all at once.
  if (processes_.size() <= 2 * options_.limits.hubs) return;
  std::erase_if(processes_, [&](const auto& entry) {
    return entry.first != node.id && !map_.others().contains(entry.first);
  });
}

std::optional<MacKey> KnownKeys::AgreeWith(const HubNode& node) const {
  const std::optional<SharedSecret> secret = keyring_->AgreeWith(node.seal->agreement_key);
  if (!secret.has_value()) return std::nullopt;
  std::string ours = NameOf(map_.self(), keyring_->signing_key(), keyring_->agreement_key());
  std::string theirs = NameOf(node.id, node.seal->signing_key, node.seal->agreement_key);
  if (theirs < ours) std::swap(ours, theirs);
  MacKey key;
  const std::string derived = DeriveKey(*secret, std::string(kPurpose) + ours + theirs, key.size());
  std::copy(derived.begin(), derived.end(), key.begin());
  return key;
}

SharedNode KnownKeys::TakeExpired(SteadyTime now) {
  for (auto it = challenges_.begin(); it != challenges_.end(); ++it) {
    if (it->second.until > now) continue;
    SharedNode node = std::move(it->second.node);
    challenges_.erase(it);
    return node;
  }
  return nullptr;
}

const KnownKeys::Process* KnownKeys::Find(const PeerId& hub) const {
  const auto node = map_.others().find(hub);
  if (node == map_.others().end() || node->second->seal == nullptr) return nullptr;
  const auto process = processes_.find(hub);
  return process == processes_.end() ? nullptr : &process->second;
}

bool KnownKeys::Accepts(Turn& turn, Way& way, const inbound::HubFrame& frame) {
  if (quarantined_.Refuse(turn, frame.from)) return false;
  if (keyring_ == nullptr) return true;
  if (Find(frame.from) == nullptr) {
    if (options_.hub_unsigned == HubUnsigned::kAllow) return true;
    Refuse(turn, way, frame.from, Reason::kHubUnsigned);
    return false;
  }
  Process& process = processes_.at(frame.from);
  const bool is_its_own =
      process.mac_key.has_value() && frame.mac.has_value() &&
      IsSameMac(*frame.mac, mesh::MacOf(frame.from, frame.to, frame.checked, *process.mac_key));
  if (!is_its_own) {
    Refuse(turn, way, frame.from, Reason::kHubFrameForged);
    return false;
  }
  if (!process.streams.Accept(*frame.body, streams_)) {
    ++way.counts.looped;
    turn.Count(Reason::kSignalLooped);
    return false;
  }
  process.lives = true;
  if (challenges_.erase(frame.from) > 0) {
    Refuse(turn, way, frame.from, Reason::kHubKeyRefused);
  }
  return true;
}

bool KnownKeys::Identifies(const PeerId& hub) const {
  return keyring_ == nullptr || MacKeyFor(hub).has_value();
}

std::optional<MacKey> KnownKeys::MacKeyFor(const PeerId& hub) const {
  const Process* process = Find(hub);
  return process == nullptr ? std::nullopt : process->mac_key;
}

void KnownKeys::Trust(std::optional<std::map<PeerId, PublicKey>> keys) {
  trusted_.Set(std::move(keys));
  std::erase_if(challenges_, [&](const auto& one) { return !IsTrusted(*one.second.node); });
  map_.MarkChanged();
}

void KnownKeys::OnRouteLost(const PeerId& hub) {
  const auto process = processes_.find(hub);
  if (process != processes_.end()) process->second.lives = false;
}

void KnownKeys::Clear() {
  processes_.clear();
  challenges_.clear();
}

}  // namespace pigeonhub
