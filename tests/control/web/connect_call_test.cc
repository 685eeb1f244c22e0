// SPDX-License-Identifier: Apache-2.0

#include "control/web/connect_call.h"

#include <gtest/gtest.h>

#include <string>

#include "control/web/gzip.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "tests/control/web/written_request.h"

namespace pigeonhub {
namespace {

using CallRead = std::variant<ConnectCall, ConnectRefusal, WebAnswer>;

constexpr size_t kMostOfCall = 1000;
const std::string kListPeers = "/pigeonhub.v1.PeerService/ListPeers";
const std::string kBan = "/pigeonhub.v1.AccessService/Ban";
const std::string kWatchEvents = "/pigeonhub.v1.EventService/WatchEvents";

CallRead ReadCallOf(const WrittenRequest& request) {
  return ReadConnectCall(request.Read(), kMostOfCall);
}

WrittenRequest JsonPost(const std::string& path, const std::string& body) {
  return {.path = path, .body = body, .headers = {{"Content-Type", "application/json"}}};
}

WrittenRequest StreamPost(const std::string& codec, const std::string& body) {
  return {.path = kWatchEvents,
          .body = body,
          .headers = {{"Content-Type", "application/connect+" + codec}}};
}

WrittenRequest GetOf(const std::string& query) {
  return {.method = "GET", .path = kListPeers, .query = query};
}

std::string InEnvelope(char flags, const std::string& bytes) {
  std::string head(5, '\0');
  head[0] = flags;
  head[3] = static_cast<char>(bytes.size() >> 8);
  head[4] = static_cast<char>(bytes.size());
  return head + bytes;
}

// "200" for a call, else what it is refused with.
std::string OutcomeOf(const CallRead& read) {
  if (std::holds_alternative<ConnectCall>(read)) return "call";
  if (const auto* answer = std::get_if<WebAnswer>(&read)) return std::to_string(answer->status);
  const auto& refusal = std::get<ConnectRefusal>(read);
  return std::to_string(refusal.status.error_code()) + ' ' + refusal.status.error_message();
}

v1::ListPeersRequest PeersAsked(const CallRead& read) {
  v1::ListPeersRequest request;
  EXPECT_EQ(OutcomeOf(read), "call");
  const auto* call = std::get_if<ConnectCall>(&read);
  EXPECT_TRUE(call != nullptr && request.ParseFromString(call->request));
  return request;
}

TEST(ConnectCall, KnowsThePathsOfMethods) {
  EXPECT_TRUE(IsConnectPath(kListPeers));
  EXPECT_TRUE(IsConnectPath("/pigeonhub.v1.NoService/No"));
  EXPECT_TRUE(IsConnectPath("/grpc.health.v1.Health/Check"));
  EXPECT_FALSE(IsConnectPath("/"));
  EXPECT_FALSE(IsConnectPath("/pigeonhub.hubs.v1.Questions/Ask"));
  EXPECT_FALSE(IsConnectPath("/grpc.channelz.v1.Channelz/GetServers"));
  EXPECT_FALSE(IsConnectPath("/session"));
}

TEST(ConnectCall, ReadsJsonAndBinary) {
  const CallRead read = ReadCallOf(JsonPost(kListPeers, R"({"namespace":"chat","pageSize":3})"));
  EXPECT_EQ(PeersAsked(read).namespace_(), "chat");
  EXPECT_EQ(PeersAsked(read).page_size(), 3);
  const auto& call = std::get<ConnectCall>(read);
  EXPECT_EQ(call.name(), "pigeonhub.v1.PeerService/ListPeers");
  EXPECT_EQ(call.codec, ConnectCodec::kJson);
  EXPECT_FALSE(call.is_stream());
  EXPECT_FALSE(call.timeout.has_value());
  EXPECT_FALSE(call.takes_gzip);

  v1::ListPeersRequest peers;
  peers.set_hub_id("*");
  const CallRead binary = ReadCallOf({.path = kListPeers,
                                      .body = peers.SerializeAsString(),
                                      .headers = {{"content-type", "Application/Proto; charset=x"},
                                                  {"Connect-Timeout-Ms", "2500"},
                                                  {"Connect-Protocol-Version", "1"},
                                                  {"Accept-Encoding", "br, gzip"}}});
  EXPECT_EQ(PeersAsked(binary).hub_id(), "*");
  EXPECT_EQ(std::get<ConnectCall>(binary).codec, ConnectCodec::kProto);
  EXPECT_EQ(std::get<ConnectCall>(binary).timeout, std::chrono::milliseconds(2500));
  EXPECT_TRUE(std::get<ConnectCall>(binary).takes_gzip);
}

TEST(ConnectCall, ReadsWhatIsPacked) {
  const std::string packed = Gzip(R"({"namespace":"chat"})");
  EXPECT_EQ(PeersAsked(ReadCallOf(JsonPost(kListPeers, packed).With("Content-Encoding", "gzip")))
                .namespace_(),
            "chat");
  EXPECT_EQ(PeersAsked(ReadCallOf({.path = kListPeers,
                                   .headers = {{"Content-Type", "application/proto"},
                                               {"Content-Encoding", "gzip"}}}))
                .namespace_(),
            "")
      << "nothing is not packed";
  const CallRead stream = ReadCallOf(StreamPost("json", InEnvelope(1, Gzip(R"({"earliest":true})")))
                                         .With("Connect-Content-Encoding", "gzip")
                                         .With("Connect-Accept-Encoding", "gzip"));
  ASSERT_EQ(OutcomeOf(stream), "call");
  v1::WatchEventsRequest asked;
  ASSERT_TRUE(asked.ParseFromString(std::get<ConnectCall>(stream).request));
  EXPECT_TRUE(asked.earliest());
  EXPECT_TRUE(std::get<ConnectCall>(stream).takes_gzip);
  EXPECT_TRUE(std::get<ConnectCall>(stream).is_stream());
}

TEST(ConnectCall, ReadsTheQueryOfAGet) {
  EXPECT_EQ(PeersAsked(ReadCallOf(GetOf("connect=v1&encoding=json&message=%7B%22namespace%22%3A%22"
                                        "chat%22%7D")))
                .namespace_(),
            "chat");
  EXPECT_EQ(PeersAsked(ReadCallOf(GetOf("encoding=proto&base64=1&message=EgRjaGF0"))).namespace_(),
            "chat");
  EXPECT_EQ(PeersAsked(ReadCallOf(GetOf("encoding=proto&base64=1&message=EgJjaA"))).namespace_(),
            "ch")
      << "without the padding";
  EXPECT_EQ(PeersAsked(ReadCallOf(GetOf(""))).namespace_(), "");
}

TEST(ConnectCall, RefusesInOneLineWhatIsNoCall) {
  const std::string long_text(kMostOfCall + 1, ' ');
  const struct {
    const char* what;
    WrittenRequest request;
    std::string outcome;
  } cases[] = {
      {"no such method", JsonPost("/pigeonhub.v1.PeerService/No", "{}"), "404"},
      {"no method", JsonPost("/pigeonhub.v1.PeerService", "{}"), "404"},
      {"more than a method", JsonPost(kListPeers + "/x", "{}"), "404"},
      {"PUT", {.method = "PUT", .path = kListPeers}, "405"},
      {"GET of what changes", {.method = "GET", .path = kBan}, "405"},
      {"GET of a stream", {.method = "GET", .path = kWatchEvents}, "405"},
      {"no type", {.path = kListPeers, .body = "{}"}, "415"},
      {"the type of streams",
       {.path = kListPeers, .headers = {{"Content-Type", "application/connect+json"}}},
       "415"},
      {"the type of others",
       {.path = kWatchEvents, .headers = {{"Content-Type", "application/json"}}},
       "415"},
      {"text", {.path = kListPeers, .headers = {{"Content-Type", "text/plain"}}}, "415"},
      {"gRPC", {.path = kListPeers, .headers = {{"Content-Type", "application/grpc"}}}, "415"},
      {"another version", JsonPost(kListPeers, "{}").With("Connect-Protocol-Version", "2"),
       "3 Connect-Protocol-Version: expected 1, got 2"},
      {"a time of letters", JsonPost(kListPeers, "{}").With("Connect-Timeout-Ms", "1s"),
       "3 Connect-Timeout-Ms: expected at most ten digits, got 1s"},
      {"a negative time", JsonPost(kListPeers, "{}").With("Connect-Timeout-Ms", "-1"),
       "3 Connect-Timeout-Ms: expected at most ten digits, got -1"},
      {"eleven digits", JsonPost(kListPeers, "{}").With("Connect-Timeout-Ms", "10000000000"),
       "3 Connect-Timeout-Ms: expected at most ten digits, got 10000000000"},
      {"an encoding that nobody has", JsonPost(kListPeers, "{}").With("Content-Encoding", "br"),
       "12 unknown compression br; supported encodings are gzip, identity"},
      {"no gzip", JsonPost(kListPeers, "{}").With("Content-Encoding", "gzip"),
       "3 the message is not gzip, or not all of it"},
      {"too much when unpacked",
       JsonPost(kListPeers, Gzip("{" + long_text + "}")).With("Content-Encoding", "gzip"),
       "8 the message is larger than 1000 bytes unpacked"},
      {"no message",
       {.path = kListPeers, .body = "\xff", .headers = {{"Content-Type", "application/proto"}}},
       "3 the request is no pigeonhub.v1.ListPeersRequest"},
      {"a cut envelope", StreamPost("json", std::string(4, '\0')),
       "3 the request of a stream is one message in an envelope of 5 bytes and its own"},
      {"a longer envelope", StreamPost("json", InEnvelope(0, "{}") + "x"),
       "3 the request of a stream is exactly one message in its envelope"},
      {"two messages", StreamPost("json", InEnvelope(0, "{}") + InEnvelope(0, "{}")),
       "3 the request of a stream is exactly one message in its envelope"},
      {"an end", StreamPost("json", InEnvelope(2, "{}")),
       "3 the request of a stream is exactly one message in its envelope"},
      {"packed without a word", StreamPost("json", InEnvelope(1, Gzip("{}"))),
       "3 the message is packed, and Connect-Content-Encoding does not say how"},
      {"GET of another version", GetOf("connect=v2"), "3 connect: expected v1, got v2"},
      {"GET of XML", GetOf("encoding=xml"), "3 encoding: expected json or proto, got xml"},
      {"GET of no base64", GetOf("encoding=proto&base64=1&message=%21"),
       "3 message: it is not base64"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(OutcomeOf(ReadCallOf(one.request)), one.outcome) << one.what;
  }
}

TEST(ConnectCall, SaysWhatIsWrongWithJson) {
  const std::string outcome = OutcomeOf(ReadCallOf(JsonPost(kListPeers, R"({"pagesize":1})")));
  EXPECT_EQ(outcome.find("3 the request is not the JSON of pigeonhub.v1.ListPeersRequest: "), 0u)
      << outcome;
  EXPECT_NE(outcome.find("pagesize"), std::string::npos) << outcome;
  EXPECT_EQ(outcome.find('\n'), std::string::npos);
  EXPECT_NE(OutcomeOf(ReadCallOf(JsonPost(kListPeers, ""))), "call") << "nothing is no JSON";
}

TEST(ConnectCall, AnswersAStreamAsOne) {
  const CallRead read = ReadCallOf(StreamPost("proto", ""));
  ASSERT_TRUE(std::holds_alternative<ConnectRefusal>(read));
  EXPECT_TRUE(std::get<ConnectRefusal>(read).is_stream);
  EXPECT_EQ(std::get<ConnectRefusal>(read).codec, ConnectCodec::kProto);
}

TEST(ConnectCall, SaysWhatTypesAndMethodsThereAre) {
  const auto answer = [](const WrittenRequest& request) {
    return std::get<WebAnswer>(ReadCallOf(request));
  };
  EXPECT_EQ(HeaderOf(answer({.path = kListPeers}), "Accept-Post"),
            "application/json, application/proto");
  EXPECT_EQ(HeaderOf(answer({.path = kWatchEvents}), "Accept-Post"),
            "application/connect+json, application/connect+proto");
  EXPECT_EQ(HeaderOf(answer({.method = "PUT", .path = kListPeers}), "Allow"), "GET, POST");
  EXPECT_EQ(HeaderOf(answer({.method = "PUT", .path = kBan}), "Allow"), "POST");
  const WebAnswer unknown = answer({.path = "/pigeonhub.v1.A/B"});
  EXPECT_EQ(unknown.content_type, "application/json");
  EXPECT_EQ(unknown.body,
            R"({"code":"unimplemented","message":"there is no method pigeonhub.v1.A/B; the )"
            R"(protos, or pigeonctl api list, name those that there are"})");
}

TEST(GzipText, ComesBackAsItWas) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += std::to_string(i);
  const std::string packed = Gzip(text);
  EXPECT_LT(packed.size(), text.size());
  EXPECT_EQ(Gunzip(packed, text.size()).value(), text);
  EXPECT_EQ(Gunzip(packed, text.size() - 1).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(Gunzip(packed.substr(0, packed.size() - 1), text.size()).ok()) << "cut";
  EXPECT_FALSE(Gunzip(packed + "x", text.size()).ok()) << "something behind it";
  EXPECT_FALSE(Gunzip("", 1).ok());
  EXPECT_EQ(Gunzip(Gzip(""), 0).value(), "");
}

TEST(GzipText, IsTakenByWhoSaysSo) {
  for (const char* takes : {"gzip", "br, GZIP", "deflate;q=1, gzip;q=0.5", "*"}) {
    EXPECT_TRUE(TakesGzip(takes)) << takes;
  }
  for (const char* refuses : {"", "br", "gzip;q=0", "gzip; q=0.000", "xgzip"}) {
    EXPECT_FALSE(TakesGzip(refuses)) << refuses;
  }
}

}  // namespace
}  // namespace pigeonhub
