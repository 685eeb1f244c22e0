// SPDX-License-Identifier: Apache-2.0
//
// What peers and hubs say about themselves, and the kinds of signals they exchange.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/peer_id.h"

namespace pigeonhub {

// Immutable text with many holders (namespace names, profiles). Never null where it is used.
using SharedText = std::shared_ptr<const std::string>;

// Null is not even the empty text.
inline bool SameText(const SharedText& a, const SharedText& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a == b || *a == *b;
}

// A piece of valid JSON text inside a buffer that it keeps alive: a signal's payload travels from
// the frame it came in to the frame it goes out with, without a copy between. Empty: the key was
// absent.
struct RawJson {
  SharedText buffer;
  std::string_view text;

  bool empty() const { return text.empty(); }
  // Memory that it keeps alive, in bytes.
  size_t held() const { return buffer == nullptr ? 0 : buffer->capacity(); }
};

// What a hub tells about itself when it announces, beyond what every peer may. Empty fields were
// not told.
struct HubDetails {
  // The version of the hub-to-hub part of the protocol that it speaks; 0: the reference's only.
  unsigned mesh_version = 0;
  // Set in the one answer to an announce with a mesh_version: the id of the hub that announced. A
  // reference hub shows each of its hubs the announces of all the others, so a version alone does
  // not tell who is at the other end.
  std::optional<PeerId> answers;
  bool transit = true;  // false, said with `answers`: a plain server, which is no hub
  std::string host;
  uint16_t port = 0;
  std::string region;
  std::vector<std::string> capabilities;
  std::string url;  // where other hubs may dial it

  friend bool operator==(const HubDetails&, const HubDetails&) = default;
};

// What a peer says about itself when it announces. On the wire this is `data`; an object's members
// are passed on, anything else shares nothing.
struct Profile {
  // The members as JSON text without the braces, and without peerId and isHub: those two the hub
  // writes itself, so that nobody can claim another's. E.g. `"peerType":"browser","n":[1]`.
  // Null means none.
  SharedText members;
  // data.isHub === true, strictly.
  bool is_hub = false;
  // Lifted from the members of a hub; null for everybody else.
  std::shared_ptr<const HubDetails> hub = nullptr;

  size_t size() const { return members == nullptr ? 0 : members->size(); }
};

enum class SignalType : uint8_t { kOffer, kAnswer, kIceCandidate };
inline constexpr size_t kSignalTypeCount = 3;

}  // namespace pigeonhub
