// SPDX-License-Identifier: Apache-2.0
//
// What pigeonctl asks of a hub, what it prints, and how it ends.

#include <gtest/gtest.h>

#include "grpc/health/v1/health.pb.h"
#include "pigeonhub/v1/access_service.pb.h"
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

TEST_F(PigeonctlTest, ChoosesPeersToDisconnectAndToDrainByAttributes) {
  const Outcome outcome = Run({"peers", "disconnect", "--attr", "tier=free", "--attr", "team=red"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "2 peers with team=red, tier=free disconnected; they may come back\n");
  const auto disconnect = server_.last<v1::DisconnectPeerRequest>();
  EXPECT_EQ(disconnect.peer_id(), "");
  EXPECT_EQ(disconnect.attributes().at("tier"), "free");
  EXPECT_EQ(disconnect.attributes().at("team"), "red");
  Run({"server", "drain", "--attr", "tier=free"});
  EXPECT_EQ(server_.last<v1::DrainRequest>().attributes().at("tier"), "free");
}

TEST_F(PigeonctlTest, SaysWhatADrainOfAllHubsWouldClose) {
  v1::DrainResponse response;
  response.set_total(11);
  response.set_remaining(11);
  for (const char id : {'a', 'b', 'c'}) response.add_per_hub()->set_hub_id(std::string(40, id));
  response.add_unreachable()->set_hub_id(std::string(40, 'd'));
  response.mutable_unreachable(0)->set_reason("no way leads to it now");
  server_.On(v1::DrainRequest(), [&](const std::string&) {
    return FakeReply{.messages = {response.SerializeAsString()}};
  });
  const Outcome dry = Run({"server", "drain", "--dry-run", "--hub", "*"});
  EXPECT_NE(dry.out.find("a drain would close 11 connections on 3 hubs\n"), std::string::npos)
      << dry.out;
  EXPECT_NE(dry.err.find("no way leads to it now"), std::string::npos) << dry.err;
}

TEST_F(PigeonctlTest, SaysWhatIsWrongWithAChoiceOfPeers) {
  const std::vector<std::pair<Typed, std::string>> wrong{
      {{"peers", "disconnect"}, "give the ID of a peer, or --attr NAME=VALUE for many"},
      {{"peers", "disconnect", kFirstPeer, "--attr", "tier=free"},
       "an ID and --attr exclude each other; give one of them"},
      {{"peers", "disconnect", "--attr", "tier"}, "--attr takes NAME=VALUE, not tier"},
      {{"peers", "disconnect", "--attr", "tier=free", "--ban", "1h"},
       "--ban needs an ID: no ban goes by attributes; bans add takes --subject"},
      {{"server", "drain", "--attr", "a=1", "--attr", "a=2"}, "--attr gives a twice"}};
  for (const auto& [words, line] : wrong) {
    const Outcome outcome = Run(words);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err, "pigeonctl: " + line + "\n");
  }
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

TEST_F(PigeonctlTest, GivesEveryChangeAnIdOfItsOwn) {
  Run({"peers", "disconnect", kFirstPeer});
  const std::string first = server_.last<v1::DisconnectPeerRequest>().request_id();
  Run({"peers", "disconnect", kFirstPeer});
  const std::string second = server_.last<v1::DisconnectPeerRequest>().request_id();
  EXPECT_EQ(first.size(), 32u);
  EXPECT_NE(first, second);
  Run({"peers", "disconnect", kFirstPeer, "--request-id", "mine"});
  EXPECT_EQ(server_.last<v1::DisconnectPeerRequest>().request_id(), "mine");
}

TEST_F(PigeonctlTest, OnlyValidatesInADryRun) {
  EXPECT_EQ(Run({"server", "stop", "--dry-run"}).out,
            "signaling would stop, closing 3 connections\n");
  EXPECT_TRUE(server_.last<v1::StopSignalingRequest>().validate_only());
  EXPECT_EQ(Run({"server", "stop"}).out, "signaling is stopped, closed 3 connections\n");
  EXPECT_FALSE(server_.last<v1::StopSignalingRequest>().validate_only());
  for (const Typed& words : std::vector<Typed>{{"hubs", "register", "ID"},
                                               {"hubs", "unregister", "ID"},
                                               {"hubs", "quarantine", "ID"},
                                               {"hubs", "release", "ID"},
                                               {"peers", "disconnect", "ID"},
                                               {"peers", "disconnect", "ID", "--ban", "1h"},
                                               {"bans", "add", "--subject", "u", "--for", "1h"},
                                               {"bans", "remove", "--token-id", "j"},
                                               {"namespaces", "policy", "set", "x", "--evict"},
                                               {"namespaces", "policy", "unset", "x"},
                                               {"mesh", "namespace", "set", "x"},
                                               {"links", "connect", "ws://h"},
                                               {"links", "disconnect", "ID"},
                                               {"bootstrap", "connect"},
                                               {"bootstrap", "disconnect"},
                                               {"server", "start"},
                                               {"server", "undrain"},
                                               {"server", "log-level", "off"},
                                               {"server", "reload"},
                                               {"server", "drain"}}) {
    Typed dry = words;
    dry.push_back("--dry-run");
    const Outcome outcome = Run(dry);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("would"), std::string::npos) << outcome.out;
  }
}

