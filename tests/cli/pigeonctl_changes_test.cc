// SPDX-License-Identifier: Apache-2.0
//
// What pigeonctl asks of a hub where something is to change, and what it says of it.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

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

using PigeonctlChanges = PigeonctlFixture;

TEST_F(PigeonctlChanges, ChoosesPeersToDisconnectAndToDrainByAttributes) {
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

TEST_F(PigeonctlChanges, SaysWhatADrainOfAllHubsWouldClose) {
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

TEST_F(PigeonctlChanges, SaysWhatIsWrongWithAChoiceOfPeers) {
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

TEST_F(PigeonctlChanges, GivesEveryChangeAnIdOfItsOwn) {
  Run({"peers", "disconnect", kFirstPeer});
  const std::string first = server_.last<v1::DisconnectPeerRequest>().request_id();
  Run({"peers", "disconnect", kFirstPeer});
  const std::string second = server_.last<v1::DisconnectPeerRequest>().request_id();
  EXPECT_EQ(first.size(), 32u);
  EXPECT_NE(first, second);
  Run({"peers", "disconnect", kFirstPeer, "--request-id", "mine"});
  EXPECT_EQ(server_.last<v1::DisconnectPeerRequest>().request_id(), "mine");
}

TEST_F(PigeonctlChanges, OnlyValidatesInADryRun) {
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

TEST_F(PigeonctlChanges, SendsBans) {
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

TEST_F(PigeonctlChanges, SaysWhatABanLacks) {
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

TEST_F(PigeonctlChanges, SendsPolicies) {
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

TEST_F(PigeonctlChanges, SaysWhatIsWrongWithAPolicy) {
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

TEST_F(PigeonctlChanges, SendsWhatAChangeIsAbout) {
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

TEST_F(PigeonctlChanges, SaysThatADrainWasEnded) {
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

TEST_F(PigeonctlChanges, SaysThatADrainGoesOnThoughNobodyMayWatchItAnyMore) {
  FakeReply reply = Refusal(kPermissionDenied, "only operators may", "ROLE_MISSING");
  server_.On(v1::DrainRequest(), [&](const std::string&) { return reply; });
  constexpr char kGoesOn[] =
      "; the drain goes on while the hub runs, until pigeonctl server undrain";
  EXPECT_EQ(Run({"server", "drain"}).err.find(kGoesOn), std::string::npos) << "it did not begin";
  v1::DrainResponse progress;
  progress.set_total(3);
  progress.set_remaining(2);
  reply.messages = {progress.SerializeAsString()};
  const Outcome outcome = Run({"server", "drain"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_NE(outcome.err.find(kGoesOn), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace pigeonhub::cli
