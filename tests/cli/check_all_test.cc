// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>
#include <signal.h>

#include "cli/probe/http_get.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/fake_hub.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"
#include "tests/support/eventually.h"
#include "tests/support/process.h"

namespace pigeonhub::cli {
namespace {

// A mesh of the hubs that are added, as one of them sees it.
class CheckAllTest : public PigeonctlFixture {
 protected:
  void Add(char digit, const std::string& url) {
    v1::TopologyHub& hub = *mesh_.add_hubs();
    hub.set_peer_id(std::string(40, digit));
    hub.set_url(url);
    server_.Answer<v1::GetTopologyRequest>(mesh_);
  }

  Outcome Check(Typed words) {
    words.insert(words.begin(), {"check", "handshake", "--all"});
    return Run(words);
  }

  v1::GetTopologyResponse mesh_;
};

TEST_F(CheckAllTest, TriesEveryPairOfHubs) {
  // Three names of one hub are as three hubs that are linked.
  FakeHub hub;
  for (const char digit : {'a', 'b', 'c'}) Add(digit, hub.url());
  const std::string a(40, 'a'), b(40, 'b'), c(40, 'c');
  const Outcome outcome = Check({"-o", "name"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, a + ' ' + b + '\n' + a + ' ' + c + '\n' + b + ' ' + c + '\n');
  const Outcome table = Check({});
  EXPECT_TRUE(table.out.starts_with("HUB       OTHER HUB  TIME")) << table.out;
  EXPECT_NE(table.out.find("\naaaaaaaa  bbbbbbbb   "), std::string::npos) << table.out;
}

TEST_F(CheckAllTest, NamesThePairThatDoesNotMeet) {
  FakeHub first, second;
  Add('a', first.url());
  Add('b', second.url());
  const Outcome outcome = Check({"--timeout", "300ms", "-o", "jsonpath={.pairs[0].problem}"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_TRUE(outcome.out.starts_with("discover: the two hubs are not linked")) << outcome.out;
}

TEST_F(CheckAllTest, TriesASingleHubWithItself) {
  FakeHub hub;
  Add('a', hub.url());
  EXPECT_EQ(Check({"-o", "jsonpath={.pairs[*].passed}"}).out, "true\n");
}

TEST_F(CheckAllTest, SaysWhichHubsHaveNoAddress) {
  FakeHub hub;
  Add('a', hub.url());
  Add('b', "");
  EXPECT_EQ(Check({"-o", "name"}).err,
            "pigeonctl: no address is known of " + std::string(40, 'b') +
                "; --advertise-url of a hub says where others reach it\n");
}

TEST_F(CheckAllTest, RefusesFlagsThatDoNotFit) {
  EXPECT_EQ(Check({"ws://a"}).code, 2);
  EXPECT_EQ(Check({"--listen", ":0"}).err,
            "pigeonctl: --listen serves what --every tries; give both\n");
  EXPECT_EQ(Check({"--every", "1s", "--listen", "nowhere"}).err,
            "pigeonctl: --listen nowhere is no address; write HOST:PORT or :PORT\n");
  EXPECT_EQ(Check({"--every", "0s"}).err, "pigeonctl: --every is more than 0\n");
  EXPECT_EQ(Run({"check", "handshake", "ws://a", "--every", "1s"}).err,
            "pigeonctl: --every and --listen go with --all\n");
  EXPECT_EQ(
      Run({"check", "handshake"}).err,
      "pigeonctl: check handshake needs URL, or --all; see pigeonctl check handshake --help\n");
}

TEST_F(CheckAllTest, ServesTheResultsForPrometheus) {
  FakeHub hub;
  Add('a', hub.url());
  Process program(PIGEONCTL_PROGRAM,
                  {"check", "handshake", "--all", "--every", "15s", "--listen", "127.0.0.1:0",
                   "--server", server_.address()},
                  {"HOME=/nonexistent"});
  const std::string line = program.ReadErrorLine();
  const std::string begin = "pigeonctl: serving http://";
  ASSERT_TRUE(line.starts_with(begin)) << line;
  const auto url =
      WebSocketUrl::Parse("ws://" + line.substr(begin.size(), line.rfind('/') - begin.size()));
  ASSERT_TRUE(url.ok()) << url.status();
  const auto get = [&](std::string_view target) {
    return HttpGet(*url, {}, target, std::chrono::steady_clock::now() + std::chrono::seconds(10));
  };
  const std::string pair =
      "{hub=\"" + std::string(40, 'a') + "\",other_hub=\"" + std::string(40, 'a') + "\"} ";
  EXPECT_TRUE(Eventually([&] {
    const auto text = get("/metrics");
    return text.ok() &&
           text->find("pigeonctl_handshake_success" + pair + "1\n") != std::string::npos;
  }));
  const std::string text = *get("/metrics");
  EXPECT_NE(
      text.find("# TYPE pigeonctl_handshake_seconds gauge\npigeonctl_handshake_seconds" + pair),
      std::string::npos)
      << text;
  EXPECT_EQ(get("/other").status().message(), "HTTP/1.1 404 Not Found");
  program.Signal(SIGINT);
  EXPECT_EQ(program.Wait(), 0);
}

}  // namespace
}  // namespace pigeonhub::cli
