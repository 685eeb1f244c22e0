// SPDX-License-Identifier: Apache-2.0
//
// A mesh hub held to the protocol word by word: what it must not get away with, and what it
// must be told. Of itself it says only what a test makes it say.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {

SharedText Text(std::string_view text);

mesh::Join JoinOp(char peer, std::string_view network, uint64_t generation, bool alive = false);
mesh::Leave LeaveOp(char peer, std::string_view network, bool goodbye = false);
mesh::Signal SignalOp(char from, char target, std::string_view network);

// One mesh hub that dialed the hub under test. Acknowledges whatever it reads.
class LinkedMeshHub {
 public:
  LinkedMeshHub(HubFixture& hub, char name);

  // Its word on the map: whom it is linked to.
  void Tell(const std::vector<PeerId>& neighbors, std::string url = {});
  void Tell(HubNode node, uint64_t seq, std::string url = {});

  void Say(std::vector<mesh::Op> ops);
  // From now on it says everything from the start, as one does that fell behind.
  void BeginAnew() {
    ++stream_;
    said_ = 0;
  }
  // It is another one than we spoke to so far, as its acknowledgement shows.
  void Forget();
  // A frame that it hands over, its own or another hub's.
  void Pass(const PeerId& from, const PeerId& to, std::vector<PeerId> via,
            std::shared_ptr<const mesh::Body> body = std::make_shared<mesh::Body>());

  // What it was told since the last Take, as text. Frames for other hubs and news as they are.
  std::vector<std::string> Take();

  FakePeer& peer() { return peer_; }
  const PeerId& id() const { return id_; }

 private:
  PeerId OurId() const { return hub_.hub().Topology().hubs.front().id; }

  HubFixture& hub_;
  const PeerId id_;
  FakePeer peer_;
  uint64_t news_ = 0;
  uint64_t stream_ = 7;
  uint64_t said_ = 0;
  uint64_t heard_stream_ = 0;
  uint64_t heard_ = 0;
};

// Hub c, which soon has all that it may have.
HubOptions OurOptions();

// We are c, linked to b and d: of two that have the same peer with one generation, d owns it before
// us and we before b.
class AMeshHub : public ::testing::Test {
 protected:
  HubFixture hub_{OurOptions()};
  LinkedMeshHub b_{hub_, 'b'};
  LinkedMeshHub d_{hub_, 'd'};

  void SetUp() override {
    b_.Take();
    d_.Take();
  }
  // As HubFixture::Join, but nothing that was said is forgotten.
  FakePeer Enter(char peer, std::string_view network) {
    FakePeer entered = hub_.Open(Id(peer));
    entered.Announce(network);
    return entered;
  }
  size_t remote_peers() { return hub_.hub().Stats().remote_peers; }
};

}  // namespace pigeonhub
