// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "server/core/ids.h"
#include "server/core/keyring.h"
#include "server/core/mesh_message.h"
#include "server/core/random.h"

namespace pigeonhub::sim {

// What a hub that was let in, and is hostile, does to others. It keeps what it hears and passes on.
// It has a key of its own, as every hub has, and nobody else's.
class Mischief {
 public:
  Mischief(uint64_t seed, const PeerId& self);

  void Keep(const inbound::HubNews& news);
  void Keep(const inbound::HubFrame& frame);

  // Messages in the name of `victim`, for every link: one of the tricks, by chance.
  std::vector<outbound::Message> Against(const PeerId& victim, const std::vector<PeerId>& hubs,
                                         const std::vector<PeerId>& peers);

 private:
  std::vector<outbound::Message> AlteredNews(const PeerId& victim);
  std::vector<outbound::Message> OldNews(const PeerId& victim) const;
  std::vector<outbound::Message> OldFrames(const PeerId& victim);
  std::vector<outbound::Message> OwnFrames(const PeerId& victim, const std::vector<PeerId>& hubs,
                                           const std::vector<PeerId>& peers);

  Random random_;
  const PeerId self_;
  const std::shared_ptr<const Keyring> keyring_;
  std::map<PeerId, std::deque<SharedNode>> news_;
  std::map<PeerId, std::deque<inbound::HubFrame>> frames_;
};

}  // namespace pigeonhub::sim
