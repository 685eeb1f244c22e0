// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/wants.h"

#include <algorithm>
#include <utility>

namespace pigeonhub {
namespace {

// What a want takes in both tables, beside its name.
constexpr size_t kBareWant = 64;

size_t SizeOf(std::string_view name) { return kBareWant + name.size(); }

}  // namespace

bool Wants::Add(PathId hub, const SharedText& network) {
  auto known = by_name_.find(std::string_view(*network));
  if (known == by_name_.end()) known = by_name_.emplace(network, Hubs()).first;
  OfOne& own = by_hub_[hub];
  // One name for all.
  if (!own.names.insert(known->first).second) return false;
  known->second.push_back(hub);
  own.bytes += SizeOf(*network);
  bytes_ += SizeOf(*network);
  return true;
}

bool Wants::Remove(PathId hub, std::string_view network) {
  const auto own = by_hub_.find(hub);
  if (own == by_hub_.end()) return false;
  const auto name = own->second.names.find(network);
  if (name == own->second.names.end()) return false;
  const auto known = by_name_.find(network);
  own->second.bytes -= SizeOf(*known->first);
  bytes_ -= SizeOf(*known->first);
  own->second.names.erase(name);
  Hubs& hubs = known->second;
  hubs.erase(std::find(hubs.begin(), hubs.end(), hub));
  if (hubs.empty()) by_name_.erase(known);
  if (own->second.names.empty()) by_hub_.erase(own);
  return true;
}

void Wants::SetAll(PathId hub, bool all) {
  if (all) {
    all_.insert(hub);
  } else {
    all_.erase(hub);
  }
}

void Wants::RemoveAll(std::string_view network) {
  const Hubs hubs = HubsOf(network);
  for (PathId hub : hubs) Remove(hub, network);
}

void Wants::BeginAnew(PathId hub) {
  Clear(hub);
  greeting_.insert(hub);
}

void Wants::Clear(PathId hub) {
  for (const SharedText& name : NamesOf(hub)) Remove(hub, *name);
  all_.erase(hub);
  greeting_.erase(hub);
}

bool Wants::Contains(PathId hub, std::string_view network) const {
  const auto own = by_hub_.find(hub);
  return own != by_hub_.end() && own->second.names.contains(network);
}

const Wants::Hubs& Wants::HubsOf(std::string_view network) const {
  static const Hubs kNone;
  const auto known = by_name_.find(network);
  return known == by_name_.end() ? kNone : known->second;
}

std::vector<SharedText> Wants::NamesOf(PathId hub) const {
  const auto own = by_hub_.find(hub);
  if (own == by_hub_.end()) return {};
  return {own->second.names.begin(), own->second.names.end()};
}

std::vector<SharedText> Wants::Names() const {
  std::vector<SharedText> names;
  for (const auto& [name, hubs] : by_name_) names.push_back(name);
  return names;
}

size_t Wants::CountOf(PathId hub) const {
  const auto own = by_hub_.find(hub);
  return own == by_hub_.end() ? 0 : own->second.names.size();
}

size_t Wants::BytesOf(PathId hub) const {
  const auto own = by_hub_.find(hub);
  return own == by_hub_.end() ? 0 : own->second.bytes;
}

}  // namespace pigeonhub
