// SPDX-License-Identifier: Apache-2.0
//
// The console port over sockets: for those who mean well, and for those who do not.

#include "control/web/web_server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "control/web/answer_head.h"
#include "control/web/connect_answer.h"
#include "control/web/gzip.h"
#include "server/runtime/clock.h"
#include "tests/control/certificates.h"
#include "tests/control/web/fake_api.h"
#include "tests/support/eventually.h"
#include "tests/support/raw_client.h"
#include "tests/support/secure_client.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

class WebServerTest : public testing::Test {
 protected:
  void SetUp() override { inside_.Open(api_.server()); }
  void TearDown() override {
    if (server_ != nullptr) server_->Stop();
    inside_.Close();
  }

  void Start(const WebLimits& limits = {}, const std::string& listen = "127.0.0.1:0",
             const TlsFiles& tls = {}) {
    auto server = WebServer::Listen({.reach = {.listen = listen},
                                     .tls = tls,
                                     .hub_id = "abcd",
                                     .files = files_,
                                     .limits = limits},
                                    authority_, inside_, log_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    server_->Serve();
  }
  uint16_t port() const {
    const std::string& address = server_->address();
    return static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

  static std::string Post(const std::string& method, const std::string& type,
                          const std::string& body, const std::string& headers = "") {
    return "POST /pigeonhub.v1." + method +
           " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/" + type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
  }
  static std::string Stats(const std::string& headers = "") {
    return Post("ServerService/GetStats", "json", R"({"hubId":"ab"})", headers);
  }
  // A stream that says a word and then nothing, or that floods its reader.
  static std::string Watch(bool floods = false) {
    return Post("EventService/WatchEvents", "connect+proto",
                floods ? "\0\0\0\0\2\x20\1"s : "\0\0\0\0\0"s);
  }
  // Whether the first message of the stream came.
  static bool HasBegun(RawClient& client) {
    return !client.ReadUntil("5\r\n" + "\0\0\0\0\0"s + "\r\n").empty();
  }
  static int StatusOf(const std::string& answer) {
    return answer.starts_with("HTTP/1.1 ") ? std::atoi(answer.substr(9, 3).c_str()) : 0;
  }
  static std::string BodyOf(const std::string& answer) {
    return answer.substr(std::min(answer.find("\r\n\r\n") + 4, answer.size()));
  }
  // What /metrics says of a refusal.
  double Refused(const std::string& reason) const {
    Exposition out;
    server_->AddMetrics(out);
    const std::string text = out.Text();
    const std::string name = "pigeonhub_console_refused_total{reason=\"" + reason + "\"} ";
    const size_t at = text.find(name);
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size()));
  }
  // Nobody is hurt by what somebody else does.
  void ExpectServes() {
    RawClient client(port());
    ASSERT_TRUE(client.Send(Stats()));
    EXPECT_EQ(StatusOf(client.ReadAnswer()), 200);
  }

  const std::string page_ = Gzip("hello");
  const EmbeddedFile files_[1] = {{"console/index.html", "text/html", "\"1\"", 5, page_}};
  TemporaryFolder folder_;
  SystemClock clock_;
  Log log_{LogLevel::kOff, LogFormat::kText, -1, clock_};
  const Authority authority_{nullptr, false};
  FakeApi api_;
  InsideCalls inside_;
  std::unique_ptr<WebServer> server_;
};

TEST_F(WebServerTest, AnswersOneRequestAfterTheOther) {
  Start();
  EXPECT_TRUE(server_->address().starts_with("http://127.0.0.1:")) << server_->address();
  RawClient client(port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.Send(Stats()));
    const std::string answer = client.ReadAnswer();
    EXPECT_EQ(StatusOf(answer), 200) << answer;
    EXPECT_NE(answer.find("Content-Type: application/json\r\n"), std::string::npos) << answer;
    EXPECT_EQ(BodyOf(answer).front(), '{') << answer;
  }
  ASSERT_TRUE(client.Send(Post("PeerService/ListPeers", "proto", "\x0a\1*")));
  EXPECT_EQ(BodyOf(client.ReadAnswer()), "\x0a\1*") << "as it came from inside";
}

TEST_F(WebServerTest, AnswersRequestsThatDoNotWaitInTheirOrder) {
  Start();
  RawClient client(port());
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += Post("PeerService/ListPeers", "proto", "\x12\2" + std::to_string(10 + i));
  }
  ASSERT_TRUE(client.Send(all));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(BodyOf(client.ReadAnswer()), "\x12\2" + std::to_string(10 + i));
  }
}

