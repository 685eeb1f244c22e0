// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/synthetic_peer.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <initializer_list>
#include <optional>
#include <utility>

#include "cli/probe/refusal_advice.h"
#include "server/base/characters.h"
#include "server/base/json_writer.h"

namespace pigeonhub::cli {
namespace {

using google::protobuf::Struct;

std::string TextOf(const Struct& object, const std::string& key) {
  const auto found = object.fields().find(key);
  return found == object.fields().end() ? "" : found->second.string_value();
}

std::optional<PeerMessage> Read(const std::string& json) {
  Struct message;
  if (!google::protobuf::util::JsonStringToMessage(json, &message).ok()) return std::nullopt;
  PeerMessage read;
  read.type = TextOf(message, "type");
  read.from_peer_id = TextOf(message, "fromPeerId");
  read.namespace_ = TextOf(message, "networkName");
  read.error = TextOf(message, "error");
  if (const auto data = message.fields().find("data"); data != message.fields().end()) {
    read.about_peer_id = TextOf(data->second.struct_value(), "peerId");
    read.marker = TextOf(data->second.struct_value(), "marker");
    read.reason = TextOf(data->second.struct_value(), "reason");
  }
  return read;
}

std::string ObjectOf(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject();
  for (const auto& [key, value] : members) json.Key(key).String(value);
  json.EndObject();
  return text;
}

// As large as what browsers send, so that the hub does its usual work.
std::string Padding(std::string_view type) {
  constexpr size_t kDescriptionSize = 1300;
  constexpr size_t kCandidateSize = 150;
  return std::string(type == "ice-candidate" ? kCandidateSize : kDescriptionSize, 'x');
}

}  // namespace

absl::StatusOr<std::unique_ptr<SyntheticPeer>> SyntheticPeer::Connect(const WebSocketUrl& url,
                                                                      const Entry& entry,
                                                                      std::string peer_id,
                                                                      std::string namespace_,
                                                                      Deadline deadline) {
  auto socket = WebSocket::Open(url.WithParameter("peerId", peer_id), entry, deadline);
  if (!socket.ok()) return socket.status();
  std::unique_ptr<SyntheticPeer> peer(
      new SyntheticPeer(*std::move(socket), std::move(peer_id), std::move(namespace_)));
  absl::Status status =
      peer->Await([](const PeerMessage& message) { return message.type == "connected"; }, deadline);
  if (!status.ok()) return status;
  return peer;
}

absl::Status SyntheticPeer::Send(std::string_view type, const std::string& data,
                                 const std::string& target, Deadline deadline) {
  std::string message;
  JsonWriter json(message);
  json.BeginObject().Key("type").String(type).Key("networkName").String(namespace_);
  if (!target.empty()) json.Key("targetPeerId").String(target);
  json.Key("data").Raw(data).EndObject();
  return socket_->Send(message, deadline);
}

absl::Status SyntheticPeer::Announce(Deadline deadline) {
  return Send("announce", ObjectOf({{"peerId", id_}}), "", deadline);
}

absl::Status SyntheticPeer::Signal(std::string_view type, const std::string& target,
                                   const std::string& marker, Deadline deadline) {
  return Send(type, ObjectOf({{"marker", marker}, {"sdp", Padding(type)}}), target, deadline);
}

absl::Status SyntheticPeer::Goodbye(Deadline deadline) {
  return Send("goodbye", ObjectOf({{"peerId", id_}}), "", deadline);
}

absl::Status SyntheticPeer::Await(const std::function<bool(const PeerMessage&)>& wanted,
                                  Deadline deadline) {
  while (true) {
    const absl::StatusOr<std::string> json = socket_->Receive(deadline);
    if (!json.ok()) return json.status();
    const std::optional<PeerMessage> message = Read(*json);
    if (message && wanted(*message)) return absl::OkStatus();
    if (message && message->type == "error") {
      const std::string reason = message->reason.empty() ? "" : message->reason + ": ";
      return absl::FailedPreconditionError(Displayable(reason + message->error) +
                                           RefusalAdvice(message->reason));
    }
  }
}

}  // namespace pigeonhub::cli
