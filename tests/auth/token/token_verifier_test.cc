// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/token_verifier.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/auth/token/key_file.h"
#include "server/base/base64url.h"
#include "tests/support/token_keys.h"

namespace pigeonhub::auth {
namespace {

constexpr UnixMillis kNow = 1'700'000'000'000;
const std::string kGood =
    R"({"iss":"app","aud":["hub"],"nbf":1699999000,"exp":1700003600,"peerpigeon":{"ns":["chat"]}})";

constexpr std::array kAlgorithms = {
    Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512, Algorithm::kRs256, Algorithm::kRs384,
    Algorithm::kRs512, Algorithm::kPs256, Algorithm::kEs256, Algorithm::kEs384, Algorithm::kEdDsa};

// The two halves of a key; of a secret both are the same.
struct Halves {
  KeyMaterial signer, checker;
  std::string public_pem;
};

Halves NewHalves(KeyKind kind) {
  static int number = 0;
  if (kind == KeyKind::kSecret) {
    const Secret secret = "a secret of more than 32 bytes, number " + std::to_string(++number);
    return {secret, secret, ""};
  }
  const KeyPair pair = MakeKeyPair(kind);
  return {SignerOf(pair), CheckerOf(pair), pair.public_pem};
}

// One for each kind, made once: RSA takes its time.
const Halves& Ours(KeyKind kind) {
  static std::map<KeyKind, Halves> all;
  const auto found = all.find(kind);
  return found != all.end() ? found->second : all.emplace(kind, NewHalves(kind)).first->second;
}
const Halves& Others(KeyKind kind) {
  static std::map<KeyKind, Halves> all;
  const auto found = all.find(kind);
  return found != all.end() ? found->second : all.emplace(kind, NewHalves(kind)).first->second;
}

TokenRules Rules() { return {.issuers = {"app", "other app"}, .audiences = {"hub", "hubs"}}; }

std::unique_ptr<TokenVerifier> VerifierWith(std::vector<TokenKey> keys,
                                            TokenRules rules = Rules()) {
  auto verifier = std::make_unique<TokenVerifier>(std::move(rules));
  verifier->SetKeys(KeyOrigin::kFiles, std::move(keys));
  return verifier;
}

// What it says of a token: "ok" or the name of the reason.
std::string WordFor(const TokenVerifier& verifier, const std::string& token,
                    UnixMillis now = kNow) {
  const auto checked = verifier.Check(token, now);
  const auto* reason = std::get_if<Reason>(&checked);
  return reason == nullptr ? "ok" : std::string(ReasonName(*reason));
}

std::string RuleFor(const TokenVerifier& verifier, const std::string& token) {
  const auto examined = verifier.Examine(token, kNow);
  const auto* refusal = std::get_if<TokenRefusal>(&examined);
  return refusal == nullptr ? "" : refusal->rule;
}

// ---- Each algorithm with each fault. The one key of the verifier is Ours.

struct Fault {
  std::string name;
  std::function<std::string(Algorithm)> token;
};

std::string GoodToken(Algorithm algorithm) {
  return Signed(kGood, algorithm, Ours(KindFor(algorithm)).signer);
}

std::string Header(std::string_view algorithm) {
  return R"({"alg":")" + std::string(algorithm) + R"("})";
}

// The parts of a token, to be put together otherwise.
struct Parts {
  explicit Parts(const std::string& token)
      : header(token.substr(0, token.find('.'))),
        claims(token.substr(header.size() + 1, token.rfind('.') - header.size() - 1)),
        signature(*FromBase64Url(token.substr(token.rfind('.') + 1))) {}
  std::string Token() const { return header + "." + claims + "." + ToBase64Url(signature); }
  std::string header, claims, signature;
};

std::string WithSignature(Algorithm algorithm, const std::function<void(std::string&)>& change) {
  Parts parts(GoodToken(algorithm));
  change(parts.signature);
  return parts.Token();
}

const std::vector<Fault>& Faults() {
  static const std::vector<Fault> faults = {
      {"the last bit of the signature is another",
       [](Algorithm a) {
         return WithSignature(a,
                              [](std::string& s) { s.back() = static_cast<char>(s.back() ^ 1); });
       }},
      {"the first bit of the signature is another",
       [](Algorithm a) {
         return WithSignature(a, [](std::string& s) { s[0] = static_cast<char>(s[0] ^ '\x80'); });
       }},
      {"no signature",
       [](Algorithm a) { return WithSignature(a, [](std::string& s) { s = ""; }); }},
      {"a signature cut short",
       [](Algorithm a) { return WithSignature(a, [](std::string& s) { s.pop_back(); }); }},
      {"a signature with a byte more",
       [](Algorithm a) { return WithSignature(a, [](std::string& s) { s += '\0'; }); }},
      {"a signature of zeros",
       [](Algorithm a) {
         return WithSignature(a, [](std::string& s) { s.assign(s.size(), '\0'); });
       }},
      {"claims of another token",
       [](Algorithm a) {
         Parts parts(GoodToken(a));
         parts.claims = ToBase64Url(R"({"exp":1700003601,"iss":"app","aud":"hub"})");
         return parts.Token();
       }},
      {"signed by another key of this kind",
       [](Algorithm a) { return Signed(kGood, a, Others(KindFor(a)).signer); }},
      {"alg none in place of it",
       [](Algorithm a) {
         Parts parts(GoodToken(a));
         parts.header = ToBase64Url(Header("none"));
         return parts.Token();
       }},
      {"alg none and no signature",
       [](Algorithm a) {
         Parts parts(GoodToken(a));
         parts.header = ToBase64Url(Header("none"));
         parts.signature = "";
         return parts.Token();
       }},
      {"HMAC with the public key as the secret",
       [](Algorithm a) {
         const std::string& pem = Ours(KindFor(a)).public_pem;
         return Signed(kGood, Algorithm::kHs256, Secret(pem.empty() ? std::string(40, 's') : pem));
       }},
      {"the header names another algorithm than it was signed with",
       [](Algorithm a) {
         const Algorithm other = a == Algorithm::kRs256        ? Algorithm::kPs256
                                 : KindFor(a) == KeyKind::kRsa ? Algorithm::kRs256
                                 : a == Algorithm::kHs256      ? Algorithm::kHs384
                                                               : Algorithm::kHs256;
         return Signed(Header(AlgorithmName(other)), kGood, a, Ours(KindFor(a)).signer);
       }},
      {"an extension that must be understood",
       [](Algorithm a) {
         return Signed(R"({"alg":")" + std::string(AlgorithmName(a)) + R"(","crit":["exp"]})",
                       kGood, a, Ours(KindFor(a)).signer);
       }},
      {"a kid that no key has",
       [](Algorithm a) {
         return Signed(R"({"alg":")" + std::string(AlgorithmName(a)) + R"(","kid":"other"})", kGood,
                       a, Ours(KindFor(a)).signer);
       }},
  };
  return faults;
}

TEST(TokenVerifier, AcceptsEachAlgorithmAndRefusesEachFaultOfIt) {
  size_t rows = 0;
  for (const Algorithm algorithm : kAlgorithms) {
    const auto verifier = VerifierWith({{Ours(KindFor(algorithm)).checker, "ours"}});
    const std::string name(AlgorithmName(algorithm));
    EXPECT_EQ(WordFor(*verifier, GoodToken(algorithm)), "ok") << name;
    for (const Fault& fault : Faults()) {
      ++rows;
      EXPECT_EQ(WordFor(*verifier, fault.token(algorithm)), "token_invalid")
          << name << ": " << fault.name;
    }
  }
  EXPECT_GE(rows, 60U);
}

// ---- Each algorithm with each key.

TEST(TokenVerifier, TakesTheAlgorithmFromTheKey) {
  for (const Algorithm algorithm : kAlgorithms) {
    const std::string token = GoodToken(algorithm);
    for (const Algorithm only : kAlgorithms) {
      TokenKey key{Ours(KindFor(only)).checker, "ours"};
      key.only = only;
      const auto verifier = VerifierWith({key});
      EXPECT_EQ(WordFor(*verifier, token), only == algorithm ? "ok" : "token_invalid")
          << AlgorithmName(algorithm) << " with a key for " << AlgorithmName(only);
    }
  }
}

// ---- Which key.

TEST(TokenVerifier, PicksTheKeyByItsName) {
  const Secret first(40, '1');
  const Secret second(40, '2');
  const auto verifier = VerifierWith({{first, "a"}, {second, "b"}});
  const auto named = [&](const std::string& kid, const Secret& secret) {
    return Signed(R"({"alg":"HS256","kid":")" + kid + R"("})", kGood, Algorithm::kHs256, secret);
  };
  EXPECT_EQ(WordFor(*verifier, named("a", first)), "ok");
  EXPECT_EQ(WordFor(*verifier, named("b", second)), "ok");
  EXPECT_EQ(WordFor(*verifier, named("a", second)), "token_invalid");
  EXPECT_EQ(WordFor(*verifier, named("c", first)), "token_invalid");
  EXPECT_EQ(WordFor(*verifier, named("", first)), "token_invalid");
}

TEST(TokenVerifier, TriesAllKeysOfAFileThatShareTheName) {
  const Secret first(40, '1');
  const Secret second(40, '2');
  const auto verifier = VerifierWith({{first, "a"}, {second, "a"}});
  for (const Secret& secret : {first, second}) {
    EXPECT_EQ(WordFor(*verifier,
                      Signed(R"({"alg":"HS256","kid":"a"})", kGood, Algorithm::kHs256, secret)),
              "ok");
  }
}

TEST(TokenVerifier, TriesEightKeysOfTheAlgorithmWithoutAName) {
  std::vector<TokenKey> keys = {{Ours(KeyKind::kEd25519).checker, "e"}};
  for (int i = 0; i < 9; ++i) keys.push_back({Secret(40, static_cast<char>('0' + i)), "k"});
  const auto verifier = VerifierWith(keys);
  const auto by = [](int i) {
    return Signed(kGood, Algorithm::kHs256, Secret(40, static_cast<char>('0' + i)));
  };
  EXPECT_EQ(WordFor(*verifier, by(0)), "ok");
  EXPECT_EQ(WordFor(*verifier, by(7)), "ok");
  EXPECT_EQ(WordFor(*verifier, by(8)), "token_invalid");
  EXPECT_EQ(WordFor(*verifier, GoodToken(Algorithm::kEdDsa)), "ok");
}

TEST(TokenVerifier, TellsOfNamesThatNoKeyHas) {
  std::vector<std::string> unknown;
  TokenVerifier verifier(Rules(),
                         {.unknown_kid = [&](std::string_view kid) { unknown.emplace_back(kid); }});
  verifier.SetKeys(KeyOrigin::kFiles, {{Secret(40, '1'), "a"}});
  const auto named = [&](const std::string& kid) {
    return Signed(R"({"alg":"HS256","kid":")" + kid + R"("})", kGood, Algorithm::kHs256,
                  Secret(40, '1'));
  };
  EXPECT_EQ(WordFor(verifier, named("a")), "ok");
  EXPECT_EQ(WordFor(verifier, named("b")), "token_invalid");
  EXPECT_EQ(WordFor(verifier, GoodToken(Algorithm::kEdDsa)), "token_invalid");
  EXPECT_EQ(unknown, std::vector<std::string>{"b"});
}

TEST(TokenVerifier, TellsOfIssuersThatTheRulesDoNotNameOnceASignatureHolds) {
  std::vector<std::string> wrong;
  TokenRules rules;
  rules.issuers = {"app/"};
  TokenVerifier verifier(
      rules, {.wrong_issuer = [&](std::string_view issuer) { wrong.emplace_back(issuer); }});
  verifier.SetKeys(KeyOrigin::kFiles, {{Secret(40, '1'), "a"}});
  const auto signed_with = [](char digit) {
    return Signed(R"({"alg":"HS256"})", kGood, Algorithm::kHs256, Secret(40, digit));
  };
  EXPECT_EQ(WordFor(verifier, signed_with('2')), "token_invalid");
  EXPECT_TRUE(wrong.empty()) << "a stranger's words are not for the log";
  EXPECT_EQ(WordFor(verifier, signed_with('1')), "token_wrong_issuer");
  EXPECT_EQ(wrong, std::vector<std::string>{"app"});
}

TEST(TokenVerifier, ReplacesTheKeysOfOneOriginAtOnce) {
  TokenVerifier verifier(Rules());
  EXPECT_EQ(WordFor(verifier, GoodToken(Algorithm::kEdDsa)), "token_invalid");
  verifier.SetKeys(KeyOrigin::kFiles, {{Ours(KeyKind::kEd25519).checker, "e"}});
  verifier.SetKeys(KeyOrigin::kUrl, {{Ours(KeyKind::kP256).checker, "p"}});
  EXPECT_EQ(verifier.key_count(), 2U);
  EXPECT_EQ(WordFor(verifier, GoodToken(Algorithm::kEdDsa)), "ok");
  EXPECT_EQ(WordFor(verifier, GoodToken(Algorithm::kEs256)), "ok");
  verifier.SetKeys(KeyOrigin::kUrl, {});
  EXPECT_EQ(WordFor(verifier, GoodToken(Algorithm::kEdDsa)), "ok");
  EXPECT_EQ(WordFor(verifier, GoodToken(Algorithm::kEs256)), "token_invalid");
}

TEST(TokenVerifier, SaysOfEachKeyWhatItIsAndWhenATokenCameThatItSigned) {
  TokenVerifier verifier(Rules());
  TokenKey named{Ours(KeyKind::kRsa).checker, "r"};
  named.only = Algorithm::kPs256;
  named.source = "/keys/r.pem";
  verifier.SetKeys(KeyOrigin::kUrl, {named}, kNow - 5);
  verifier.SetKeys(KeyOrigin::kFiles,
                   {{Ours(KeyKind::kEd25519).checker, "e"}, {Secret(40, '1'), "s"}}, kNow - 9);
  EXPECT_EQ(WordFor(verifier, GoodToken(Algorithm::kEdDsa)), "ok");
  EXPECT_EQ(WordFor(verifier, GoodToken(Algorithm::kEdDsa)), "ok");
  EXPECT_EQ(WordFor(verifier, Signed(kGood, Algorithm::kHs256, Secret(40, '2'))), "token_invalid");

  const std::vector<TokenKeyRecord> records = verifier.Records();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].kid, "e");
  EXPECT_EQ(records[0].kind, "Ed25519");
  EXPECT_EQ(records[0].source, "");
  EXPECT_EQ(records[0].loaded_at, kNow - 9);
  EXPECT_EQ(records[0].uses, 2U);
  EXPECT_EQ(records[0].last_used_at, kNow);
  EXPECT_EQ(records[1].kid, "s");
  EXPECT_EQ(records[1].kind, "HMAC");
  EXPECT_EQ(records[1].uses, 0U) << "another key signed it";
  EXPECT_EQ(records[1].last_used_at, 0);
  EXPECT_EQ(records[2].kind, "PS256") << "it is for nothing else";
  EXPECT_EQ(records[2].source, "/keys/r.pem");
  EXPECT_EQ(records[2].loaded_at, kNow - 5);
}