TEST_F(WebServerTest, ServesItsPage) {
  Start();
  EXPECT_EQ(BodyOf(HttpGet(port(), "/")), "hello");
  const std::string head =
      HttpExchange(port(), "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: 5\r\n"), std::string::npos) << head;
  EXPECT_EQ(BodyOf(head), "");
  EXPECT_EQ(StatusOf(HttpGet(port(), "/session")), 200);
  EXPECT_EQ(StatusOf(HttpExchange(port(), "GET / HTTP/1.1\r\nHost: hub.example\r\n\r\n")), 403);
}

TEST_F(WebServerTest, LetsABodyWaitForItsPermission) {
  Start();
  const std::string answer =
      HttpExchange(port(), Stats("Expect: 100-continue\r\nConnection: close\r\n"));
  EXPECT_EQ(answer.find("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), 0u) << answer;
  EXPECT_EQ(StatusOf(HttpExchange(port(), Stats("Expect: a miracle\r\n"))), 417);
}

TEST_F(WebServerTest, TellsOfADeadlineInTime) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Post("EventService/WatchEvents", "connect+proto", "\0\0\0\0\0"s,
                               "Connect-Timeout-Ms: 100\r\n")));
  EXPECT_NE(client.ReadToEnd().find("deadline_exceeded"), std::string::npos);
}

TEST_F(WebServerTest, EndsAStreamAsItEndsInside) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Post("TraceService/WatchHandshake", "connect+proto", "\0\0\0\0\0"s)));
  const std::string whole = client.ReadToEnd();
  EXPECT_EQ(StatusOf(whole), 200);
  EXPECT_NE(whole.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << whole;
  EXPECT_NE(whole.find(StreamEnd({grpc::StatusCode::ABORTED, "enough"})), std::string::npos);
  EXPECT_TRUE(whole.ends_with(kLastChunk));
}