TEST_F(PigeonctlTest, SendsBans) {
  Run({"bans", "add", "--subject", "user42", "--issued-before", "now", "--for", "1h30m", "--reason",
       "lost phone", "--keep-channels"});
  const auto ban = server_.last<v1::BanRequest>();
  EXPECT_EQ(ban.target().subject(), "user42");
  EXPECT_GT(ban.issued_before().seconds(), 0);
  EXPECT_EQ(ban.duration().seconds(), 5400);
  EXPECT_EQ(ban.reason(), "lost phone");
  EXPECT_TRUE(ban.keep_channels());
  for (const std::string time :
       {"1772362800", "2026-03-01T11:00:00Z", "2026-03-01T12:00:00+01:00"}) {
    Run({"bans", "add", "--subject", "u", "--issued-before", time, "--for", "1h"});
    EXPECT_EQ(server_.last<v1::BanRequest>().issued_before().seconds(), 1772362800) << time;
  }
  Run({"bans", "add", "--address", "192.0.2.0/24", "--for", "30d"});
  EXPECT_EQ(server_.last<v1::BanRequest>().target().address(), "192.0.2.0/24");
  EXPECT_EQ(server_.last<v1::BanRequest>().duration().seconds(), 30 * 24 * 3600);
  EXPECT_FALSE(server_.last<v1::BanRequest>().has_issued_before());
  Run({"bans", "add", "--subject", "u", "--issuer", "https://app.example", "--for", "1h"});
  EXPECT_EQ(server_.last<v1::BanRequest>().target().issuer(), "https://app.example");
  Run({"bans", "remove", "--token-id", "j1", "--issuer", "https://app.example"});
  EXPECT_EQ(server_.last<v1::UnbanRequest>().target().token_id(), "j1");
  EXPECT_EQ(server_.last<v1::UnbanRequest>().target().issuer(), "https://app.example");
  Run({"peers", "disconnect", "ID", "--ban", "1h"});
  EXPECT_EQ(server_.last<v1::BanRequest>().target().peer_id(), "ID");
  EXPECT_EQ(server_.last<v1::BanRequest>().duration().seconds(), 3600);
}

