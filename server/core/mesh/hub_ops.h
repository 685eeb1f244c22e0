// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "server/core/mesh/ban_news.h"
#include "server/core/mesh/handshake_asking.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/mesh_hub.h"
#include "server/core/mesh/questions.h"
#include "server/core/mesh/subscriptions.h"
#include "server/core/mesh_message.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/contested/liveness_checks.h"
#include "server/core/peers/contested/newcomers.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/signaling.h"
#include "server/core/turn.h"

namespace pigeonhub {

// What a mesh hub says, operation by operation.
class HubOps {
 public:
  HubOps(PeerTable& peers, Interest& interest, Subscriptions& subscriptions,
         LivenessChecks& liveness, Newcomers& newcomers, ContestedIds& contested,
         Signaling& signaling, BanNews& ban_news, Questions& questions, HandshakeAsking& handshakes)
      : peers_(peers),
        interest_(interest),
        subscriptions_(subscriptions),
        liveness_(liveness),
        newcomers_(newcomers),
        contested_(contested),
        signaling_(signaling),
        ban_news_(ban_news),
        questions_(questions),
        handshakes_(handshakes) {}

  void Apply(Turn& turn, MeshHub& hub, const mesh::Op& op);
  // What it said until now is void.
  void BeginAnew(const MeshHub& hub);

 private:
  void Join(Turn& turn, MeshHub& hub, const mesh::Join& join);
  void BeginList(MeshHub& hub, const std::string& network);
  void EndList(Turn& turn, const MeshHub& hub, const std::string& network);

  PeerTable& peers_;
  Interest& interest_;
  Subscriptions& subscriptions_;
  LivenessChecks& liveness_;
  Newcomers& newcomers_;
  ContestedIds& contested_;
  Signaling& signaling_;
  BanNews& ban_news_;
  Questions& questions_;
  HandshakeAsking& handshakes_;
};

}  // namespace pigeonhub