TEST_F(WebServerTest, SaysInOneLineWhatIsNoHttp) {
  Start();
  const std::string cases[] = {
      "hello\r\n\r\n",
      "GET / HTTP/3.0\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s,
      std::string(100, '\0'),
      "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: "
      "chunked\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
      "POST /session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  };
  for (const std::string& request : cases) {
    RawClient client(port());
    ASSERT_TRUE(client.Send(request));
    const std::string answer = client.ReadToEnd();
    EXPECT_EQ(StatusOf(answer), 400) << request << answer;
    EXPECT_EQ(std::count(answer.begin() + static_cast<ptrdiff_t>(answer.find("\r\n\r\n") + 4),
                         answer.end(), '\n'),
              1)
        << answer;
  }
  EXPECT_EQ(Refused("no_http"), static_cast<double>(std::size(cases)));
  ExpectServes();
}

TEST_F(WebServerTest, LetsNobodyKeepAnAnswerOrTakeItForSomethingElse) {
  Start();
  for (const std::string& request : {Stats(), Watch(), std::string("hello\r\n\r\n")}) {
    RawClient client(port());
    ASSERT_TRUE(client.Send(request));
    const std::string head = client.ReadUntil("\r\n\r\n");
    EXPECT_NE(head.find("Cache-Control: no-store\r\n"), std::string::npos) << head;
    EXPECT_NE(head.find("X-Content-Type-Options: nosniff\r\n"), std::string::npos) << head;
  }
}

TEST_F(WebServerTest, WaitsForNobodyForLong) {
  Start({.request = 200ms, .idle = 200ms});
  // What a client sends may come after its time where this machine stands still: it tries again.
  EXPECT_TRUE(Eventually([&] {
    RawClient idle(port());
    return idle.Send(Stats()) && StatusOf(idle.ReadAnswer()) == 200 &&
           idle.EndsWithin(RawClient::kLimit);
  }));
  const double before = Refused("slow");
  RawClient silent(port());
  EXPECT_TRUE(silent.EndsWithin(RawClient::kLimit));
  EXPECT_EQ(Refused("slow"), before) << "it had not begun";
  for (const std::string& begun :
       {std::string("GET / HTTP/1.1\r\nHost: loc"), Stats().substr(0, Stats().size() - 3)}) {
    const double refused = Refused("slow");
    EXPECT_TRUE(Eventually([&] {
      RawClient client(port());
      return client.Send(begun) && client.EndsWithin(RawClient::kLimit) &&
             Refused("slow") > refused;
    })) << begun;
  }
}

TEST_F(WebServerTest, ReadsHeadersUpToALimit) {
  Start();
  RawClient client(port());
  std::string head = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  while (head.size() < 40'000) head += "X-Long: " + std::string(100, 'x') + "\r\n";
  client.Send(head);
  EXPECT_EQ(StatusOf(client.ReadToEnd()), 431);
  EXPECT_EQ(Refused("head"), 1);
  ExpectServes();
}

TEST_F(WebServerTest, RefusesALargeBodyBeforeItComes) {
  Start();
  const std::string begin =
      "POST /pigeonhub.v1.ServerService/GetStats HTTP/1.1\r\nHost: localhost\r\n"
      "Content-Type: application/json\r\n";
  RawClient announced(port());
  ASSERT_TRUE(announced.Send(begin + "Content-Length: 5000000\r\n\r\n"));
  EXPECT_EQ(StatusOf(announced.ReadToEnd()), 413);
  RawClient stranger(port());
  ASSERT_TRUE(stranger.Send(begin + "Forwarded: for=1\r\nContent-Length: 20000\r\n\r\n"));
  EXPECT_EQ(StatusOf(stranger.ReadToEnd()), 413) << "of whom nobody knows";
  RawClient chunked(port());
  ASSERT_TRUE(chunked.Send(begin + "Transfer-Encoding: chunked\r\n\r\n500000\r\n"));
  EXPECT_EQ(StatusOf(chunked.ReadToEnd()), 413);
  EXPECT_EQ(Refused("body"), 3);
}

TEST_F(WebServerTest, HoldsOnlySoMuchOfAllBodies) {
  Start({.body_bytes = 100'000, .request = 10min});
  RawClient first(port());
  const std::string large = Post("ServerService/GetStats", "json", std::string(90'000, ' ') + "{}");
  ASSERT_TRUE(first.Send(large.substr(0, large.size() - 1)));
  EXPECT_TRUE(Eventually([&] { return StatusOf(HttpExchange(port(), large)) == 503; }))
      << "the first has most of it";
  ExpectServes();
  ASSERT_TRUE(first.Send("}"));
  EXPECT_EQ(StatusOf(first.ReadAnswer()), 200);
  EXPECT_EQ(StatusOf(HttpExchange(port(), large)), 200);
}

TEST_F(WebServerTest, TakesOnlySoManyConnections) {
  Start({.connections = 3});
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<RawClient>(port()));
    ASSERT_TRUE(clients.back()->Send(Stats()));
    ASSERT_EQ(StatusOf(clients.back()->ReadAnswer()), 200);
  }
  EXPECT_EQ(StatusOf(RawClient(port()).ReadToEnd()), 503);
  EXPECT_EQ(Refused("connections"), 1);
  clients.pop_back();
  EXPECT_TRUE(Eventually([&] {
    RawClient client(port());
    return client.Send(Stats()) && StatusOf(client.ReadAnswer()) == 200;
  })) << "a place is free again";
}

TEST_F(WebServerTest, HasOnlySoManyStreams) {
  Start({.streams = 2});
  RawClient first(port());
  RawClient second(port());
  for (RawClient* client : {&first, &second}) {
    ASSERT_TRUE(client->Send(Watch()));
    ASSERT_TRUE(HasBegun(*client));
  }
  RawClient third(port());
  ASSERT_TRUE(third.Send(Watch()));
  const std::string refused = third.ReadAnswer();
  EXPECT_EQ(StatusOf(refused), 200) << "a stream says it at its end";
  EXPECT_NE(refused.find("resource_exhausted"), std::string::npos) << refused;
  EXPECT_EQ(Refused("streams"), 1);
  ExpectServes();
  first.Reset();
  EXPECT_TRUE(Eventually([&] {
    RawClient client(port());
    return client.Send(Watch()) &&
           client.ReadUntil("\r\n\r\n").find("chunked") != std::string::npos;
  })) << "a place is free again";
}

TEST_F(WebServerTest, EndsAStreamWhoseBrowserIsGone) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Watch()));
  ASSERT_TRUE(HasBegun(client));
  EXPECT_EQ(api_.streams(), 1);
  client.Reset();
  EXPECT_TRUE(Eventually([&] { return api_.streams() == 0; }));
}

// As `nc -N` does, and who sends a request and says that it was the last (RFC 9112, 9.6).
TEST_F(WebServerTest, GoesOnForAClientThatEndedItsHalf) {
  Start();
  RawClient asks(port());
  ASSERT_TRUE(asks.Send(Stats()));
  asks.ShutdownSend();
  EXPECT_EQ(StatusOf(asks.ReadAnswer()), 200);
  EXPECT_TRUE(asks.EndsWithin(20s)) << "nothing more can come";

  RawClient watches(port());
  ASSERT_TRUE(watches.Send(Watch(/*floods=*/true)));
  watches.ShutdownSend();
  // 16 MiB: more than was on its way when the end of the half arrived.
  for (size_t read = 0; read < size_t{16} << 20;) {
    const std::string line = watches.ReadUntil("\r\n");
    ASSERT_NE(line, "") << read;
    read += line.size();
  }
  watches.Reset();
  EXPECT_TRUE(Eventually([&] { return api_.streams() == 0; })) << "a write failed";
}

TEST_F(WebServerTest, EndsAStreamWhoseBrowserEndedItsHalfAndIsGone) {
  Start();
  RawClient client(port());
  ASSERT_TRUE(client.Send(Watch()));
  ASSERT_TRUE(HasBegun(client));
  client.ShutdownSend();
  ExpectServes();
  EXPECT_TRUE(Eventually([&] { return api_.streams() == 1; })) << "it may read on";
  client.Reset();
  EXPECT_TRUE(Eventually([&] { return api_.streams() == 0; })) << "without a word more";
}

TEST_F(WebServerTest, EndsAStreamWhoseBrowserIsStuck) {
  Start({.piece = 300ms});
  RawClient client(port(), "127.0.0.1", 4096);
  ASSERT_TRUE(client.Send(Watch(/*floods=*/true)));
  EXPECT_TRUE(Eventually([&] { return Refused("stuck") == 1; })) << "without a byte read";
  EXPECT_TRUE(Eventually([&] { return api_.streams() == 0; }));
  ExpectServes();
}

TEST_F(WebServerTest, StopsAtOnceWhateverIsOpen) {
  Start({.request = 10min, .idle = 10min, .piece = 10min});
  RawClient idle(port());
  RawClient watcher(port());
  RawClient flooded(port());
  ASSERT_TRUE(idle.Send(Stats()));
  ASSERT_EQ(StatusOf(idle.ReadAnswer()), 200);
  ASSERT_TRUE(watcher.Send(Watch()));
  ASSERT_TRUE(HasBegun(watcher));
  ASSERT_TRUE(flooded.Send(Watch(/*floods=*/true)));
  EXPECT_TRUE(Eventually([&] { return api_.streams() == 2; }));
  const auto before = std::chrono::steady_clock::now();
  server_->Stop();
  inside_.Close();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 15s)
      << "and not when somebody's time is over";
  EXPECT_TRUE(idle.EndsWithin(20s));
  EXPECT_TRUE(watcher.EndsWithin(20s));
}

