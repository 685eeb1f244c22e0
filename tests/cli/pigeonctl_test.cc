// SPDX-License-Identifier: Apache-2.0
//
// What pigeonctl asks of a hub, what it prints, and how it ends.

#include <gtest/gtest.h>

#include "grpc/health/v1/health.pb.h"
#include "pigeonhub/v1/hub_service.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

// A status code of gRPC.

using PigeonctlTest = PigeonctlFixture;

TEST_F(PigeonctlTest, AsksForPageAfterPage) {
  std::vector<int> sizes;
  server_.Answer<v1::ListPeersRequest, v1::ListPeersResponse>([&](const auto& request) {
    sizes.push_back(request.page_size());
    v1::ListPeersResponse page;
    const int begin = request.page_token().empty() ? 0 : std::stoi(request.page_token());
    for (int i = begin; i < std::min(begin + request.page_size(), 2500); ++i) {
      page.add_peers()->set_peer_id(std::to_string(i));
    }
    page.mutable_cursor()->set_seq(100 + begin);
    if (begin + request.page_size() < 2500) {
      page.set_next_page_token(std::to_string(begin + request.page_size()));
    }
    return page;
  });
  const Outcome all = Run({"peers", "list", "-o", "name"});
  EXPECT_EQ(std::count(all.out.begin(), all.out.end(), '\n'), 2500);
  EXPECT_EQ(sizes, (std::vector<int>{1000, 1000, 1000}));
  EXPECT_EQ(all.err, "");

  sizes.clear();
  const Outcome some = Run({"peers", "list", "-o", "json", "--limit", "1200"});
  EXPECT_EQ(sizes, (std::vector<int>{1000, 200}));
  EXPECT_NE(some.out.find("\"nextPageToken\": \"1200\""), std::string::npos)
      << "what is left can be asked for";
  EXPECT_NE(some.out.find("\"seq\": \"100\""), std::string::npos) << "the first page's cursor";
  EXPECT_EQ(some.err, "pigeonctl: there are more than --limit 1200\n");
}

TEST_F(PigeonctlTest, SaysWhyNewcomersAreTurnedAway) {
  EXPECT_EQ(Run({"stats"}).out.find("Newcomers"), std::string::npos);
  v1::GetStatsResponse stats;
  stats.set_turning_away(v1::REASON_MEMORY_LIMIT);
  server_.Answer<v1::GetStatsRequest>(stats);
  const std::string shown = Run({"stats"}).out;
  EXPECT_NE(shown.find("Newcomers           turned away: memory_limit\n"), std::string::npos)
      << shown;
  EXPECT_EQ(shown.find("MEMORY FOR"), std::string::npos) << "a hub of an older version";
}

TEST_F(PigeonctlTest, FindsAPeerOrSaysHowItLeft) {
  const Outcome far = Run({"peers", "find", "3333…", "--namespace", "chat"});
  EXPECT_EQ(far.code, 0);
  EXPECT_NE(far.out.find("wss://hub2.example.org"), std::string::npos) << far.out;
  EXPECT_EQ(server_.last<v1::FindPeerRequest>().peer_id(), "3333") << "as tables show it";
  EXPECT_EQ(server_.last<v1::FindPeerRequest>().namespace_(), "chat");
  const Outcome left = Run({"peers", "find", "2222"});
  EXPECT_EQ(left.code, 1);
  EXPECT_NE(left.out.find("transport_lost"), std::string::npos) << left.out;
  const Outcome lost = Run({"peers", "find", "4444"});
  EXPECT_EQ(lost.code, 1);
  EXPECT_NE(lost.out.find(std::string(kHub) + ", which was lost"), std::string::npos) << lost.out;
  EXPECT_EQ(Run({"peers", "find", "9999"}).code, 5);
}

