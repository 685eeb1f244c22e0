// SPDX-License-Identifier: Apache-2.0
//
// Two hubs of one mesh with their control APIs, all in the test's process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/control/control_fixture.h"

namespace pigeonhub {

// The hub of ControlTest, and one more that dials it.
class TwoHubs : public ControlTest {
 protected:
  // How the second one gets in.
  enum class LetIn { kByKey, kById, kByItsWord };

  void SetUp() override { Start(LetIn::kByKey); }
  void Start(LetIn how);
  void TearDown() override;

  // Waits until each can ask the other.
  void AwaitMesh();

  HubServer& other() { return *other_; }
  std::string own_id() { return std::string(hub().GetStats().hub.hub_peer_id.text()); }
  std::string other_id() { return std::string(other().GetStats().hub.hub_peer_id.text()); }
  // The audit events of a hub, as "principal method object outcome at hub".
  static std::vector<std::string> AuditsOf(HubServer& hub);
  void StopOtherControl() { other_control_.reset(); }

  std::unique_ptr<v1::PeerService::StubInterface> other_peers_;

 private:
  std::unique_ptr<HubServer> other_;
  std::unique_ptr<RunningConfig> other_config_;
  std::unique_ptr<ControlServer> other_control_;
};

}  // namespace pigeonhub