TEST(TokenVerifier, RemembersWhatItSawOfAKeyThatIsReadAgain) {
  TokenVerifier verifier(Rules());
  // Made anew, as from a file that is read again.
  const auto ed25519 = [] {
    return TokenKey{*PublicKeyFromPem(Ours(KeyKind::kEd25519).public_pem), "e"};
  };
  verifier.SetKeys(KeyOrigin::kFiles, {ed25519(), {Secret(40, '1'), "s"}}, kNow - 9);
  EXPECT_EQ(WordFor(verifier, GoodToken(Algorithm::kEdDsa)), "ok");
  verifier.SetKeys(KeyOrigin::kFiles, {{Secret(40, '2'), "s"}, ed25519()}, kNow + 1);
  const std::vector<TokenKeyRecord> records = verifier.Records();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].loaded_at, kNow + 1) << "another secret of the same name";
  EXPECT_EQ(records[0].uses, 0U);
  EXPECT_EQ(records[1].loaded_at, kNow - 9);
  EXPECT_EQ(records[1].uses, 1U);

  verifier.SetKeys(KeyOrigin::kFiles, {{Secret(40, '2'), "other"}}, kNow + 2);
  EXPECT_EQ(verifier.Records()[0].loaded_at, kNow + 2) << "the same secret of another name";
}

