// SPDX-License-Identifier: Apache-2.0
//
// pigeonctl token, which asks no hub.

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "server/auth/token/jws.h"
#include "server/auth/token/key_file.h"
#include "server/auth/token/parse_claims.h"
#include "server/auth/token/token_verifier.h"
#include "tests/cli/run.h"
#include "tests/cli/some_token.h"
#include "tests/support/token_keys.h"

namespace pigeonhub::cli {
namespace {

using Strings = std::vector<std::string>;

constexpr UnixMillis kIssued = 1'772'366'400'000;  // of RunPigeonctl
const std::string kSecret = "0123456789abcdef0123456789abcdef";

class TokenCommands : public testing::Test {
 protected:
  TokenCommands() { WriteFile(Path("hub.keys"), kSecret + "\n"); }

  std::string Path(const std::string& name) const { return folder_.path() + "/" + name; }

  Outcome Create(Strings flags) const {
    flags.insert(flags.begin(), {"token", "create", "--key", Path("hub.keys")});
    return RunPigeonctl(flags);
  }
  Outcome CheckOf(const std::string& token, Strings flags) const {
    flags.insert(flags.begin(), {"token", "check", "-"});
    return RunPigeonctl(flags, {.in = token});
  }

  TemporaryDirectory folder_;
};

TokenClaims ClaimsOf(const Outcome& created) {
  EXPECT_EQ(created.code, 0) << created.err;
  EXPECT_EQ(created.err, "");
  EXPECT_EQ(created.out.find('\n'), created.out.size() - 1) << "a token and nothing else";
  const std::string token = created.out.substr(0, created.out.find('\n'));
  const auto jws = auth::ParseJws(token);
  EXPECT_TRUE(jws.ok()) << jws.status();
  return jws.ok() ? auth::ParseTokenClaims(jws->payload).value() : TokenClaims();
}

TEST_F(TokenCommands, CreateATokenWithAllThatWasGiven) {
  const TokenClaims claims = ClaimsOf(
      Create({"--ns", "chat", "--ns", "game:*", "--sub", "user42", "--peer",
              "0123456789abcdef0123456789abcdef01234567", "--ttl", "90m", "--attr", "tier=pro",
              "--attr", "note=a=b", "--audience", "hub", "--issuer", "app", "--hub"}));
  EXPECT_EQ(claims.namespaces, (Strings{"chat", "game:*"}));
  EXPECT_EQ(claims.subject, "user42");
  EXPECT_EQ(claims.peer, PeerId::Parse("0123456789abcdef0123456789abcdef01234567"));
  EXPECT_EQ(claims.issued_at, kIssued);
  EXPECT_EQ(claims.expires_at, kIssued + 90 * 60'000);
  EXPECT_EQ(claims.attributes,
            (std::map<std::string, std::string>{{"note", "a=b"}, {"tier", "pro"}}));
  EXPECT_EQ(claims.audiences, Strings{"hub"});
  EXPECT_EQ(claims.issuer, "app");
  EXPECT_TRUE(claims.hub);
  EXPECT_EQ(claims.token_id.size(), 32U);
}

TEST_F(TokenCommands, CreateTokensOfAnHourWithIdsOfTheirOwn) {
  const TokenClaims one = ClaimsOf(Create({"--ns", "chat"}));
  const TokenClaims other = ClaimsOf(Create({"--ns", "chat"}));
  EXPECT_EQ(one.expires_at, kIssued + 3'600'000);
  EXPECT_NE(one.token_id, other.token_id);
}

TEST_F(TokenCommands, CreateWhatTheHubsKeyFileAccepts) {
  for (const auto kind : {auth::KeyKind::kSecret, auth::KeyKind::kRsa, auth::KeyKind::kP256,
                          auth::KeyKind::kP384, auth::KeyKind::kEd25519}) {
    std::string public_text = kSecret;
    if (kind != auth::KeyKind::kSecret) {
      const KeyPair pair = MakeKeyPair(kind);
      WriteFile(Path("hub.keys"), pair.private_pem);
      public_text = pair.public_pem;
    }
    const Outcome created = Create({"--ns", "chat"});
    ASSERT_EQ(created.code, 0) << created.err;
    auth::TokenVerifier verifier({});
    // The private key and the public one are in files of different names.
    verifier.SetKeys(auth::KeyOrigin::kFiles, *auth::ParseKeyFile(public_text, "other"));
    const auto checked = verifier.Check(created.out.substr(0, created.out.size() - 1), kIssued);
    EXPECT_TRUE(std::holds_alternative<SharedClaims>(checked));
  }
}

TEST_F(TokenCommands, CreateNamesTheKeyWhereAsked) {
  const Outcome created = Create({"--ns", "chat", "--kid", "2026-11"});
  EXPECT_EQ(auth::ParseJws(created.out.substr(0, created.out.size() - 1))->header,
            R"({"alg":"HS256","typ":"JWT","kid":"2026-11"})");
}

struct Wrong {
  Strings words;
  std::string line;
};

TEST_F(TokenCommands, CreateSaysInOneLineWhatIsWrong) {
  const std::string keys = Path("hub.keys");
  WriteFile(Path("short"), "short\n");
  for (const auto& [words, line] : std::vector<Wrong>{
           {{"--ns", "chat"}, "give --key FILE, the secret or private key to sign with"},
           {{"--key", keys},
            "give --ns NAME for each namespace; a token without any grants nothing"},
           {{"--key", keys, "--ns", "a*b"},
            "each entry of peerpigeon.ns is the name of a namespace, or the beginning of names "
            "with "
            "one * behind it"},
           {{"--key", keys, "--ns", "a", "--ttl", "0s"}, "--ttl is 1s or more"},
           {{"--key", keys, "--ns", "a", "--peer", "12"},
            "--peer takes an id of 40 hexadecimal digits, not 12"},
           {{"--key", keys, "--ns", "a", "--attr", "tier"}, "--attr takes NAME=VALUE, not tier"},
           {{"--key", keys, "--ns", "a", "--attr", "t=1", "--attr", "t=2"}, "--attr gives t twice"},
           {{"--key", Path("short"), "--ns", "a"},
            Path("short") +
                ": line 1: a secret has at least 32 bytes (openssl rand -hex 32 makes one)"},
           {{"--key", "/nonexistent", "--ns", "a"},
            "cannot read /nonexistent: No such file or directory; check the path"}}) {
    Strings all = {"token", "create"};
    all.insert(all.end(), words.begin(), words.end());
    const Outcome outcome = RunPigeonctl(all);
    EXPECT_EQ(outcome.code, 2) << line;
    EXPECT_EQ(outcome.err, "pigeonctl: " + line + "\n");
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(TokenCommands, CheckAcceptsFromStandardInputAndFromTheCommandLine) {
  const Outcome created = Create({"--ns", "chat"});
  const Outcome checked = CheckOf(created.out, {"--key", Path("hub.keys")});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_EQ(checked.out, "accepted until 2026-03-01T13:00:00Z, in 1h; grants chat\n");
  EXPECT_EQ(RunPigeonctl({"token", "check", kSomeToken, "--jwks", kSomeJwksFile}).code, 0);
}

TEST_F(TokenCommands, CheckNamesTheRuleThatIsBroken) {
  const auto ours = [](const std::string& claims) {
    return Signed(claims, auth::Algorithm::kHs256, auth::Secret(kSecret));
  };
  const Strings key = {"--key", Path("hub.keys")};
  for (const auto& [words, line] : std::vector<Wrong>{
           {{"what"}, "token_invalid: a token has three parts with dots between them"},
           {{""}, "token_missing: there is no token"},
           {{std::string(10'000, 'A')}, "token_invalid: a token has at most 8192 bytes"},
           {{kSomeToken},
            "token_invalid: no key has the header's kid; the keys were those of " + key[1]},
           {{ours(R"({"exp":1772366000})")}, "token_expired: exp is over"},
           {{ours(R"({"exp":1772370000,"nbf":1772369000})")},
            "token_not_yet_valid: nbf is still to come"},
           {{ours(R"({"exp":1772370000,"peerpigeon":{"ns":"chat"}})")},
            "token_malformed: peerpigeon.ns is an array"},
           {{ours(R"({"exp":1772370000,"iss":"b"})"), "--issuer", "a"},
            "token_wrong_issuer: iss is none of the issuers"},
           {{ours(R"({"exp":1772370000,"iss":"https://a"})"), "--issuer", "https://a/"},
            "token_wrong_issuer: iss is none of the issuers: it lacks the slash at the end"},
           {{ours(R"({"exp":1772370000,"iss":"https://a/"})"), "--issuer", "https://a"},
            "token_wrong_issuer: iss is none of the issuers: it has a slash at its end, and the "
            "issuer has none"},
           {{ours(R"({"exp":1772370000,"aud":"b"})"), "--audience", "a", "--audience", "c"},
            "token_wrong_audience: aud has none of the audiences"}}) {
    Strings flags(words.begin() + 1, words.end());
    flags.insert(flags.end(), key.begin(), key.end());
    const Outcome outcome = CheckOf(words.front() + "\n", flags);
    EXPECT_EQ(outcome.code, 4) << line;
    EXPECT_EQ(outcome.out, line + "\n");
  }
}

TEST_F(TokenCommands, CheckNeedsKeys) {
  const Outcome none = CheckOf(kSomeToken, {});
  EXPECT_EQ(none.code, 2);
  EXPECT_EQ(none.err,
            "pigeonctl: give --key FILE or --jwks FILE, the keys to check the token with\n");
  const Outcome wrong = CheckOf(kSomeToken, {"--jwks", Path("hub.keys")});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_NE(wrong.err.find("not a JWKS"), std::string::npos) << wrong.err;
}

TEST_F(TokenCommands, InspectShowsWhatNoHubTakes) {
  const Outcome outcome = RunPigeonctl({"token", "inspect",
                                        Signed(R"({"alg":"none"})", R"({"sub":"a"})",
                                               auth::Algorithm::kHs256, auth::Secret(kSecret))});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "header   {\"alg\":\"none\"}\nclaims   {\"sub\":\"a\"}\n"
            "problem  the header's alg is not one of those that are accepted\n");
  EXPECT_EQ(outcome.err,
            "pigeonctl: nothing of this is checked; pigeonctl token check does that\n");
  EXPECT_EQ(RunPigeonctl({"token", "inspect", "no token"}).code, 2);
}

}  // namespace
}  // namespace pigeonhub::cli
