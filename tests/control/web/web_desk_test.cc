// SPDX-License-Identifier: Apache-2.0

#include "control/web/web_desk.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "control/web/gzip.h"
#include "server/runtime/clock.h"
#include "tests/control/web/written_request.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub {
namespace {

const std::string kStatsPath = "/pigeonhub.v1.ServerService/GetStats";
const std::string kEventsPath = "/pigeonhub.v1.EventService/WatchEvents";
constexpr char kAliceToken[] = "a-token;of,alice%1";

// A desk of a hub that knows alice, an operator, by her token.
class WebDeskTest : public testing::Test {
 protected:
  WebDeskTest() {
    access_ = std::make_shared<AccessFile>(
        folder_.Write("tokens", std::string("alice operator ") + kAliceToken + "\n"), log_);
    EXPECT_TRUE(access_->Load().ok());
    with_tokens_ = std::make_unique<Authority>(access_, false);
    files_[0] = {"console/app.js", "text/javascript", "\"1a\"", 5, packed_};
    files_[1] = {"console/index.html", "text/html; charset=utf-8", "\"2b\"", 5, packed_};
  }

  // The desk of a port on this machine, whose callers are known by tokens, or by being here.
  WebDesk Desk(bool tokens, WebDesk::Setup setup = {}) {
    setup.hub_id = "abcd";
    setup.files = files_;
    return {tokens ? *with_tokens_ : local_, log_, setup};
  }
  static WrittenRequest On(const std::string& method, const std::string& path) {
    return WrittenRequest{.method = method, .path = path}.With("Host", "localhost:50080");
  }
  static WrittenRequest Call(const std::string& path = kStatsPath) {
    WrittenRequest request =
        On("POST", path)
            .With("Content-Type",
                  path == kEventsPath ? "application/connect+json" : "application/json");
    request.body = path == kEventsPath ? std::string("\0\0\0\0\2{}", 7) : "{}";
    return request;
  }
  static WrittenRequest SignIn(const std::string& body) {
    WrittenRequest request = On("POST", "/session");
    request.body = body;
    return request;
  }
  static WebAnswer AnswerOf(const WebDesk& desk, const WrittenRequest& request) {
    auto decision = desk.Decide(request.Read(), kHere);
    auto* answer = std::get_if<WebAnswer>(&decision);
    EXPECT_NE(answer, nullptr) << "it is a call";
    return answer == nullptr ? WebAnswer() : *answer;
  }
  // The name and role of whom a call is made for; else the status of the answer.
  static std::string CallerOf(const WebDesk& desk, const WrittenRequest& request,
                              const WebPeer& peer = kHere) {
    const auto decision = desk.Decide(request.Read(), peer);
    if (const auto* answer = std::get_if<WebAnswer>(&decision)) {
      return std::to_string(answer->status);
    }
    const Principal& caller = std::get<WebCall>(decision).caller;
    return caller.name + ' ' + std::string(RoleName(caller.role));
  }