TEST(TokenVerifier, ChecksWhileKeysAreReplaced) {
  TokenVerifier verifier(Rules());
  const std::string token = GoodToken(Algorithm::kHs256);
  const TokenKey key{Ours(KeyKind::kSecret).checker, "s"};
  std::atomic<bool> done = false;
  std::thread replacing([&] {
    for (int i = 0; i < 500; ++i) {
      verifier.SetKeys(KeyOrigin::kFiles, i % 2 == 0 ? std::vector{key} : std::vector<TokenKey>());
    }
    verifier.SetKeys(KeyOrigin::kFiles, {key});
    done = true;
  });
  while (!done) {
    const std::string word = WordFor(verifier, token);
    EXPECT_TRUE(word == "ok" || word == "token_invalid") << word;
  }
  replacing.join();
  EXPECT_EQ(WordFor(verifier, token), "ok");
}

// ---- What a signed token says.

std::string ByUs(const std::string& claims) {
  return Signed(claims, Algorithm::kEdDsa, Ours(KeyKind::kEd25519).signer);
}

std::unique_ptr<TokenVerifier> OurVerifier(TokenRules rules = Rules()) {
  return VerifierWith({{Ours(KeyKind::kEd25519).checker, "e"}}, std::move(rules));
}

struct Row {
  std::string claims, word;
};

