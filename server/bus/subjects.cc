// SPDX-License-Identifier: Apache-2.0

#include "server/bus/subjects.h"

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/nats_url.h"

namespace pigeonhub::bus {
namespace {

constexpr size_t kDigits = 32;

std::string TokenOf(std::string_view hub_mesh_namespace) {
  if (IsNatsToken(hub_mesh_namespace)) return std::string(hub_mesh_namespace);
  return HexOf(DigestOf(hub_mesh_namespace)).substr(0, kDigits);
}

}  // namespace

Subjects::Subjects(std::string_view name, std::string_view hub_mesh_namespace)
    : prefix_(std::string(name) + "." + TokenOf(hub_mesh_namespace)), all_(prefix_ + ".hubs") {}

std::string Subjects::InboxOf(const PeerId& hub) const {
  return absl::StrCat(prefix_, ".hub.", std::string(hub.text()));
}

}  // namespace pigeonhub::bus
