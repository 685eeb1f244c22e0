// SPDX-License-Identifier: Apache-2.0
//
// Bans: who is kept out, until when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pigeonhub/peer_id.h"
#include "pigeonhub/time.h"

namespace pigeonhub {

// Whom a ban hits.
struct BanTarget {
  enum class Kind : uint8_t {
    kPeer,     // who has this peer id
    kSubject,  // whose token has this `sub`
    kTokenId,  // whose token has this `jti`
    kAddress,  // who comes from this address, or from a network such as 192.0.2.0/24
  };
  Kind kind = Kind::kPeer;
  std::string value = {};
  // With a subject or a token id: only tokens with this `iss`. Two issuers may mean two people by
  // one subject. Empty: whoever issued it.
  std::string issuer = {};

  friend bool operator==(const BanTarget&, const BanTarget&) = default;
  friend auto operator<=>(const BanTarget&, const BanTarget&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const BanTarget& target) {
    return H::combine(std::move(h), target.kind, target.value, target.issuer);
  }
};

// "peer", "subject", "token_id", "address".
std::string_view BanKindName(BanTarget::Kind kind);
// Nothing for a name that is none.
std::optional<BanTarget::Kind> FindBanKind(std::string_view name);

// A ban as somebody orders it.
struct BanOrder {
  BanTarget target;
  // With a subject alone: only tokens that were issued before (Unix milliseconds). That is a
  // revocation: what was issued until then is good no more, and who gets a new token may come back.
  // 0: all.
  UnixMillis issued_before = 0;
  Duration duration{};         // more than zero, at most 30 days
  std::string reason = {};     // for operators, at most 256 bytes; who is banned is not told
  bool keep_channels = false;  // no goodbye is sent in the name of those it hits
};

// A ban as a hub knows it. All hubs of a mesh know the same ones. A subject may have a ban and a
// revocation. Of two bans on one target the later one counts, by made_at and then by hub. Two
// revocations become one, which revokes what either of them did for as long as either of them did.
struct BanRecord {
  uint64_t order = 0;  // of becoming known here, the last one the highest
  BanTarget target;
  UnixMillis issued_before = 0;
  UnixMillis made_at = 0;
  UnixMillis ends_at = 0;
  // Until then the hubs remember it, so that none brings back what this one replaced. Not before
  // ends_at.
  UnixMillis remembered_until = 0;
  // Of a revocation: what was ordered until then had been lifted when it was ordered.
  UnixMillis lifted_before = 0;
  bool lifted = false;  // nobody is hit any more; no list shows it
  bool keep_channels = false;
  std::string reason = {};
  PeerId hub;  // where it was ordered

  friend bool operator==(const BanRecord&, const BanRecord&) = default;
};

// What a ban does at the hub that is asked.
struct BanEffect {
  // What holds from now on: of a revocation it may be more than was ordered.
  UnixMillis ends_at = 0;
  UnixMillis issued_before = 0;
  // The one that was in force in its place.
  std::optional<BanRecord> replaced;
  size_t hits = 0;            // peers connected here that it ends, or would end
  std::vector<PeerId> peers;  // the first 1000 of them
  // What whoever ordered it may not have thought of, each in one line.
  std::vector<std::string> warnings;
};

}  // namespace pigeonhub
