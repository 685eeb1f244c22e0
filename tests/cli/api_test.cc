// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "pigeonhub/v1/peer_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

using ApiTest = PigeonctlFixture;

TEST_F(ApiTest, ListsMethods) {
  EXPECT_EQ(
      Run({"api", "list", "PeerService"}).out,
      "METHOD                                   TAKES                  RETURNS\n"
      "pigeonhub.v1.PeerService/ListPeers       ListPeersRequest       ListPeersResponse\n"
      "pigeonhub.v1.PeerService/GetPeer         GetPeerRequest         GetPeerResponse\n"
      "pigeonhub.v1.PeerService/FindPeer        FindPeerRequest        FindPeerResponse\n"
      "pigeonhub.v1.PeerService/ExplainPair     ExplainPairRequest     ExplainPairResponse\n"
      "pigeonhub.v1.PeerService/DisconnectPeer  DisconnectPeerRequest  DisconnectPeerResponse\n");
  const std::string all = Run({"api", "list", "-o", "name"}).out;
  EXPECT_TRUE(all.starts_with("pigeonhub.v1.EventService/WatchEvents\n")) << all;
  EXPECT_NE(all.find("pigeonhub.v1.ServerService/Drain\n"), std::string::npos) << all;
  EXPECT_NE(Run({"api", "list", "EventService"}).out.find("stream WatchEventsResponse"),
            std::string::npos);
}

TEST_F(ApiTest, DescribesWhateverHasAName) {
  EXPECT_NE(Run({"api", "describe", "PeerService"}).out.find("service PeerService {\n"),
            std::string::npos);
  const std::string method = Run({"api", "describe", "GetPeer"}).out;
  EXPECT_NE(method.find("rpc GetPeer("), std::string::npos) << method;
  EXPECT_NE(method.find("message GetPeerRequest {\n"), std::string::npos) << method;
  EXPECT_NE(Run({"api", "describe", "pigeonhub.v1.Reason"}).out.find("REASON_GOODBYE = 3;"),
            std::string::npos);
  const Outcome none = Run({"api", "describe", "pigeonhub.v1.None"});
  EXPECT_EQ(none.code, 5);
  EXPECT_EQ(none.err,
            "pigeonctl: there is no service, method or type pigeonhub.v1.None; see pigeonctl api "
            "list\n");
  EXPECT_NE(Run({"api", "describe", "ListPeersRequest"}).out.find("message ListPeersRequest {\n"),
            std::string::npos);
}

TEST_F(ApiTest, CallsAMethodWithJson) {
  const Outcome outcome = Run({"api", "call", "ListPeers", "-d", R"({"namespace": "chat"})"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("\"peerId\": \"" + std::string(kFirstPeer) + "\""), std::string::npos)
      << outcome.out;
  EXPECT_EQ(server_.last<v1::ListPeersRequest>().namespace_(), "chat");
  EXPECT_EQ(
      Run({"api", "call", "pigeonhub.v1.ServerService/GetStats", "-o", "jsonpath=.peers"}).out,
      "3\n");
}

TEST_F(ApiTest, TakesTheRequestFromAFileOrStandardInput) {
  TemporaryDirectory directory;
  WriteFile(directory.path() + "/request.json", R"({"peerIdPrefix": "0a"})");
  Run({"api", "call", "ListPeers", "-d", "@" + directory.path() + "/request.json"});
  EXPECT_EQ(server_.last<v1::ListPeersRequest>().peer_id_prefix(), "0a");
  RunPigeonctl(
      {"api", "call", "ListPeers", "-d", "@-"},
      {.variables = {{"PIGEONCTL_SERVER", server_.address()}}, .in = R"({"hubsOnly": true})"});
  EXPECT_TRUE(server_.last<v1::ListPeersRequest>().hubs_only());
}

TEST_F(ApiTest, PrintsEachMessageOfAStream) {
  const Outcome outcome = Run({"api", "call", "ServerService/Drain", "-o", "jsonl"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "{\"total\":\"3\",\"remaining\":\"3\",\"done\":false,\"hubId\":\"\",\"unreachable\":[],"
            "\"perHub\":[]}\n"
            "{\"total\":\"3\",\"remaining\":\"1\",\"done\":false,\"hubId\":\"\",\"unreachable\":[],"
            "\"perHub\":[]}\n"
            "{\"total\":\"3\",\"remaining\":\"0\",\"done\":true,\"hubId\":\"\",\"unreachable\":[],"
            "\"perHub\":[]}\n");
}

TEST_F(ApiTest, SaysWhatIsWrongWithACall) {
  const Outcome misspelled = Run({"api", "call", "ListPeer"});
  EXPECT_EQ(misspelled.code, 5);
  EXPECT_EQ(misspelled.err, "pigeonctl: there is no method ListPeer; did you mean ListPeers?\n");
  EXPECT_EQ(Run({"api", "call", "PeerService/ListHubs"}).err,
            "pigeonctl: pigeonhub.v1.PeerService has no method ListHubs; there are ListPeers, "
            "GetPeer, FindPeer, ExplainPair, DisconnectPeer\n");
  EXPECT_EQ(Run({"api", "list", "PearService"}).err,
            "pigeonctl: there is no service PearService; see pigeonctl api list\n");
  const Outcome wrong = Run({"api", "call", "ListPeers", "-d", R"({"nonsense": 1})"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_TRUE(wrong.err.starts_with("pigeonctl: the request is no pigeonhub.v1.ListPeersRequest: "))
      << wrong.err;
  EXPECT_EQ(Run({"api", "call", "ListPeers", "-d", "@/nowhere"}).code, 2);
  EXPECT_EQ(Run({"api", "call", "ListPeers", "-d", "[]"}).err,
            "pigeonctl: the request is no pigeonhub.v1.ListPeersRequest: Root element must be a "
            "message.; pigeonctl api describe ListPeers shows it\n");
}

TEST_F(ApiTest, TakesAMethodAsItStandsOnTheWire) {
  EXPECT_EQ(Run({"api", "call", "/pigeonhub.v1.PeerService/ListPeers"}).code, 0);
}

}  // namespace
}  // namespace pigeonhub::cli
