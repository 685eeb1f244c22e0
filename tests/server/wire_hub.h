// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/core/ids.h"
#include "server/core/keyring.h"
#include "server/core/mesh_message.h"
#include "server/wire/decode.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {

// One end of a link that is made of nothing but a socket, the wire format and keys: a hub that has
// the key of the mesh, signs, agrees on MACs, and says exactly what a test makes it say.
class WireHub {
 public:
  // Connects to the hub at this port of loopback, shows a token made with `mesh_key`, and announces
  // itself. `keyring` is that of the hub with this `id`; a hub with several links has it on each.
  WireHub(uint16_t port, std::string_view mesh_key, const PeerId& id,
          std::shared_ptr<const Keyring> keyring);

  const PeerId& id() const { return id_; }

  void Say(const outbound::Message& message);
  bool SayText(std::string_view text) { return socket_.SendText(text); }
  // The text that Say would send.
  static std::string TextOf(const outbound::Message& message);

  // Reads until the hub has answered all that was said; answers its pings. False if the hub ended
  // the connection.
  bool Settle();
  // What came since the hub was there, or since it was taken.
  std::vector<std::string> TakeTexts() { return std::exchange(texts_, {}); }
  // The last word of a hub about itself that came over this link; null if none did.
  SharedNode NewsOf(const PeerId& hub) const;

  // Its own word about itself, or about a hub that it invents, signed with its key.
  SharedNode Node(const std::vector<PeerId>& neighbors, uint64_t seq, const PeerId& about) const;
  SharedNode Signed(HubNode node, uint64_t start) const;
  // A frame in the name of `from` with these operations: piece `seq` of a stream. It has the MAC on
  // which `keys` and the receiver agree, whose news have come.
  outbound::HubFrame Frame(const PeerId& from, const PeerId& to, uint64_t seq,
                           std::vector<mesh::Op> ops) const;

 private:
  void Hear(const std::string& text);

  const PeerId id_;
  const std::shared_ptr<const Keyring> keyring_;
  RawClient socket_;
  wire::Decoder decoder_;
  std::map<PeerId, SharedNode> news_;
  std::vector<std::string> texts_;
};

// Of these texts, those that contain `part`.
std::vector<std::string> TextsWith(const std::vector<std::string>& texts, std::string_view part);

}  // namespace pigeonhub
