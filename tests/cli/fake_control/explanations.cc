// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "pigeonhub/v1/peer_service.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {

// Of the peers that are there it says one thing, of all others that nobody ever saw them.
void ServeExplanations(FakeServer& server) {
  server.Answer<v1::ExplainPairRequest, v1::ExplainPairResponse>([](const auto& request) {
    const v1::ListPeersResponse all = Peers();
    const bool is_there =
        std::any_of(all.peers().begin(), all.peers().end(),
                    [&](const v1::Peer& peer) { return peer.peer_id() == request.peer_id(); });
    if (!is_there) {
      return FromJson<v1::ExplainPairResponse>(
          R"({"outcome": "PAIR_OUTCOME_NEVER_SEEN", "certainty": "CERTAINTY_CERTAIN"})");
    }
    return FromJson<v1::ExplainPairResponse>(R"({"findings": [
      {"code": "PH-E02", "isCause": true, "certainty": "CERTAINTY_CERTAIN",
       "peerId": "2222222222222222222222222222222222222222", "title": "was here, and left",
       "cause": "This peer was connected to this hub and is not any more.",
       "action": "`pigeonctl errors REASON` says what its reason means; a client that runs connects again by itself within 30 seconds.",
       "detail": "transport_lost, close code 1006, from the namespace chat",
       "reason": "REASON_TRANSPORT_LOST",
       "moments": [{"what": "left", "time": "2026-03-01T11:58:00.500Z"}], "eventSeqs": ["5"]},
      {"code": "PH-E08", "isCause": true, "certainty": "CERTAINTY_POSSIBLE",
       "title": "a link is down", "cause": "A link is down.", "action": "Look at it.",
       "detail": "wss://hub2.example.org: its certificate was not accepted: certificate has expired",
       "moments": [{"what": "down", "time": "2026-03-01T11:58:00Z"}]}],
      "outcome": "PAIR_OUTCOME_CAUSE_FOUND", "certainty": "CERTAINTY_CERTAIN",
      "because": "PH-E02"})");
  });
}

}  // namespace pigeonhub::cli
