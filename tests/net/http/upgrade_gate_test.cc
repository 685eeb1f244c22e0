// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/upgrade_gate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/net/http/memory_use.h"

namespace pigeonhub::net {
namespace {

HttpRequest Handshake() {
  return {.method = "GET",
          .target = "/",
          .version = "HTTP/1.1",
          .upgrades = true,
          .websocket_version = "13",
          .websocket_key = "dGhlIHNhbXBsZSBub25jZQ=="};
}

std::string HeaderOf(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

const MemoryBudget kNoLimit(0);

TEST(Handshake, OfVersion13IsFine) { EXPECT_FALSE(CheckHandshake(Handshake()).has_value()); }

TEST(Handshake, OfAnotherVersionIsToldWhichOneIsSpoken) {
  for (const char* version : {"", "0", "7", "8", "12", "14", "013", "13, 8"}) {
    HttpRequest request = Handshake();
    request.websocket_version = version;
    const auto refusal = CheckHandshake(request);
    ASSERT_TRUE(refusal.has_value()) << version;
    EXPECT_EQ(refusal->reason, Reason::kBadHandshake);
    EXPECT_EQ(refusal->response.status, 426);
    EXPECT_EQ(HeaderOf(refusal->response, "Sec-WebSocket-Version"), "13");
  }
}

// A request that does not ask for an upgrade.
HttpRequest Plain(std::string_view method, std::string_view target, std::string_view key = {}) {
  HttpRequest request;
  request.method = method;
  request.target = target;
  request.websocket_key = key;
  return request;
}

TEST(Handshake, IsMeantWhereAKeyOrAPeerIdCame) {
  EXPECT_TRUE(WantsWebSocket(Handshake()));
  EXPECT_TRUE(WantsWebSocket(Plain("GET", "/?v=1&peerId=x")));
  EXPECT_TRUE(WantsWebSocket(Plain("GET", "/", "k")));
  EXPECT_FALSE(WantsWebSocket(Plain("GET", "/health?x=1")));
  EXPECT_FALSE(WantsWebSocket(Plain("GET", "/peerId=x")));
  EXPECT_FALSE(WantsWebSocket(Plain("OPTIONS", "/?peerId=x"))) << "a preflight";
}

TEST(Handshake, ThatLostItsUpgradeIsToldWhereToLook) {
  HttpRequest request = Handshake();
  request.upgrades = false;
  request.version = "HTTP/1.0";  // as some proxies make it
  const auto refusal = CheckHandshake(request);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, Reason::kBadHandshake);
  EXPECT_EQ(refusal->response.status, 426);
  EXPECT_EQ(HeaderOf(refusal->response, "Upgrade"), "websocket");
  EXPECT_NE(refusal->response.body.find("proxy"), std::string::npos);
}

TEST(Handshake, NamesEachSubprotocolOnce) {
  HttpRequest request = Handshake();
  for (const char* names : {"a", "a,b", "peerpigeon.v1 ,\tother", "A, a"}) {
    request.websocket_protocols = names;
    EXPECT_FALSE(CheckHandshake(request).has_value()) << names;
  }
  for (const char* names : {",", "a,", "a,,b", "a b", "a;q=1", "\"a\"", "a, b, a", "\xc3\xa9"}) {
    request.websocket_protocols = names;
    const auto refusal = CheckHandshake(request);
    ASSERT_TRUE(refusal.has_value()) << names;
    EXPECT_EQ(refusal->response.status, 400);
  }
}

TEST(Handshake, NeedsAKeyOfSixteenBytes) {
  for (const char* key :
       {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25jZQ=a",
        "dGhlIHNhbXBsZSBub25j*Q==", "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="}) {
    HttpRequest request = Handshake();
    request.websocket_key = key;
    const auto refusal = CheckHandshake(request);
    ASSERT_TRUE(refusal.has_value()) << key;
    EXPECT_EQ(refusal->response.status, 400);
  }
}

TEST(Handshake, IsAGetOfHttp11WithoutABody) {
  HttpRequest post = Handshake();
  post.method = "POST";
  EXPECT_EQ(CheckHandshake(post)->response.status, 400);
  HttpRequest old = Handshake();
  old.version = "HTTP/1.0";
  EXPECT_EQ(CheckHandshake(old)->response.status, 400);
  HttpRequest body = Handshake();
  body.has_body = true;
  EXPECT_EQ(CheckHandshake(body)->response.status, 400);
}

TEST(UpgradeGate, TurnsNewcomersAwayWhileRefusingAndSaysWhenToComeBack) {
  UpgradeGate gate(kNoLimit);
  EXPECT_FALSE(gate.Check(Handshake(), false).has_value());
  gate.Refuse(true);
  const auto refusal = gate.Check(Handshake(), false);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, Reason::kNotServing);
  EXPECT_EQ(refusal->response.status, 503);
  EXPECT_FALSE(HeaderOf(refusal->response, "Retry-After").empty());
  gate.Refuse(false);
  EXPECT_FALSE(gate.Check(Handshake(), false).has_value());
}

TEST(UpgradeGate, TurnsNewcomersAwayWhenMemoryIsShort) {
  MemoryBudget budget(1000);
  const UpgradeGate gate(budget);
  EXPECT_FALSE(gate.Check(Handshake(), false).has_value());
  budget.Measure(1001);
  const auto refusal = gate.Check(Handshake(), false);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, Reason::kMemoryLimit);
  EXPECT_EQ(refusal->response.status, 503);
  EXPECT_FALSE(HeaderOf(refusal->response, "Retry-After").empty());
}

