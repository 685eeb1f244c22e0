// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "server/core/keyring.h"
#include "server/core/mesh_message.h"
#include "server/core/time.h"

namespace pigeonhub {

// Stands for what a node says of its bus, among its capabilities. So the seal signs that too, and a
// hub that knows no bus can still check the seal, and pass it on.
std::string BusMark(const HubNode& node);

// The neighbors that stand after so many have no keys: hubs of the version before take the keys for
// part of an entry that may have 4 KiB.
inline constexpr size_t kMostKeysOfNeighbors = 96;

// What the seal of a node signs: all that the node says, and all of the seal but the signature.
std::string SealedText(const HubNode& node, const HubSeal& seal);

// True for a node with a seal that whoever has its signing key made.
bool IsSealGood(const HubNode& node, const Keyring& keyring);

// Seals what this hub says of itself.
class Sealer {
 public:
  // Without a keyring nothing is sealed, as in hubs of the version before.
  explicit Sealer(std::shared_ptr<const Keyring> keyring) : keyring_(std::move(keyring)) {}

  // This process begins; once.
  void Begin(UnixMillis now);
  bool has_begun() const { return start_ != 0; }
  // Whether a process with the signing key of this one wrote the node, if its signature is right,
  // and began later. It was there before this one, so the clock is behind.
  bool WouldBeOwnAndLater(const HubNode& node) const;
  void BeginAfter(uint64_t start);
  // `node` has its seq.
  void Seal(HubNode& node);

 private:
  const std::shared_ptr<const Keyring> keyring_;
  uint64_t start_ = 0;
  uint64_t last_seq_ = 0;
};

}  // namespace pigeonhub