TEST(TokenVerifier, NamesTheExactReasonOnceTheSignatureHolds) {
  const auto verifier = OurVerifier();
  for (const auto& [claims, word] :
       std::vector<Row>{{R"("exp":1700000001)", "ok"},
                        {R"("exp":1699999940.001)", "ok"},
                        {R"("exp":1699999940)", "token_expired"},
                        {R"("exp":1)", "token_expired"},
                        {R"("exp":0)", "token_expired"},
                        {R"("exp":-5)", "token_expired"},
                        {R"("exp":1700000001,"nbf":1700000060)", "ok"},
                        {R"("exp":1700000001,"nbf":1700000060.5)", "token_not_yet_valid"},
                        {R"("exp":1800000000,"nbf":1700003600)", "token_not_yet_valid"},
                        {R"("exp":1700000001,"iat":1700009999)", "ok"},
                        {R"("nbf":1)", "token_malformed"},
                        {R"("exp":"soon")", "token_malformed"},
                        {R"("exp":1700000001,"peerpigeon":{"ns":["a*b"]})", "token_malformed"},
                        {R"("exp":1,"peerpigeon":{"ns":["a*b"]})", "token_malformed"}}) {
    EXPECT_EQ(WordFor(*verifier, ByUs(R"({"iss":"app","aud":"hub",)" + claims + "}")), word)
        << claims;
  }
}