TEST_F(PigeonctlTest, DoesNotFollowAListThatDoesNotEnd) {
  v1::ListPeersResponse page;
  page.set_next_page_token("again");
  server_.Answer<v1::ListPeersRequest>(page);
  const Outcome outcome = Run({"peers", "list"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(server_.calls().size(), 2u);
}

TEST_F(PigeonctlTest, SendsFilters) {
  Run({"peers", "list", "--namespace", "chat", "--id-prefix", "0a", "--hubs-only"});
  const auto request = server_.last<v1::ListPeersRequest>();
  EXPECT_EQ(request.namespace_(), "chat");
  EXPECT_EQ(request.peer_id_prefix(), "0a");
  EXPECT_TRUE(request.hubs_only());
  EXPECT_FALSE(request.include_remote());
  Run({"peers", "list", "--include-remote"});
  EXPECT_TRUE(server_.last<v1::ListPeersRequest>().include_remote());
  Run({"namespaces", "list", "--prefix", "ch"});
  EXPECT_EQ(server_.last<v1::ListNamespacesRequest>().name_prefix(), "ch");
  Run({"hubs", "list", "--exclude", "ff"});
  EXPECT_EQ(server_.last<v1::ListHubsRequest>().exclude_peer_id(), "ff");
}

TEST_F(PigeonctlTest, TakesTheBeginningOfAnIdThatNoOtherHas) {
  EXPECT_EQ(Run({"peers", "get", "0a1", "-o", "name"}).out, std::string(kFirstPeer) + "\n");
  EXPECT_EQ(Run({"peers", "get", "0a1b2c3d…", "-o", "name"}).out, std::string(kFirstPeer) + "\n");
  EXPECT_EQ(Run({"peers", "get", "0b"}).code, 5);
  server_.Answer<v1::ListPeersRequest, v1::ListPeersResponse>([](const auto&) {
    v1::ListPeersResponse page;
    for (const char digit : {'1', '2', '3', '4'}) {
      page.add_peers()->set_peer_id("0a" + std::string(38, digit));
    }
    return page;
  });
  const Outcome outcome = Run({"peers", "disconnect", "0a"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(outcome.err.starts_with("pigeonctl: several ids begin with 0a: 0a1111"))
      << outcome.err;
  EXPECT_TRUE(outcome.err.ends_with(" and others; give more of it\n")) << outcome.err;
}

TEST_F(PigeonctlTest, TakesNamesAsItPrintsThem) {
  for (const std::string name :
       {"می\u200Cخواهم", "\U0001F468\u200D\U0001F469", "\u202Egpj", "a\nb", "a\\u202eb"}) {
    v1::ListNamespacesResponse list;
    list.add_namespaces()->set_name(name);
    server_.Answer<v1::ListNamespacesRequest>(list);
    std::string printed = Run({"namespaces", "list", "-o", "name"}).out;
    printed.pop_back();
    Run({"namespaces", "get", printed});
    EXPECT_EQ(server_.last<v1::GetNamespaceRequest>().name(), name) << printed;
    Run({"peers", "list", "--namespace", printed});
    EXPECT_EQ(server_.last<v1::ListPeersRequest>().namespace_(), name) << printed;
  }
}

TEST_F(PigeonctlTest, ShowsNoSecretsOfAddresses) {
  for (const Typed& words :
       std::vector<Typed>{{"links", "connect", "ws://h:1/?token=s3cret", "--show-rpc"},
                          {"links", "connect", "ws://h:1/?token=s3cret", "--show-rpc", "--dry-run"},
                          {"links", "connect", "ws://h:1/?token=s3cret", "-o", "name"},
                          {"links", "ws://ada:s3cret@h"},
                          {"peers", "list", "ws://h?s3cret"},
                          {"check", "handshake", "ws://ada:s3cret@h?token=s3cret"}}) {
    const Outcome outcome = Run(words);
    EXPECT_EQ((outcome.out + outcome.err).find("s3cret"), std::string::npos)
        << outcome.out << outcome.err;
    EXPECT_NE((outcome.out + outcome.err).find("***"), std::string::npos)
        << outcome.out << outcome.err;
  }
  Run({"links", "connect", "ws://h:1/?token=s3cret"});
  EXPECT_EQ(server_.last<v1::ConnectHubRequest>().url(), "ws://h:1/?token=s3cret");
}

TEST_F(PigeonctlTest, ShowsTheCallsItMakes) {
  const Outcome outcome = Run({"peers", "get", kFirstPeer, "--show-rpc", "--token", "secret"});
  EXPECT_EQ(outcome.err.find(std::string("--> pigeonhub.v1.PeerService/GetPeer {\"peerId\":\"") +
                             kFirstPeer + "\"}\n<-- OK in "),
            0u)
      << outcome.err;
  EXPECT_EQ(outcome.err.find("secret"), std::string::npos);
}

TEST_F(PigeonctlTest, SendsItsToken) {
  Run({"stats"});
  EXPECT_EQ(server_.calls().back().authorization, "");
  Run({"stats", "--token", "secret"});
  EXPECT_EQ(server_.calls().back().authorization, "Bearer secret");
}

TEST_F(PigeonctlTest, TalksOverUnixSockets) {
  TemporaryDirectory directory;
  const std::string address = "unix:" + directory.path() + "/control";
  FakeServer server(address, nullptr);
  ServeSmallHub(server);
  EXPECT_EQ(RunPigeonctl({"id", "generate", "--server", address}).out,
            "9999999999999999999999999999999999999999\n");
}

TEST_F(PigeonctlTest, IsUnhealthyIfOneServiceIs) {
  using grpc::health::v1::HealthCheckRequest;
  using grpc::health::v1::HealthCheckResponse;
  server_.On(HealthCheckRequest(), [](const std::string& bytes) {
    HealthCheckRequest request;
    request.ParseFromString(bytes);
    if (request.service() == "pigeonhub.v1.MeshService") return FakeReply{.code = kNotFound};
    HealthCheckResponse response;
    response.set_status(request.service() == "pigeonhub.v1.Ready" ? HealthCheckResponse::NOT_SERVING
                                                                  : HealthCheckResponse::SERVING);
    return FakeReply{.messages = {response.SerializeAsString()}};
  });
  const Outcome all = Run({"health"});
  EXPECT_EQ(all.code, 7);
  EXPECT_NE(all.out.find("pigeonhub.v1.Ready             NOT_SERVING\n"), std::string::npos)
      << all.out;
  EXPECT_NE(all.out.find("SERVICE_UNKNOWN"), std::string::npos);
  EXPECT_EQ(all.err, "pigeonctl: not serving: pigeonhub.v1.Ready, pigeonhub.v1.MeshService\n");
  EXPECT_EQ(Run({"health", "live"}).code, 0);
  EXPECT_EQ(Run({"health", "ready"}).code, 7);
  EXPECT_EQ(Run({"health", "mesh"}).code, 7);
}

TEST_F(PigeonctlTest, HasAVersionWithoutAHub) {
  server_.Stop();
  const Outcome outcome = Run({"version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out.find("Client  "), 0u);
  EXPECT_NE(outcome.err.find("cannot connect"), std::string::npos);
  EXPECT_EQ(Run({"version", "--client"}).err, "");
}

TEST_F(PigeonctlTest, SaysOnStderrThatAListIsEmpty) {
  server_.Answer<v1::ListHubsRequest>(v1::ListHubsResponse());
  const Outcome outcome = Run({"hubs", "list"});
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "pigeonctl: no hubs\n");
  EXPECT_EQ(Run({"hubs", "list", "-o", "json"}).out,
            "{\n  \"hubs\": [],\n  \"nextPageToken\": \"\",\n  \"unreachable\": []\n}\n");
}

TEST_F(PigeonctlTest, KeepsContextsAndRefusesSecretsInThem) {
  TemporaryDirectory home;
  const Place place{.variables = {{"HOME", home.path()}}};
  EXPECT_EQ(RunPigeonctl({"context", "set", "a"}, place).code, 2) << "it has no server yet";
  ASSERT_EQ(RunPigeonctl({"context", "set", "a", "--server", server_.address()}, place).code, 0);
  EXPECT_EQ(RunPigeonctl({"id", "generate"}, place).code, 0) << "the first one is used at once";
  EXPECT_EQ(RunPigeonctl({"context", "set", "a", "--token", "t"}, place).code, 2);
  EXPECT_EQ(RunPigeonctl({"context", "set", "b", "--server", "nonsense:x"}, place).code, 2);
  EXPECT_EQ(RunPigeonctl({"context", "use", "b"}, place).code, 5);
  EXPECT_EQ(RunPigeonctl({"context", "delete", "b"}, place).code, 5);
  EXPECT_EQ(RunPigeonctl({"--context", "b", "stats"}, place).code, 5);
  EXPECT_EQ(RunPigeonctl({"context", "list", "-o", "name"}, place).out, "a\n");
  EXPECT_EQ(RunPigeonctl({"context", "delete", "a"}, place).code, 0);
  EXPECT_EQ(RunPigeonctl({"context", "list", "-o", "name"}, place).out, "");
}

TEST_F(PigeonctlTest, CompletesNamesFromTheHub) {
  EXPECT_EQ(Run({"__complete", "--", "peers", "get", "1"}).out, std::string(kSecondPeer) + "\n");
  EXPECT_EQ(Run({"__complete", "--", "hubs", "get", ""}).out, std::string(kHub) + "\n");
  EXPECT_EQ(Run({"__complete", "--", "hubs", "release", ""}).out,
            "7777777777777777777777777777777777777777\n");
  EXPECT_EQ(Run({"__complete", "--", "peers", "list", "--namespace=c"}).out, "--namespace=chat\n");
  EXPECT_EQ(
      RunPigeonctl({"__complete", "--", "--server", server_.address(), "namespaces", "get", "p"})
          .out,
      "pigeonhub-mesh\n")
      << "of the hub that the command line names";
  EXPECT_EQ(Run({"__complete", "--", "--ca", ""}).out, ":files\n");
  EXPECT_EQ(Run({"__complete", "--", "hea"}).out,
            "health\tAsk whether the hub serves; exit code 7 if something does not\n");
}

TEST_F(PigeonctlTest, CompletesInSilenceWithoutAHub) {
  server_.Stop();
  const Outcome outcome = Run({"__complete", "--", "peers", "get", ""});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "");
}

}  // namespace
}  // namespace pigeonhub::cli