  static const WebPeer kHere;
  static const WebPeer kElsewhere;
  const std::string packed_ = Gzip("hello");
  EmbeddedFile files_[2];
  TemporaryFolder folder_;
  SystemClock clock_;
  Log log_{LogLevel::kOff, LogFormat::kText, -1, clock_};
  std::shared_ptr<AccessFile> access_;
  std::unique_ptr<Authority> with_tokens_;
  const Authority local_{nullptr, false};
};

const WebPeer WebDeskTest::kHere{.address = "ipv4:127.0.0.1:40000"};
const WebPeer WebDeskTest::kElsewhere{.address = "ipv4:192.0.2.1:40000"};

TEST_F(WebDeskTest, MakesCallsForWhoIsKnown) {
  const WebDesk local = Desk(false);
  EXPECT_EQ(CallerOf(local, Call()), "local admin");
  EXPECT_EQ(CallerOf(local, Call(kEventsPath)), "local admin");
  EXPECT_EQ(CallerOf(local, Call(), kElsewhere), "401");

  const WebDesk tokens = Desk(true);
  const std::string bearer = std::string("Bearer ") + kAliceToken;
  EXPECT_EQ(CallerOf(tokens, Call()), "401") << "nobody is in for being here";
  EXPECT_EQ(CallerOf(tokens, Call().With("Authorization", bearer)), "alice operator");
  EXPECT_EQ(CallerOf(tokens, Call().With("Authorization", "Bearer another")), "401");
  EXPECT_EQ(
      CallerOf(tokens, Call().With("Cookie", "a=b; pigeonhub_token=a-token%3Bof%2Calice%251")),
      "alice operator");
  EXPECT_EQ(CallerOf(tokens, Call()
                                 .With("Authorization", "Bearer another")
                                 .With("Cookie", "pigeonhub_token=a-token%3Bof%2Calice%251")),
            "401")
      << "who shows a token means it";
}

TEST_F(WebDeskTest, KnowsNobodyForBeingAProxy) {
  WrittenRequest forwarded = Call();
  forwarded.is_forwarded = true;
  EXPECT_EQ(CallerOf(Desk(false), forwarded), "401");
  EXPECT_EQ(CallerOf(Desk(false, {.behind_proxy = true}), Call()), "401");
  const std::string bearer = std::string("Bearer ") + kAliceToken;
  EXPECT_EQ(CallerOf(Desk(true, {.behind_proxy = true}), Call().With("Authorization", bearer)),
            "alice operator");
}

TEST_F(WebDeskTest, SaysWhoIsNotKnownWhatToDo) {
  const WebAnswer unary = AnswerOf(Desk(true), Call());
  EXPECT_EQ(unary.content_type, "application/json");
  EXPECT_EQ(unary.body.find(R"({"code":"unauthenticated","message":"no valid credential came)"), 0u)
      << unary.body;
  EXPECT_NE(unary.body.find("NOT_AUTHENTICATED"), std::string::npos) << unary.body;
  EXPECT_EQ(unary.refusal, WebRefusal::kCredential);
  const WebAnswer stream = AnswerOf(Desk(true), Call(kEventsPath));
  EXPECT_EQ(stream.status, 200);
  EXPECT_EQ(stream.body[0], '\2');
}

TEST_F(WebDeskTest, TakesLargeBodiesFromWhoIsKnown) {
  EXPECT_EQ(Desk(false).MostBody(Call().Read(), kHere), WebDesk::kMostMessage);
  EXPECT_EQ(Desk(true).MostBody(Call().Read(), kHere), WebDesk::kMostFromStranger);
  EXPECT_EQ(Desk(false).MostBody(SignIn("").Read(), kHere), WebDesk::kMostFromStranger);
}

TEST_F(WebDeskTest, RefusesWhatAPageOfAnotherSiteAsks) {
  const struct {
    const char* name;
    const char* value;
    bool taken;
  } rows[] = {{"Origin", "http://localhost:50080", true},
              {"Origin", "HTTP://LOCALHOST:50080", true},
              {"Origin", "http://localhost:3000", false},
              {"Origin", "http://evil.example", false},
              {"Origin", "http://localhost:50080.evil.example", false},
              {"Origin", "null", false},
              {"Sec-Fetch-Site", "same-origin", true},
              {"Sec-Fetch-Site", "none", true},
              {"Sec-Fetch-Site", "same-site", false},
              {"Sec-Fetch-Site", "cross-site", false}};
  const WebDesk desk = Desk(false);
  for (const auto& row : rows) {
    const std::string what = std::string(row.name) + ": " + row.value;
    EXPECT_EQ(CallerOf(desk, Call().With(row.name, row.value)), row.taken ? "local admin" : "403")
        << what;
    EXPECT_EQ(AnswerOf(desk, On("GET", "/session").With(row.name, row.value)).status,
              row.taken ? 200 : 403)
        << what;
    EXPECT_EQ(AnswerOf(desk, On("GET", "/").With(row.name, row.value)).status, 200)
        << "a link to the console, " << what;
  }
  EXPECT_EQ(AnswerOf(desk, Call().With("Origin", "null")).refusal, WebRefusal::kCrossSite);
}

TEST_F(WebDeskTest, AnswersAsThisMachineAlone) {
  const auto status = [&](const WebDesk::Setup& setup, const std::string& host) {
    return AnswerOf(Desk(false, setup),
                    WrittenRequest{.method = "GET", .path = "/"}.With("Host", host))
        .status;
  };
  for (const char* host : {"localhost", "localhost:50080", "127.0.0.1:50080", "[::1]:50080"}) {
    EXPECT_EQ(status({}, host), 200) << host;
  }
  for (const char* host : {"hub.example", "hub.example:50080", "192.0.2.1", ""}) {
    EXPECT_EQ(status({}, host), 403) << host;
  }
  EXPECT_EQ(status({.behind_proxy = true}, "hub.example"), 200);
  EXPECT_EQ(status({.is_local = false, .has_tls = true}, "hub.example"), 200);
}

TEST_F(WebDeskTest, SignsInWithAToken) {
  const WebAnswer answer = AnswerOf(Desk(true), SignIn(R"({"token":"a-token;of,alice%1"})"));
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(HeaderOf(answer, "Set-Cookie"),
            "pigeonhub_token=a-token%3Bof%2Calice%251; HttpOnly; SameSite=Strict; Path=/");
  for (const WebDesk::Setup& setup :
       {WebDesk::Setup{.is_local = false, .has_tls = true}, WebDesk::Setup{.behind_proxy = true}}) {
    const WebAnswer secure =
        AnswerOf(Desk(true, setup), SignIn(R"({"token":"a-token;of,alice%1"})"));
    EXPECT_TRUE(HeaderOf(secure, "Set-Cookie").ends_with("; Path=/; Secure"));
  }
  const WebAnswer wrong = AnswerOf(Desk(true), SignIn(R"({"token":"a-token-of-nobody"})"));
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, "no line of the hub's --control-tokens file has this token\n");
  EXPECT_EQ(wrong.refusal, WebRefusal::kCredential);
  EXPECT_EQ(HeaderOf(wrong, "Set-Cookie"), "");
  for (const std::string& body :
       {std::string(), std::string("{}"), std::string(R"({"token":7})"),
        std::string(R"({"token":""})"), "{\"token\":\"" + std::string(5000, 'a') + "\"}"}) {
    EXPECT_EQ(AnswerOf(Desk(true), SignIn(body)).status, 400) << body.substr(0, 40);
  }
}

TEST_F(WebDeskTest, TellsWhoIsSignedIn) {
  const std::string version = R"(","version":")";
  EXPECT_EQ(AnswerOf(Desk(true), On("GET", "/session")).status, 401);
  const std::string here = AnswerOf(Desk(false), On("GET", "/session")).body;
  EXPECT_EQ(here.find(R"({"name":"local","role":"admin","hubId":"abcd","version":")"), 0u) << here;
  EXPECT_TRUE(here.ends_with(R"(","signedIn":false})")) << here;
  const std::string alice =
      AnswerOf(Desk(true),
               On("GET", "/session").With("Cookie", "pigeonhub_token=a-token%3Bof%2Calice%251"))
          .body;
  EXPECT_EQ(alice.find(R"({"name":"alice","role":"operator",)"), 0u) << alice;
  EXPECT_TRUE(alice.ends_with(R"(","signedIn":true})")) << alice;
}

TEST_F(WebDeskTest, SignsOut) {
  const WebAnswer answer = AnswerOf(Desk(true), On("DELETE", "/session"));
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(HeaderOf(answer, "Set-Cookie"),
            "pigeonhub_token=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
  EXPECT_EQ(AnswerOf(Desk(true), On("PATCH", "/session")).status, 405);
}

TEST_F(WebDeskTest, ServesTheFilesToEverybody) {
  const WebAnswer plain = AnswerOf(Desk(true), On("GET", "/"));
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(plain.body, "hello");
  EXPECT_EQ(HeaderOf(plain, "ETag"), "\"2b\"");
  EXPECT_EQ(HeaderOf(plain, "Content-Security-Policy"),
            "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
  EXPECT_EQ(HeaderOf(plain, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(HeaderOf(plain, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(HeaderOf(plain, "Cache-Control"), "no-cache");
  const WebAnswer packed =
      AnswerOf(Desk(true), On("GET", "/app.js").With("Accept-Encoding", "gzip"));
  EXPECT_EQ(packed.body, packed_);
  EXPECT_EQ(HeaderOf(packed, "Content-Encoding"), "gzip");
  const WebAnswer known =
      AnswerOf(Desk(true), On("GET", "/").With("If-None-Match", "W/\"2b\", \"3\""));
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.body, "");
  EXPECT_EQ(AnswerOf(Desk(true), On("GET", "/").With("If-None-Match", "\"1a\"")).status, 200);
  EXPECT_EQ(AnswerOf(Desk(true), On("POST", "/")).status, 405);
  const WebAnswer none = AnswerOf(Desk(true), On("GET", "/nothing"));
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.body,
            "there is nothing at /nothing; the console is at /, and methods are at "
            "/pigeonhub.v1.Service/Method\n");
}

TEST_F(WebDeskTest, SaysThatItHasNoConsole) {
  const WebDesk desk(local_, log_, {.hub_id = "abcd", .files = {}});
  EXPECT_EQ(AnswerOf(desk, On("GET", "/")).status, 200);
  EXPECT_EQ(AnswerOf(desk, On("GET", "/")).body.find("this pigeonhub was built without"), 0u);
  EXPECT_EQ(CallerOf(desk, Call()), "local admin");
}

TEST_F(WebDeskTest, KeepsNoAnswerOfACall) {
  EXPECT_EQ(HeaderOf(AnswerOf(Desk(true), Call()), "Cache-Control"), "no-store");
  EXPECT_EQ(HeaderOf(AnswerOf(Desk(true), On("GET", "/session")), "Cache-Control"), "no-store");
}

TEST_F(WebDeskTest, RefusesTargetsThatAreNoPaths) {
  for (const char* target : {"", "*", "http://localhost/", "localhost:50080"}) {
    EXPECT_EQ(AnswerOf(Desk(false), On("GET", target)).status, 400) << target;
  }
}

}  // namespace
}  // namespace pigeonhub