TEST_F(PigeonctlTest, SaysWhatABanLacks) {
  EXPECT_EQ(Run({"bans", "add", "--for", "1h"}).err,
            "pigeonctl: say whom with one of --peer, --subject, --token-id and --address\n");
  EXPECT_EQ(Run({"bans", "add", "--peer", "a", "--subject", "b", "--for", "1h"}).code, 2);
  EXPECT_EQ(Run({"bans", "remove"}).code, 2);
  EXPECT_EQ(Run({"bans", "remove", "--address", "192.0.2.1", "--issuer", "i"}).err,
            "pigeonctl: --issuer is for --subject and --token-id alone\n");
  EXPECT_EQ(Run({"bans", "add", "--subject", "u"}).err,
            "pigeonctl: say for how long with --for, such as --for 1h\n");
  const Outcome outcome =
      Run({"bans", "add", "--subject", "u", "--for", "1h", "--issued-before", "yesterday"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "pigeonctl: --issued-before yesterday is neither now, nor a time such as "
            "2026-12-01T12:00:00Z, nor the iat of a token\n");
}

TEST_F(PigeonctlTest, SendsPolicies) {
  EXPECT_EQ(Run({"namespaces",
                 "policy",
                 "set",
                 "game:*",
                 "--who",
                 "token",
                 "--issuers",
                 "https://a",
                 "--issuers",
                 "https://b",
                 "--max-peers",
                 "50",
                 "--announce-data",
                 "4KiB",
                 "--discovery-limit",
                 "0",
                 "--duplicate",
                 "replace",
                 "--message-rate",
                 "10/s,50",
                 "--announce-rate",
                 "off"})
                .out,
            "policy of game:* is set until the hub's process ends: who token, issuers "
            "https://a, https://b, max-peers 50, announce-data 4KiB, discovery-limit 0, duplicate "
            "replace, message-rate 10/s,50, announce-rate off\n");
  const auto all = server_.last<v1::SetNamespacePolicyRequest>();
  EXPECT_EQ(all.name(), "game:*");
  EXPECT_FALSE(all.evict());
  const v1::NamespacePolicy& policy = all.policy();
  EXPECT_EQ(policy.who(), v1::WHO_MAY_ENTER_TOKEN);
  EXPECT_EQ(policy.issuers().issuers_size(), 2);
  EXPECT_EQ(policy.max_peers(), 50);
  EXPECT_EQ(policy.announce_data(), 4096);
  EXPECT_TRUE(policy.has_discovery_limit());
  EXPECT_EQ(policy.duplicate(), v1::ON_DUPLICATE_REPLACE);
  EXPECT_EQ(policy.message_rate(), "10/s,50");
  EXPECT_EQ(policy.announce_rate(), "off");

  Run({"namespaces", "policy", "set", "chat", "--issuers", "all"});
  const auto issuers = server_.last<v1::SetNamespacePolicyRequest>().policy();
  EXPECT_TRUE(issuers.has_issuers());
  EXPECT_EQ(issuers.issuers().issuers_size(), 0);
  EXPECT_FALSE(issuers.has_who() || issuers.has_max_peers() || issuers.has_discovery_limit() ||
               issuers.has_duplicate() || issuers.has_message_rate());

  EXPECT_TRUE(Run({"namespaces", "policy", "set", "chat", "--evict"})
                  .out.ends_with("what is in force in chat was applied to those inside; that "
                                 "evicted 2 peers\n"));
  EXPECT_TRUE(server_.last<v1::SetNamespacePolicyRequest>().evict());
  Run({"namespaces", "policy", "unset", "game:*"});
  EXPECT_EQ(server_.last<v1::UnsetNamespacePolicyRequest>().name(), "game:*");
}

TEST_F(PigeonctlTest, SaysWhatIsWrongWithAPolicy) {
  const std::pair<Typed, std::string> kCases[] = {
      {{}, "say what to set, such as --max-peers 50, or --evict to apply what is in force"},
      {{"--who", "me"}, "--who cannot be \"me\"; it is one of anyone, token"},
      {{"--max-peers", "many"}, "--max-peers needs a whole number, not \"many\""},
      {{"--announce-data", "much"},
       "--announce-data needs a size such as 512 or 4KiB, not \"much\""},
      {{"--issuers", "all", "--issuers", "https://a"},
       "--issuers all takes tokens of everybody; give it alone, or name the issuers"},
  };
  for (const auto& [flags, error] : kCases) {
    Typed words = {"namespaces", "policy", "set", "chat"};
    words.insert(words.end(), flags.begin(), flags.end());
    const Outcome outcome = Run(words);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err, "pigeonctl: " + error + "\n");
  }
}

TEST_F(PigeonctlTest, SendsWhatAChangeIsAbout) {
  Run({"hubs", "register", "ID", "--region", "eu", "--capability", "a", "--capability", "b"});
  const auto hub = server_.last<v1::RegisterHubRequest>();
  EXPECT_EQ(hub.peer_id(), "ID");
  EXPECT_EQ(hub.region(), "eu");
  EXPECT_EQ(hub.capabilities_size(), 2);
  Run({"hubs", "quarantine", "ID"});
  EXPECT_EQ(server_.last<v1::QuarantineHubRequest>().peer_id(), "ID");
  Run({"hubs", "release", "ID"});
  EXPECT_EQ(server_.last<v1::ReleaseHubRequest>().peer_id(), "ID");
  Run({"mesh", "namespace", "set", "x", "--restart-signaling"});
  EXPECT_TRUE(server_.last<v1::SetHubMeshNamespaceRequest>().restart_signaling());
  EXPECT_TRUE(Run({"mesh", "namespace", "set", " y "}).out.starts_with("hub mesh namespace is y,"))
      << "as the hub takes it";
  Run({"links", "connect", "ws://h:3000"});
  EXPECT_EQ(server_.last<v1::ConnectHubRequest>().url(), "ws://h:3000");
  Run({"links", "disconnect", "ID"});
  EXPECT_EQ(server_.last<v1::DisconnectLinkRequest>().hub_peer_id(), "ID");
  Run({"server", "log-level", "off"});
  EXPECT_EQ(server_.last<v1::SetLogLevelRequest>().level(), v1::LOG_LEVEL_OFF);
  Run({"server", "drain", "--over", "1m30s"});
  EXPECT_EQ(server_.last<v1::DrainRequest>().over().seconds(), 90);
  Run({"server", "drain"});
  EXPECT_FALSE(server_.last<v1::DrainRequest>().has_over());
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

TEST_F(PigeonctlTest, SaysThatADrainWasEnded) {
  server_.On(v1::DrainRequest(), [](const std::string&) {
    v1::DrainResponse progress;
    progress.set_total(3);
    progress.set_remaining(2);
    return FakeReply{.messages = {progress.SerializeAsString()}};
  });
  const Outcome outcome = Run({"server", "drain"});
  EXPECT_EQ(outcome.code, 6);
  EXPECT_EQ(outcome.err,
            "pigeonctl: the drain was ended with 2 connections left; pigeonctl stats shows the "
            "state\n");
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
