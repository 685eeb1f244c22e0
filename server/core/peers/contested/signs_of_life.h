// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/peers/audience.h"
#include "server/core/peers/contested/newcomers.h"
#include "server/core/peers/contested/presence_claims.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// A connection showed that it lives: whoever waits for its id, here or at another hub, waits in
// vain.
class SignsOfLife {
 public:
  SignsOfLife(LinkTable& links, MeshHubTable& mesh_hubs, Interest& interest, Audience& audience,
              PresenceClaims& presence_claims, Newcomers& newcomers)
      : links_(links),
        mesh_hubs_(mesh_hubs),
        interest_(interest),
        audience_(audience),
        presence_claims_(presence_claims),
        newcomers_(newcomers) {}

  void Note(Turn& turn, Peer& peer);

 private:
  // Answers the hubs that say they have the peer, or want it.
  void AnswerHubs(Turn& turn, Peer& peer);

  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  Interest& interest_;
  Audience& audience_;
  PresenceClaims& presence_claims_;
  Newcomers& newcomers_;
};

}  // namespace pigeonhub
