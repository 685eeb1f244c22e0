// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "server/core/input.h"
#include "tests/support/core_text.h"

namespace pigeonhub {
class Hub;
}  // namespace pigeonhub

namespace pigeonhub::sim {

// Many mesh hubs of which each reaches every other over one that only passes on, a millisecond
// away. Counts what they say to each other; nothing is lost, and nothing becomes text.
class HubCrowd {
 public:
  explicit HubCrowd(size_t hubs);
  ~HubCrowd();

  size_t hubs() const { return hubs_.size(); }
  // A peer comes to a hub and announces in a namespace; the peer leaves.
  void Join(size_t hub, uint32_t peer, const std::string& network);
  void Leave(uint32_t peer);
  void Run(Duration time);

  // Bodies that the hubs said to each other, with bare acknowledgements.
  uint64_t bodies() const { return bodies_; }
  uint64_t ops() const { return ops_; }
  const Hub& hub(size_t hub) const { return *hubs_[hub]; }
  // Memory that a hub holds on average for what others want, beside the peers that they told of.
  // All namespaces have names of `name` bytes.
  double WantBytes(size_t name) const;
  double RemotePeers() const;

 private:
  struct Parcel {
    size_t to;
    PeerId from;
    std::shared_ptr<const mesh::Body> body;
  };
  struct Place {
    size_t hub;
    ConnectionId connection;
  };

  // What all hubs know of others; at first these are the hubs.
  struct Known {
    size_t peers = 0;
    uint64_t bytes = 0;
  };

  void Handle(size_t hub, const Input& input);
  Known KnownToAll() const;
  Now NowIs() const;

  SteadyTime time_{std::chrono::hours(1)};
  std::vector<std::unique_ptr<Hub>> hubs_;
  std::map<PeerId, size_t> numbers_;
  std::multimap<SteadyTime, Parcel> under_way_;
  absl::btree_set<std::pair<SteadyTime, size_t>> deadlines_;
  std::vector<SteadyTime> deadline_of_;  // of each hub; kNever: none
  std::map<uint32_t, Place> peers_;
  uint64_t next_serial_ = 2;
  Known at_first_;
  uint64_t bodies_ = 0;
  uint64_t ops_ = 0;
};

}  // namespace pigeonhub::sim