TEST(UpgradeGate, LetsNobodyHaveADescriptorThatIsKept) {
  const UpgradeGate gate(kNoLimit);
  const auto refusal = gate.Check(Handshake(), /*short_of_descriptors=*/true);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, Reason::kOutOfDescriptors);
  EXPECT_EQ(refusal->response.status, 503);
  EXPECT_FALSE(HeaderOf(refusal->response, "Retry-After").empty());
}

TEST(UpgradeGate, SaysTheNameOfTheReasonFirst) {
  MemoryBudget budget(1000);
  UpgradeGate gate(budget);
  const auto said = [&](const HttpRequest& request, bool short_of_descriptors = false) {
    const auto refusal = gate.Check(request, short_of_descriptors);
    return refusal.has_value() ? refusal->response.body : std::string();
  };
  HttpRequest bad = Handshake();
  bad.websocket_key = "";
  EXPECT_TRUE(said(bad).starts_with("bad_handshake: ")) << said(bad);
  bad.websocket_version = "8";
  EXPECT_TRUE(said(bad).starts_with("bad_handshake: ")) << said(bad);
  bad.upgrades = false;
  EXPECT_TRUE(said(bad).starts_with("bad_handshake: ")) << said(bad);
  EXPECT_EQ(said(Handshake(), true),
            "out_of_descriptors: this hub is short of file descriptors.\n");
  budget.Measure(1001);
  EXPECT_EQ(said(Handshake()), "memory_limit: this hub is short of memory.\n");
  gate.Refuse(true);
  EXPECT_EQ(said(Handshake()), "not_serving: this hub is shutting down.\n");
}

TEST(UpgradeGate, NamesABadHandshakeBeforeItsOwnTroubles) {
  UpgradeGate gate(kNoLimit);
  gate.Refuse(true);
  HttpRequest request = Handshake();
  request.websocket_version = "8";
  EXPECT_EQ(gate.Check(request, false)->reason, Reason::kBadHandshake);
}

TEST(UpgradeGate, AnswersWithTheHttpStatusThatFitsTheProgramsStatus) {
  struct Case {
    absl::Status answer;
    int status;
    std::pair<std::string, std::string> header;
  };
  const std::pair<std::string, std::string> text{"Content-Type", "text/plain"};
  const std::vector<Case> cases = {
      {absl::UnauthenticatedError("why"), 401, {"WWW-Authenticate", "Bearer"}},
      {absl::PermissionDeniedError("why"), 403, text},
      {absl::ResourceExhaustedError("why"), 429, {"Retry-After", "5"}},
      {absl::UnavailableError("why"), 503, {"Retry-After", "5"}},
      {absl::InternalError("why"), 403, text},
      {absl::Status(static_cast<absl::StatusCode>(99), "why"), 403, text},
  };
  for (const Case& one : cases) {
    const UpgradeGate gate(kNoLimit, [&](const Request&) { return one.answer; });
    const auto refusal = gate.Admit(Handshake());
    ASSERT_TRUE(refusal.has_value()) << one.answer;
    EXPECT_EQ(refusal->reason, Reason::kNotAdmitted);
    EXPECT_EQ(refusal->response.status, one.status) << one.answer;
    EXPECT_EQ(refusal->response.headers.back(), one.header) << one.answer;
    EXPECT_EQ(refusal->response.body, "why\n");
  }
}

TEST(UpgradeGate, AsksTheProgramForItselfAndSaysWhatItSaid) {
  std::vector<std::string> asked;
  UpgradeGate gate(kNoLimit, [&](const Request& request) {
    asked.push_back(request.peer_id);
    if (request.peer_id == "abc") return absl::OkStatus();
    return absl::NotFoundError("who is that?");
  });
  HttpRequest request = Handshake();
  request.target = "/?peerId=abc";
  EXPECT_FALSE(gate.Admit(request).has_value());
  request.target = "/?peerId=def";
  const auto refusal = gate.Admit(request);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, Reason::kNotAdmitted);
  EXPECT_EQ(refusal->response.status, 403);
  EXPECT_EQ(refusal->response.body, "who is that?\n");
  EXPECT_EQ(asked, (std::vector<std::string>{"abc", "def"}));

  EXPECT_EQ(gate.Check(request, /*short_of_descriptors=*/true)->reason, Reason::kOutOfDescriptors);
  gate.Refuse(true);
  EXPECT_EQ(gate.Check(request, false)->reason, Reason::kNotServing);
  request.websocket_key = "short";
  EXPECT_EQ(gate.Check(request, false)->reason, Reason::kBadHandshake);
  EXPECT_EQ(asked.size(), 2u) << "checking asks nobody";
}

}  // namespace
}  // namespace pigeonhub::net
