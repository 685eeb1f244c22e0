// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/event_facts.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

#include <algorithm>
#include <string_view>

namespace pigeonhub::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void TakeField(const Message& body, const FieldDescriptor& field, EventFacts& facts) {
  const auto& reflection = *body.GetReflection();
  const std::string& name = field.name();
  if (name == "count" && !field.is_repeated()) {
    // A hub of an older version gives no count.
    facts.count = std::max<int64_t>(1, reflection.GetInt64(body, &field));
  } else if (name == "reason" && field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    facts.reason = static_cast<v1::Reason>(reflection.GetEnumValue(body, &field));
  } else if (name == "addresses") {
    for (const auto& row : reflection.GetRepeatedFieldRef<v1::AddressCount>(body, &field)) {
      facts.addresses.push_back(row.address());
    }
  } else if (name == "namespaces") {
    for (const auto& row : reflection.GetRepeatedFieldRef<v1::NamespaceCount>(body, &field)) {
      facts.networks.push_back(row.namespace_());
    }
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field.is_repeated()) {
    const std::string value = reflection.GetString(body, &field);
    if (value.empty()) return;
    if (name == "namespace") facts.networks.push_back(value);
    if (name == "remote_address") facts.addresses.push_back(value);
    if (name.ends_with("peer_id") || name == "object") facts.peers.push_back(value);
  }
}

bool Has(const auto& list, const auto& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool IsKindWanted(const v1::EventFilter& filter, v1::EventKind kind) {
  if (Has(filter.exclude_kinds(), kind)) return false;
  if (!filter.kinds().empty()) return Has(filter.kinds(), kind);
  return kind != v1::EVENT_KIND_SIGNAL_RELAYED && kind != v1::EVENT_KIND_SIGNAL_DROPPED &&
         kind != v1::EVENT_KIND_BOOTSTRAP_SIGNALING;
}

}  // namespace

EventFacts FactsOf(const v1::Event& event) {
  EventFacts facts;
  const auto* const place = v1::Event::descriptor()->FindOneofByName("body");
  const auto* const which = event.GetReflection()->GetOneofFieldDescriptor(event, place);
  if (which == nullptr) return facts;
  const Message& body = event.GetReflection()->GetMessage(event, which);
  for (int i = 0; i < body.GetDescriptor()->field_count(); ++i) {
    TakeField(body, *body.GetDescriptor()->field(i), facts);
  }
  // Those who left are events of their own as well.
  if (event.has_peers_left()) facts.count = 1;
  return facts;
}

bool Matches(const v1::EventFilter& filter, const v1::Event& event) {
  if (!IsKindWanted(filter, event.kind())) return false;
  const EventFacts facts = FactsOf(event);
  const auto about = [&](const std::string& peer) {
    return peer.empty() || std::any_of(facts.peers.begin(), facts.peers.end(),
                                       [&](const auto& each) { return each.starts_with(peer); });
  };
  return (filter.namespace_().empty() || Has(facts.networks, filter.namespace_())) &&
         about(filter.peer_id()) && about(filter.other_peer_id()) &&
         (filter.reasons().empty() || Has(filter.reasons(), facts.reason)) &&
         (filter.remote_address().empty() || Has(facts.addresses, filter.remote_address()));
}

}  // namespace pigeonhub::cli
