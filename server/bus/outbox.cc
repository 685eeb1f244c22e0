// SPDX-License-Identifier: Apache-2.0

#include "server/bus/outbox.h"

#include <variant>

#include "server/core/mesh/conversation.h"

namespace pigeonhub::bus {
namespace {

// Of an entry of news without what hubs choose: ids, numbers, keys and a signature.
constexpr size_t kNode = 1024;

size_t SizeOfNode(const HubNode& node) {
  const size_t details =
      node.profile.hub == nullptr ? 0 : node.profile.hub->capabilities.size() * 64;
  return kNode + node.raw.size() + node.unheard.size() * (PeerId::kLength + 3) +
         node.neighbors.size() * 2 * PeerId::kLength + details;
}

}  // namespace

size_t Outbox::SizeOf(const Publish& publish) {
  size_t size = mesh::kEnvelope;
  if (const auto* frame = std::get_if<outbound::HubFrame>(&publish.message)) {
    size += frame->body == nullptr ? frame->raw.text.size() : SizeOfBody(*frame->body);
  } else if (const auto* news = std::get_if<outbound::HubNews>(&publish.message)) {
    for (const SharedNode& node : news->hubs) size += SizeOfNode(*node);
  }
  return size;
}

}  // namespace pigeonhub::bus
