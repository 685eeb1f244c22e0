// SPDX-License-Identifier: Apache-2.0
//
// `wait`, and `context` where it asks hubs.

#include <gtest/gtest.h>

#include <filesystem>

#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

using WaitTest = PigeonctlFixture;

TEST_F(WaitTest, EndsAtOnceIfItIsSo) {
  for (const Typed& words :
       std::vector<Typed>{{"wait", "peers", "--for", "namespace=chat"},
                          {"wait", "peers", "--count", "3"},
                          {"wait", "peers", "--for", "namespace=nowhere", "--gone"},
                          {"wait", "links", "--for", "state=LINK_STATE_UP", "--count", "2"},
                          {"wait", "namespaces", "--for", "name=chat", "--for", "remotePeers>10"},
                          {"wait", "hubs"},
                          {"wait", "server", "--for", "servingState=SERVING_STATE_SERVING"}}) {
    const Outcome outcome = Run(words);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(WaitTest, LooksAgainWhenSomethingHappens) {
  int looks = 0;
  server_.Answer<v1::ListPeersRequest, v1::ListPeersResponse>([&](const auto&) {
    v1::ListPeersResponse list;
    if (++looks == 3) list.add_peers()->set_namespace_("chat");
    list.mutable_cursor()->set_epoch("c0ffee");
    list.mutable_cursor()->set_seq(4);
    return list;
  });
  EXPECT_EQ(Run({"wait", "peers", "--for", "namespace=chat"}).code, 0);
  EXPECT_EQ(looks, 3);
}

TEST_F(WaitTest, GivesUpInTime) {
  const Outcome outcome =
      Run({"wait", "peers", "--for", "namespace=chat", "--count", "2", "--timeout", "1s"});
  EXPECT_EQ(outcome.code, 9);
  EXPECT_EQ(outcome.err, "pigeonctl: not within 1s; 1 of 2 are there\n");
  server_.Stop();
  const Outcome away = Run({"wait", "server", "--timeout", "50ms"});
  EXPECT_EQ(away.code, 9);
  EXPECT_TRUE(away.err.starts_with("pigeonctl: not within 50ms; cannot connect to ")) << away.err;
}

TEST_F(WaitTest, TakesAValueOfAnEnumByItsLastWord) {
  EXPECT_EQ(Run({"wait", "server", "--for", "servingState=serving"}).code, 0);
  const Outcome none = Run({"wait", "server", "--for", "servingState=awake", "--timeout", "1s"});
  EXPECT_EQ(none.code, 2);
  EXPECT_TRUE(none.err.starts_with("pigeonctl: awake is no value there; there are SERVING_STATE_"))
      << none.err;
}

TEST_F(WaitTest, RefusesAFieldThatThereIsNot) {
  EXPECT_EQ(Run({"wait", "peers", "--for", "name=chat"}).code, 2);
  EXPECT_EQ(Run({"wait", "peers", "--for", "chat"}).err,
            "pigeonctl: --for chat compares nothing; write FIELD=VALUE, or with one of !=, ~ "
            "(contains), <, <=, >, >=\n");
}

// With two contexts: one of the hub, in use, and one of nobody.
class ContextCheckTest : public PigeonctlFixture {
 protected:
  ContextCheckTest() {
    std::filesystem::create_directories(home_.path() + "/.config/pigeonctl");
    WriteFile(home_.path() + "/.config/pigeonctl/config.toml",
              "current = \"near\"\n[context.near]\nserver = \"" + server_.address() +
                  "\"\n[context.far]\nserver = \"127.0.0.1:1\"\n");
  }

  Outcome Context(Typed words) {
    words.insert(words.begin(), "context");
    return RunPigeonctl(words, {.variables = {{"HOME", home_.path()}}});
  }

  TemporaryDirectory home_;
};

TEST_F(ContextCheckTest, AsksTheHubOfEachContext) {
  const Outcome outcome = Context({"validate"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(outcome.out,
            "CONTEXT  RESULT\n"
            "far      failed\n"
            "near     ok, hub 0.1.0\n");
  EXPECT_EQ(outcome.err,
            "pigeonctl: far: cannot connect to 127.0.0.1:1: nobody listens there (Connection "
            "refused); is the hub running? --server says where\n");
  EXPECT_EQ(Context({"validate", "near"}).code, 0);
  EXPECT_EQ(Context({"validate", "other"}).code, 5);
}

TEST_F(ContextCheckTest, GoesBackToTheOneBefore) {
  EXPECT_EQ(Context({"use", "-"}).code, 5) << "there was none";
  Context({"use", "far"});
  EXPECT_EQ(Context({"show", "-o", "name"}).out, "far\n");
  Context({"use", "-"});
  EXPECT_EQ(Context({"show", "-o", "name"}).out, "near\n");
  Context({"use", "-"});
  EXPECT_EQ(Context({"show", "-o", "name"}).out, "far\n");
  Context({"delete", "near"});
  EXPECT_EQ(Context({"use", "-"}).code, 5);
}

TEST_F(ContextCheckTest, ShowsOne) {
  const Outcome outcome = Context({"show", "far"});
  EXPECT_NE(outcome.out.find("Server           127.0.0.1:1\n"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("In use           no\n"), std::string::npos) << outcome.out;
}

}  // namespace
}  // namespace pigeonhub::cli
