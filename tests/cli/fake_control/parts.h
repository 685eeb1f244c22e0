// SPDX-License-Identifier: Apache-2.0
//
// The parts of the small hub: each makes the server answer for one noun.
#pragma once

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "pigeonhub/v1/namespace_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/fake_server.h"

namespace pigeonhub::cli {

// A message from its JSON, which reads better than forty setters.
template <typename Message>
Message FromJson(const std::string& json) {
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
  if (!status.ok()) throw std::invalid_argument(std::string(status.message()));
  return message;
}

// Cuts a whole list to the page that was asked for; tokens are indices.
template <typename Response, typename Elements>
void CutPage(Response& page, Elements* elements, int page_size, const std::string& token) {
  const int begin = token.empty() ? 0 : std::stoi(token);
  const int end = std::min(begin + (page_size == 0 ? 100 : page_size), elements->size());
  if (end < elements->size()) page.set_next_page_token(std::to_string(end));
  elements->DeleteSubrange(end, elements->size() - end);
  elements->DeleteSubrange(0, begin);
}

template <typename Message>
FakeReply Reply(const Message& message) {
  return {.messages = {message.SerializeAsString()}};
}

inline FakeReply NotFound(const std::string& what, const std::string& reason) {
  constexpr int kNotFound = 5;
  return Refusal(kNotFound, "no " + what, reason);
}

// The peers that are connected, and the policy that is in force in the namespace chat.
v1::ListPeersResponse Peers();
v1::PolicyInForce PolicyInForce();

void ServePeers(FakeServer& server);
void ServeExplanations(FakeServer& server);
void ServeBans(FakeServer& server);
void ServeKeys(FakeServer& server);
void ServeHubs(FakeServer& server);
void ServeNamespaces(FakeServer& server);
void ServePolicies(FakeServer& server);
void ServeLinks(FakeServer& server);
void ServeServer(FakeServer& server);
void ServeEvents(FakeServer& server);
void ServeHandshakes(FakeServer& server);
void ServeReflection(FakeServer& server);
void ServeHealth(FakeServer& server);

}  // namespace pigeonhub::cli
