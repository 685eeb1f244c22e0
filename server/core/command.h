// SPDX-License-Identifier: Apache-2.0

// Everything that an operator can want of a hub. A command is decided once: Hub::Check says what
// Hub::Handle would answer, and changes nothing; Handle checks, and then applies.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pigeonhub/ban.h"
#include "pigeonhub/host_port.h"
#include "pigeonhub/namespace_policy.h"
#include "pigeonhub/running_limits.h"
#include "pigeonhub/token_claims.h"
#include "server/base/key_pair.h"
#include "server/core/ids.h"
#include "server/core/message.h"
#include "server/core/time.h"

namespace pigeonhub {

// Starts signaling. The fields say where the data plane listens. With auto_connect the hub also
// dials the bootstrap hubs.
struct StartSignaling {
  std::string host;
  uint16_t port = 0;
  // Where other hubs can dial this one, unless the options say it; empty: nowhere.
  std::string url = {};
  // Where those of other hubs arrive, in numbers: those of this machine where the host is any
  // address.
  std::vector<std::string> addresses = {};
  // Where other hubs come in; empty: at `host` and `port`, as peers do.
  std::optional<HostPort> for_hubs = {};
  bool speaks_tls = false;  // at all of these
};
// Closes every connection with "Server shutting down".
struct StopSignaling {};
// Spreads the closing of connections over `over`; zero means at once. ALREADY_EXISTS for some
// while a drain of others is in force; a drain of all takes the place of any.
struct Drain {
  Duration over{};
  // Of those alone whose tokens have all of these attributes; empty: of all.
  TokenAttributes attributes = {};
};
// Ends a drain: whoever is still connected stays.
struct Undrain {};
// Makes a peer a hub, also one that has no credential of its own. Allowed for a peer
// that is not connected.
struct RegisterHub {
  PeerId peer;
  Profile profile;
};
struct UnregisterHub {
  PeerId peer;
};
// The hub is closed out until it is released: no link to it, no connection from it, and nothing
// that it says through others is listened to. Need not be connected. Other hubs are not affected.
struct QuarantineHub {
  PeerId hub;
};
// Ends that, and dials what the quarantine stopped.
struct ReleaseHub {
  PeerId hub;
};
struct DisconnectPeer {
  PeerId peer;
};
// All whose tokens have these attributes. INVALID_ARGUMENT without any.
struct DisconnectPeers {
  TokenAttributes attributes;
};
// Dials `url` and keeps the link until it is disconnected. Not only bootstrap hubs.
struct ConnectHub {
  std::string url;
};
// Dials those bootstrap hubs to which there is no link.
struct ConnectBootstrapHubs {};
// Closes all links to bootstrap hubs, and keeps them closed.
struct DisconnectBootstrapHubs {};
// Closes the links to one hub, whoever dialed.
struct DisconnectLink {
  PeerId hub;
};
// Takes back what ConnectHub did: closes the link to `url`, or gives up the attempts to have one.
// `url` may be as it was given or as lists show it, without its secrets. A bootstrap hub's is
// stopped until somebody connects it, any other is forgotten.
struct DisconnectUrl {
  std::string url;
};
// The bootstrap hubs from now on; links to those no longer named are closed.
struct SetBootstrapHubs {
  std::vector<std::string> urls;
};
// Only while signaling is stopped.
struct SetHubMeshNamespace {
  std::string name;
};
// The hubs to listen to from now on, and their keys. Empty: any. Those on the map that are not
// among them are given up.
struct TrustHubs {
  std::optional<std::map<PeerId, PublicKey>> keys;
};
// Gives the policy of a namespace, or of all whose names begin so, these keys; those that calls
// gave it before stay. Nobody inside has to leave, except with `evict`.
struct SetNamespacePolicy {
  NamedPolicy policy;
  bool evict = false;
};
// Forgets what SetNamespacePolicy said of the name.
struct UnsetNamespacePolicy {
  std::string name;
};
// The policies of the configuration from now on.
struct ConfigureNamespaces {
  std::vector<NamedPolicy> policies;
};

// The limits from now on. Nobody who is connected has to leave. INVALID_ARGUMENT for what no limit
// can be.
struct SetLimits {
  RunningLimits limits;
};

// Keeps somebody out, here and at all hubs of the mesh, and ends the connections that they have.
// INVALID_ARGUMENT for what no ban can be (OUT_OF_RANGE: its duration), FAILED_PRECONDITION for a
// hub, RESOURCE_EXHAUSTED if the list is full.
struct Ban {
  BanOrder order;
};
// The ban, the revocation, or both.
struct Unban {
  BanTarget target;
};
// The bans of a run before this one. One with made_at 0 is ordered here and now; what no ban can be
// is left out.
struct RestoreBans {
  std::vector<BanRecord> bans;
};

// Asks another mesh hub, which answers with AnswerCame; so does time when it is over. NOT_FOUND for
// a hub that is not known, UNAVAILABLE for one to which no way leads, UNIMPLEMENTED for one of a
// version that answers no questions, RESOURCE_EXHAUSTED if too much is asked already, and
// INVALID_ARGUMENT for a text that is too long.
struct PutQuestion {
  PeerId hub;
  uint64_t number = 0;  // that no other question of this hub has, or had
  SharedText text;
  Duration within{};  // for the answer
};
// The answer to QuestionCame, or in a word why there is none. NOT_FOUND if nobody waits for it any
// more, RESOURCE_EXHAUSTED if it is too long: then that is the answer.
struct AnswerQuestion {
  PeerId hub;
  uint64_t number = 0;
  SharedText text;
  std::string refusal = {};
};

using Command =
    std::variant<StartSignaling, StopSignaling, Drain, Undrain, RegisterHub, UnregisterHub,
                 QuarantineHub, ReleaseHub, DisconnectPeer, DisconnectPeers, ConnectHub,
                 ConnectBootstrapHubs, DisconnectBootstrapHubs, DisconnectLink, DisconnectUrl,
                 SetBootstrapHubs, SetHubMeshNamespace, TrustHubs, SetNamespacePolicy,
                 UnsetNamespacePolicy, ConfigureNamespaces, SetLimits, Ban, Unban, RestoreBans,
                 PutQuestion, AnswerQuestion>;

}  // namespace pigeonhub
