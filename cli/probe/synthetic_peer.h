// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/probe/websocket.h"

namespace pigeonhub::cli {

// Of the id of a peer.
inline constexpr size_t kPeerIdDigits = 40;

// The fields of a hub's message that a probe reads.
struct PeerMessage {
  std::string type;
  std::string from_peer_id;
  std::string about_peer_id;  // data.peerId
  std::string namespace_;     // networkName
  std::string marker;         // data.marker, by which the probe knows its signals
  std::string error;          // what the hub says of a message that it did not act upon
  std::string reason;         // data.reason, the name of the reason for it
};

// A peer that speaks PeerPigeon's signaling and opens no data channel.
class SyntheticPeer {
 public:
  // Connects and waits for the hub's `connected`.
  static absl::StatusOr<std::unique_ptr<SyntheticPeer>> Connect(const WebSocketUrl& url,
                                                                const Entry& entry,
                                                                std::string peer_id,
                                                                std::string namespace_,
                                                                Deadline deadline);

  const std::string& id() const { return id_; }

  absl::Status Announce(Deadline deadline);
  // `type` is offer, answer or ice-candidate.
  absl::Status Signal(std::string_view type, const std::string& target, const std::string& marker,
                      Deadline deadline);
  absl::Status Goodbye(Deadline deadline);
  void Close(Deadline deadline) { socket_->Close(deadline); }

  // Waits for a message that `wanted` accepts, and ignores others. FAILED_PRECONDITION if the hub
  // says that it did not act upon a message.
  absl::Status Await(const std::function<bool(const PeerMessage&)>& wanted, Deadline deadline);

 private:
  SyntheticPeer(std::unique_ptr<WebSocket> socket, std::string id, std::string namespace_)
      : socket_(std::move(socket)), id_(std::move(id)), namespace_(std::move(namespace_)) {}

  // `data` is a JSON object; `target` may be empty.
  absl::Status Send(std::string_view type, const std::string& data, const std::string& target,
                    Deadline deadline);

  std::unique_ptr<WebSocket> socket_;
  std::string id_;
  std::string namespace_;
};

}  // namespace pigeonhub::cli
