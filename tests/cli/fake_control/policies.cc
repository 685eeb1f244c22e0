// SPDX-License-Identifier: Apache-2.0

#include "pigeonhub/v1/namespace_service.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {

v1::PolicyInForce PolicyInForce() {
  return FromJson<v1::PolicyInForce>(R"({
    "policy": {"who": "WHO_MAY_ENTER_TOKEN", "issuers": {"issuers": ["https://a", "https://b"]},
               "maxPeers": "200", "announceData": "4096", "discoveryLimit": "40",
               "duplicate": "ON_DUPLICATE_PROBE", "messageRate": "100/s,500",
               "announceRate": "off"},
    "origins": [
      {"key": "who", "source": "POLICY_SOURCE_CONFIGURATION", "name": "ch*"},
      {"key": "issuers", "source": "POLICY_SOURCE_CONFIGURATION", "name": "ch*"},
      {"key": "max-peers", "source": "POLICY_SOURCE_CALL", "name": "chat"},
      {"key": "announce-data", "source": "POLICY_SOURCE_CONFIGURATION", "name": "*"},
      {"key": "discovery-limit", "source": "POLICY_SOURCE_DEFAULT"},
      {"key": "duplicate", "source": "POLICY_SOURCE_DEFAULT"},
      {"key": "message-rate", "source": "POLICY_SOURCE_DEFAULT"},
      {"key": "announce-rate", "source": "POLICY_SOURCE_CALL", "name": "chat"}]})");
}

void ServePolicies(FakeServer& server) {
  server.Answer<v1::ListNamespacePoliciesRequest, v1::ListNamespacePoliciesResponse>(
      [](const auto& request) {
        auto page = FromJson<v1::ListNamespacePoliciesResponse>(R"({"policies": [
          {"name": "ch*", "source": "POLICY_SOURCE_CONFIGURATION",
           "policy": {"issuers": {"issuers": ["https://a", "https://b"]}}},
          {"name": "chat", "source": "POLICY_SOURCE_CALL",
           "policy": {"maxPeers": "200", "announceRate": "off"}},
          {"name": "chat", "source": "POLICY_SOURCE_CONFIGURATION",
           "policy": {"issuers": {}, "discoveryLimit": "0",
                      "duplicate": "ON_DUPLICATE_REJECT"}}]})");
        CutPage(page, page.mutable_policies(), request.page_size(), request.page_token());
        return page;
      });
  v1::GetNamespacePolicyResponse in_force;
  *in_force.mutable_in_force() = PolicyInForce();
  server.Answer<v1::GetNamespacePolicyRequest>(in_force);
  server.Answer<v1::SetNamespacePolicyRequest, v1::SetNamespacePolicyResponse>(
      [](const auto& request) {
        auto response = FromJson<v1::SetNamespacePolicyResponse>(R"({
          "ephemeral": true, "evictedCount": "2", "evictedPeers": [
            {"peerId": "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "namespace": "chat",
             "reason": "REASON_NAMESPACE_NEEDS_TOKEN"},
            {"peerId": "1a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "namespace": "chat",
             "reason": "REASON_NAMESPACE_FULL"}]})");
        if (!request.evict()) {
          response.clear_evicted_peers();
          response.clear_evicted_count();
        }
        return response;
      });
  server.Answer<v1::UnsetNamespacePolicyRequest>(v1::UnsetNamespacePolicyResponse());
}

}  // namespace pigeonhub::cli
