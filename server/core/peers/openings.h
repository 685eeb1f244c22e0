// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/status.h"
#include "server/core/hubs/hub_proofs.h"
#include "server/core/identity.h"
#include "server/core/input.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/dialing.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/frame_sender.h"
#include "server/core/options.h"
#include "server/core/peers/connections.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/contested/newcomers.h"
#include "server/core/peers/contested/signs_of_life.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Connections open, show that they live, and close.
class Openings {
 public:
  Openings(const HubOptions& options, const Identity& self, PeerTable& peers, HubProofs& proofs,
           DialTargets& dial_targets, LinkTable& links, Dialing& dialing, Connections& connections,
           Newcomers& newcomers, SignsOfLife& signs_of_life, ContestedIds& contested,
           FrameSender& frame_sender)
      : options_(options),
        self_(self),
        peers_(peers),
        proofs_(proofs),
        dial_targets_(dial_targets),
        links_(links),
        dialing_(dialing),
        connections_(connections),
        newcomers_(newcomers),
        signs_of_life_(signs_of_life),
        contested_(contested),
        frame_sender_(frame_sender) {}

  void OnOpened(Turn& turn, const Opened& input);
  void OnRefused(Turn& turn, const Refused& input);
  void OnAlive(Turn& turn, const Alive& input);
  void OnClosed(Turn& turn, const Closed& input);
  void OnHoldsMostMemory(Turn& turn, const HoldsMostMemory& input);

  // Closes connections that did not announce in time, and those whose tokens have ended.
  void CloseOverdue(Turn& turn);

  absl::Status Check(const DisconnectPeer& command) const;
  absl::Status Check(const DisconnectPeers& command) const;
  void Apply(Turn& turn, const DisconnectPeer& command);
  void Apply(Turn& turn, const DisconnectPeers& command);

 private:
  // A connection showed that the id is its own, or it may take the id over: whoever has it, or
  // waits for it, without having shown that it is its own goes.
  void MakeWay(Turn& turn, const PeerId& id);

  const HubOptions& options_;
  const Identity& self_;
  PeerTable& peers_;
  HubProofs& proofs_;
  DialTargets& dial_targets_;
  LinkTable& links_;
  Dialing& dialing_;
  Connections& connections_;
  Newcomers& newcomers_;
  SignsOfLife& signs_of_life_;
  ContestedIds& contested_;
  FrameSender& frame_sender_;
};

}  // namespace pigeonhub
