// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "pigeonhub/event.h"
#include "pigeonhub/records.h"
#include "server/core/fair_queue.h"
#include "server/core/ids.h"
#include "server/core/links/way.h"
#include "server/core/mesh_message.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/pending_list.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// How much more the connection of a link takes now. When there is no room left the core asks for
// more (MoreWaits); there is room again when the connection's queue is short (WantMore).
class LinkRoom {
 public:
  static constexpr size_t kPiece = size_t{128} * 1024;  // bytes

  bool any() const { return bytes_ > 0; }
  void Take(size_t bytes) { bytes_ -= std::min(bytes_, bytes); }
  void Refill() { *this = LinkRoom(); }
  // False if that was asked already.
  bool Ask() { return !std::exchange(asked_, true); }

 private:
  size_t bytes_ = kPiece;
  bool asked_ = false;
};

// A connection to another hub, whoever dialed.
class Link : public Way {
 public:
  using Queue = FairQueue<outbound::Message>;

  Link(PathId link_path, ConnectionId link_connection, const Now& now, const Queue::Room& queue,
       size_t most_hubs)
      : Way(most_hubs, kWordsOverALink),
        path(link_path),
        connection(link_connection),
        since(now.unix_ms),
        began(now.steady),
        waiting(queue) {}

  const PathId path;
  const ConnectionId connection;
  const UnixMillis since;
  const SteadyTime began;                   // the same on the clock that is never set
  Peer* peer = nullptr;                     // the other hub dialed, and is this peer
  std::optional<DialTargetId> dial_target;  // this hub dialed
  bool plain_server = false;                // this hub dialed, and what answers there is no hub
  bool was_told_of_us = false;              // and of no other hub, as it has still to prove its key
  bool knows_map = false;                   // it was sent the whole map, and gets the news since
  size_t largest_passed_on = 0;             // of frames from hub to hub, in bytes
  LinkRoom room;
  Queue waiting;  // for room: what peers and other hubs have for the hub there
  // What the other hub sent: messages and the bytes in them.
  uint64_t messages = 0;
  uint64_t bytes = 0;
  // How it ended; known from when its connection ends to when the link is removed.
  std::optional<LinkEnd> end;

  // Which protocol the other hub speaks. Until that is known this hub only listens to it.
  enum class Dialect {
    kSilent,     // this hub dialed, and was not greeted yet, as every hub does first
    kUnknown,    // this hub dialed, and was greeted
    kReference,  // the protocol of the reference's hubs: it is sent every change of presence
    kMesh,       // it is a mesh hub, and part of the map
  };
  Dialect dialect() const { return dialect_; }
  bool is_reference() const { return dialect_ == Dialect::kReference; }
  bool is_mesh() const { return dialect_ == Dialect::kMesh; }
  void Greeted() { dialect_ = Dialect::kUnknown; }
  void BecomeReference() { dialect_ = Dialect::kReference; }
  void BecomeMesh(const PeerId& id) {
    dialect_ = Dialect::kMesh;
    hub = id;
  }

  // What the other hub is still to be sent of a long list. A peer has its list of its own.
  std::unique_ptr<PendingList>& list() { return peer != nullptr ? peer->list : dialed_list_; }

 private:
  Dialect dialect_ = Dialect::kSilent;
  std::unique_ptr<PendingList> dialed_list_;
};

// Whose presence a reference hub is told of.
enum class Whose { kOwn, kRemote };

// The links, in the order in which they came up. Pointers stay valid until Remove.
class LinkTable {
 public:
  // `is_hub`: whether this hub is one, or a plain server.
  LinkTable(bool is_hub, const Limits& limits)
      : is_hub_(is_hub),
        queue_{limits.link_queue, limits.link_queue / 4},
        most_hubs_(limits.hubs) {}

  Link& Add(ConnectionId connection, const Now& now);
  // The link of that path, which must exist. It is in the table no more.
  std::unique_ptr<Link> Remove(PathId path);
  void Clear() { links_.clear(); }
  // For a path to a mesh hub, which is not tied to one link.
  PathId NewPath() { return PathId(next_path_++); }

  Link* Find(PathId path) const;
  // The link of a hub that dialed, and is connected as this peer; null if it is no hub.
  Link* Of(const Peer& peer) const { return peer.link.has_value() ? Find(*peer.link) : nullptr; }
  // The link that this hub dialed on that connection.
  Link* FindDialed(ConnectionId connection) const;
  // The link on that connection, whoever dialed.
  Link* FindOn(ConnectionId connection) const;
  // The first link to this mesh hub.
  Link* FindMesh(const PeerId& hub) const;

  const std::vector<std::unique_ptr<Link>>& all() const { return links_; }

  // True for a reference hub that is told of these peers. A hub server tells each reference hub of
  // everybody it knows. A plain server tells only of its own peers, and only the hubs that it
  // dialed.
  bool Hears(const Link& link, Whose whose) const {
    return link.is_reference() &&
           (is_hub_ || (whose == Whose::kOwn && link.dial_target.has_value()));
  }

 private:
  const bool is_hub_;
  const Link::Queue::Room queue_;
  const size_t most_hubs_;
  std::vector<std::unique_ptr<Link>> links_;  // few, so a plain array serves
  uint64_t next_path_ = 1;
};

// How a connection to another hub ended.
LinkEnd EndOf(Reason reason, uint16_t code, std::string_view text = {});
// What the event says of a link that ended, whose hub is known. `withdrawn_peers` were lost with
// it.
LinkDown DescribeEnd(const Now& now, const Link& link, size_t withdrawn_peers);
// Counts a message of which the decoder refused so many parts.
void CountUnread(Turn& turn, LinkCounts& counts, size_t refused);

}  // namespace pigeonhub