TEST_F(WebServerTest, SpeaksTlsWhereOthersCanReachIt) {
  Certificates certificates(folder_);
  certificates.MakeAuthority("ca");
  certificates.Make("server", "ca", "hub");
  certificates.Make("next", "ca", "hub");
  Start({}, "0.0.0.0:0", {certificates.Pem("server"), certificates.Key("server"), ""});
  EXPECT_TRUE(server_->address().starts_with("https://0.0.0.0:")) << server_->address();
  const auto ask = [&] {
    SecureClient client(port());
    EXPECT_TRUE(client.secure()) << client.problem();
    EXPECT_TRUE(client.Send(Stats("Connection: close\r\n")));
    EXPECT_EQ(StatusOf(client.ReadToEnd()), 200);
    return client.Fingerprint();
  };
  const std::string first = ask();
  EXPECT_EQ(ask(), first);
  folder_.Write("server.pem", certificates.Text(certificates.Pem("next")));
  folder_.Write("server.key", certificates.Text(certificates.Key("next")));
  EXPECT_NE(ask(), first) << "new files are in force with the next connection";

  RawClient plain(port());
  ASSERT_TRUE(plain.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(BodyOf(plain.ReadToEnd()), "this port speaks TLS; ask https://\n");
}

TEST_F(WebServerTest, SharesItsPortWithNobody) {
  Start();
  const std::string taken = server_->address().substr(7);
  const auto again = WebServer::Listen({.reach = {.listen = taken}}, authority_, inside_, log_);
  EXPECT_EQ(again.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(std::string(again.status().message()),
            "cannot listen on " + taken +
                " for the console: Address already in use; --console-listen takes another "
                "address, or off");
}

TEST_F(WebServerTest, TakesAnotherPortWhereNoneWasAskedFor) {
  const auto first = WebServer::Listen({}, authority_, inside_, log_);
  const auto second = WebServer::Listen({}, authority_, inside_, log_);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE((*first)->address(), (*second)->address());
}

}  // namespace
}  // namespace pigeonhub