TEST(TokenVerifier, HoldsTokensToIssuersAndAudiences) {
  const auto strict = OurVerifier();
  const auto any = OurVerifier(TokenRules());
  for (const auto& [claims, word] :
       std::vector<Row>{{R"("iss":"app","aud":"hub")", "ok"},
                        {R"("iss":"other app","aud":["x","hubs"])", "ok"},
                        {R"("iss":"App","aud":"hub")", "token_wrong_issuer"},
                        {R"("iss":"","aud":"hub")", "token_wrong_issuer"},
                        {R"("aud":"hub")", "token_wrong_issuer"},
                        {R"("iss":"app","aud":"hu")", "token_wrong_audience"},
                        {R"("iss":"app","aud":[])", "token_wrong_audience"},
                        {R"("iss":"app","aud":["HUB"])", "token_wrong_audience"},
                        {R"("iss":"app")", "token_wrong_audience"}}) {
    const std::string token = ByUs(R"({"exp":1700000001,)" + claims + "}");
    EXPECT_EQ(WordFor(*strict, token), word) << claims;
    EXPECT_EQ(WordFor(*any, token), "ok") << claims;
  }
}

TEST(TokenVerifier, AllowsForClocksThatDiffer) {
  TokenRules rules;
  rules.leeway = std::chrono::seconds(0);
  const auto verifier = OurVerifier(rules);
  EXPECT_EQ(WordFor(*verifier, ByUs(R"({"exp":1700000000.001})")), "ok");
  EXPECT_EQ(WordFor(*verifier, ByUs(R"({"exp":1700000000})")), "token_expired");
}

TEST(TokenVerifier, HandsOutTheClaims) {
  const auto checked = OurVerifier()->Check(ByUs(kGood), kNow);
  const auto* claims = std::get_if<SharedClaims>(&checked);
  ASSERT_NE(claims, nullptr);
  EXPECT_EQ((*claims)->issuer, "app");
  EXPECT_TRUE(GrantsNamespace(**claims, "chat"));
}

TEST(TokenVerifier, MissesATokenThatIsNotThere) {
  EXPECT_EQ(WordFor(*OurVerifier(), ""), "token_missing");
}

TEST(TokenVerifier, SaysWhichRuleIsBrokenWithoutShowingTheToken) {
  const auto verifier = OurVerifier();
  EXPECT_EQ(RuleFor(*verifier, "secret-text"), "a token has three parts with dots between them");
  EXPECT_EQ(RuleFor(*verifier, Signed(R"({"alg":"none"})", kGood, Algorithm::kEdDsa,
                                      Ours(KeyKind::kEd25519).signer)),
            "the header's alg is not one of those that are accepted");
  EXPECT_EQ(RuleFor(*verifier, GoodToken(Algorithm::kHs256)),
            "no such key is for the header's alg");
  EXPECT_EQ(RuleFor(*verifier, Signed(kGood, Algorithm::kEdDsa, Others(KeyKind::kEd25519).signer)),
            "no key that may have signed it did");
  EXPECT_EQ(RuleFor(*verifier, ByUs("{}")), "exp is missing: each token ends");
}

TEST(TokenVerifier, LeavesNoErrorToOthersThatUseOpenSsl) {
  const auto verifier = OurVerifier();
  ERR_clear_error();
  for (const Fault& fault : Faults()) WordFor(*verifier, fault.token(Algorithm::kEdDsa));
  EXPECT_FALSE(ParseKeyFile("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "").ok());
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace pigeonhub::auth
