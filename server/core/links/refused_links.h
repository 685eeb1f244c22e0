// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "absl/status/status.h"
#include "server/core/command.h"
#include "server/core/hubs/trust_list.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/dialing.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/known_keys.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Ends the links whose hubs do not have the keys that they should have.
class RefusedLinks {
 public:
  RefusedLinks(const TrustList& trusted, DialTargets& dial_targets, LinkTable& links,
               Dialing& dialing, ContestedIds& contested, KnownKeys& known_keys)
      : trusted_(trusted),
        dial_targets_(dial_targets),
        links_(links),
        dialing_(dialing),
        contested_(contested),
        known_keys_(known_keys) {}

  // The link is gone afterwards.
  void Close(Turn& turn, const Link& link, Reason reason);

  // This hub dialed, and now knows who answers: a hub of this id, or one of the reference. True if
  // the list of trusted hubs, where there is one, does not have it; the link is gone then.
  bool RefuseDialed(Turn& turn, const Link& link, const std::optional<PeerId>& hub);

  // Where there is a list of trusted hubs, each has so long to prove its key.
  void CloseUnproven(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const;
  static constexpr Duration kTimeToProve = std::chrono::seconds(10);

  absl::Status Check(const TrustHubs& command) const;
  // Whoever is not on the list goes.
  void Apply(Turn& turn, const TrustHubs& command);

 private:
  // Why the link may not be, as the list is now.
  std::optional<Reason> RefusalOf(const Link& link) const;
  bool HasToProve(const Link& link) const;

  const TrustList& trusted_;
  DialTargets& dial_targets_;
  LinkTable& links_;
  Dialing& dialing_;
  ContestedIds& contested_;
  KnownKeys& known_keys_;
};

}  // namespace pigeonhub
