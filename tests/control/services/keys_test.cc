// SPDX-License-Identifier: Apache-2.0
//
// The keys and secrets that a hub uses, as operators see them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "server/auth/token/key_file.h"
#include "server/auth/token/make_token.h"
#include "tests/control/certificates.h"
#include "tests/control/control_fixture.h"

namespace pigeonhub {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class KeysTest : public ControlTest {
 protected:
  void SetUp() override {}

  // A hub with a key of tokens, callers and a TURN server.
  void StartWithKeys() {
    token_ = "the-first-token-of-all";
    key_file_ = folder_.Write("2026-11.keys", kSecret + "\n");
    tokens_ =
        folder_.Write("tokens", "ci operator " + token_ + "\nalice admin cert:alice@example.org\n");
    turn_ = folder_.Write("turn", kTurnSecret + "\n");
    Setup setup;
    setup.arguments = {"--port",           "0",       "--ice-url",     "turn:turn.example.org",
                       "--token-key",      key_file_, "--turn-secret", turn_,
                       "--control-tokens", tokens_};
    setup.hub.auth = PeerAuth::kOptional;
    setup.hub.token_keys.files = {{"2026-11", kSecret + "\n", key_file_}};
    setup.reach.access = std::make_shared<AccessFile>(tokens_, log_);
    ASSERT_TRUE(setup.reach.access->Load().ok());
    Start(setup);
  }
  v1::ListKeysResponse List(const v1::ListKeysRequest& request = {}) {
    v1::ListKeysResponse response;
    const auto status = CALL(access_, ListKeys, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  // The only one of a kind.
  v1::Key Only(v1::KeyKind kind) {
    v1::Key found;
    int count = 0;
    const auto all = List();
    for (const v1::Key& key : all.keys()) {
      if (key.kind() != kind) continue;
      found = key;
      ++count;
    }
    EXPECT_EQ(count, 1) << v1::KeyKind_Name(kind);
    return found;
  }

  static inline const std::string kSecret = std::string(32, 'k');
  static inline const std::string kTurnSecret = std::string(32, 't');
  std::string key_file_;
  std::string tokens_;
  std::string turn_;
};

TEST_F(KeysTest, AreThoseThatTheSettingsNameAndTheIdentityOfTheHub) {
  StartWithKeys();
  const v1::ListKeysResponse all = List();
  ASSERT_EQ(all.keys_size(), 4) << all.DebugString();
  const v1::Key& token = all.keys(0);
  EXPECT_EQ(token.kind(), v1::KEY_KIND_TOKEN_KEY);
  EXPECT_EQ(token.name(), "2026-11");
  EXPECT_EQ(token.algorithm(), "HMAC");
  EXPECT_EQ(token.setting(), "token-key");
  EXPECT_EQ(token.source(), key_file_);
  EXPECT_TRUE(token.has_file_time());
  EXPECT_TRUE(token.has_loaded_time());
  EXPECT_EQ(token.problem(), "");

  const v1::Key& identity = all.keys(1);
  EXPECT_EQ(identity.kind(), v1::KEY_KIND_HUB_IDENTITY);
  EXPECT_EQ(identity.name(), hub().PublicKeyText());
  EXPECT_EQ(identity.algorithm(), "Ed25519");
  EXPECT_EQ(identity.source(), "") << "it is of this run";
  EXPECT_FALSE(identity.has_file_time());
  EXPECT_TRUE(identity.has_loaded_time());

  const v1::Key& caller = all.keys(2);
  EXPECT_EQ(caller.kind(), v1::KEY_KIND_CONTROL_TOKEN);
  EXPECT_EQ(caller.name(), "ci");
  EXPECT_EQ(caller.source(), tokens_);
  EXPECT_TRUE(caller.has_file_time());
  EXPECT_FALSE(caller.has_loaded_time()) << "the file is looked at with each call";

  const v1::Key& turn = all.keys(3);
  EXPECT_EQ(turn.kind(), v1::KEY_KIND_TURN_SECRET);
  EXPECT_EQ(turn.source(), turn_);
  EXPECT_TRUE(turn.has_file_time());

  for (const std::string& secret : {kSecret, kTurnSecret, token_}) {
    EXPECT_THAT(all.DebugString(), Not(HasSubstr(secret)));
  }
}

TEST_F(KeysTest, SayWhenATokenCameThatTheySigned) {
  StartWithKeys();
  EXPECT_EQ(Only(v1::KEY_KIND_TOKEN_KEY).use_count(), 0);
  EXPECT_FALSE(Only(v1::KEY_KIND_TOKEN_KEY).has_last_used_time());
  TokenClaims claims;
  claims.namespaces = {"chat"};
  claims.expires_at = clock_.Read().unix_ms + 3'600'000;
  v1::CheckTokenRequest request;
  request.set_token(*auth::MakeToken(claims, "2026-11", *auth::ParseSigningKey(kSecret)));
  v1::CheckTokenResponse checked;
  CALL_OK(access_, CheckToken, request, checked);
  ASSERT_TRUE(checked.accepted()) << checked.rule();
  EXPECT_EQ(Only(v1::KEY_KIND_TOKEN_KEY).use_count(), 1);
  EXPECT_TRUE(Only(v1::KEY_KIND_TOKEN_KEY).has_last_used_time());
}

TEST_F(KeysTest, SayWhyAChangedFileIsNotInForce) {
  StartWithKeys();
  folder_.Write("2026-11.keys", "not-a-good-key\n");
  config().TakeOverTokenKeys();
  const std::string problem = Only(v1::KEY_KIND_TOKEN_KEY).problem();
  EXPECT_THAT(problem, HasSubstr(key_file_));
  EXPECT_THAT(problem, Not(HasSubstr("not-a-good-key")));
  folder_.Write("2026-11.keys", kSecret + "\n");
  config().TakeOverTokenKeys();
  EXPECT_EQ(Only(v1::KEY_KIND_TOKEN_KEY).problem(), "");
}

TEST_F(KeysTest, SayThatTheFileOfCallersCannotBeUsed) {
  StartWithKeys();
  folder_.Write("tokens", "ci nobody " + token_ + "\n");
  const v1::Key caller = Only(v1::KEY_KIND_CONTROL_TOKEN);
  EXPECT_EQ(caller.name(), "ci") << "what was there before is in force";
  EXPECT_THAT(caller.problem(), HasSubstr(tokens_));
  EXPECT_THAT(caller.problem(), Not(HasSubstr(token_)));
  folder_.Write("tokens", "ci operator " + token_ + "\n");
  EXPECT_EQ(Only(v1::KEY_KIND_CONTROL_TOKEN).problem(), "");
}

TEST_F(KeysTest, SayThatTheirFileIsGone) {
  StartWithKeys();
  EXPECT_EQ(Only(v1::KEY_KIND_TURN_SECRET).problem(), "");
  std::filesystem::remove(turn_);
  const v1::Key turn = Only(v1::KEY_KIND_TURN_SECRET);
  EXPECT_FALSE(turn.has_file_time());
  EXPECT_EQ(turn.problem(),
            turn_ + ": it cannot be found any more; the hub goes on with what it read");
}

TEST_F(KeysTest, OfHubsHaveTheirFile) {
  const std::string text = std::string(32, 'h') + "\n";
  Setup setup;
  const std::string path = folder_.Write("hub.keys", text);
  setup.arguments = {"--port", "0", "--hub-key", path};
  setup.hub.hub_keys = text;
  Start(setup);
  const v1::Key key = Only(v1::KEY_KIND_HUB_KEY);
  EXPECT_EQ(key.setting(), "hub-key");
  EXPECT_EQ(key.source(), path);
  EXPECT_TRUE(key.has_file_time());
  EXPECT_TRUE(key.has_loaded_time());
  EXPECT_EQ(key.problem(), "");

  std::filesystem::last_write_time(
      path, std::filesystem::file_time_type::clock::now() + std::chrono::seconds(10));
  EXPECT_EQ(Only(v1::KEY_KIND_HUB_KEY).problem(),
            path + ": it changed since it was read; a reload takes it over");
}

TEST_F(KeysTest, OfCertificatesSayWhenThoseEndAndWhatIsWrongWithTheirFiles) {
  Certificates certificates(folder_);
  certificates.MakeAuthority("ca");
  certificates.Make("server", "ca", "hub");
  Setup setup;
  setup.arguments = {"--port",
                     "0",
                     "--control-tls-cert",
                     certificates.Pem("server"),
                     "--control-tls-key",
                     certificates.Key("server")};
  Start(setup);
  const v1::Key key = Only(v1::KEY_KIND_CERTIFICATE);
  EXPECT_EQ(key.setting(), "control-tls-cert");
  EXPECT_EQ(key.name(), "localhost");
  EXPECT_EQ(key.source(), certificates.Pem("server"));
  EXPECT_GT(key.expire_time().seconds(), clock_.Read().unix_ms / 1000);
  EXPECT_EQ(key.problem(), "");
  folder_.Write("server.key", "no key\n");
  EXPECT_THAT(Only(v1::KEY_KIND_CERTIFICATE).problem(), HasSubstr("--control-tls-key"));
}

TEST_F(KeysTest, ComeInPages) {
  StartWithKeys();
  v1::ListKeysRequest request;
  request.set_page_size(3);
  const v1::ListKeysResponse first = List(request);
  EXPECT_EQ(first.keys_size(), 3);
  request.set_page_token(first.next_page_token());
  const v1::ListKeysResponse last = List(request);
  ASSERT_EQ(last.keys_size(), 1);
  EXPECT_EQ(last.keys(0).kind(), v1::KEY_KIND_TURN_SECRET);
  EXPECT_EQ(last.next_page_token(), "");
  request.set_page_token("nonsense");
  v1::ListKeysResponse none;
  EXPECT_EQ(BadFieldOf(CALL(access_, ListKeys, request, none)), "page_token");
}

}  // namespace
}  // namespace pigeonhub
