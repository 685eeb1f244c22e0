// SPDX-License-Identifier: Apache-2.0
//
// What pigeonctl says when no connection to the hub comes about.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "pigeonhub/v1/server_service.pb.h"
#include "server/base/descriptor.h"
#include "server/base/iso_time.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/fake_hub.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"
#include "tests/support/certificate.h"

namespace pigeonhub::cli {
namespace {

constexpr int kDay = 24 * 60 * 60;

// What it says of the server behind "cannot connect to ADDRESS: ".
std::string Cause(const std::string& address, Typed flags = {}, int code = 3) {
  flags.insert(flags.begin(), {"id", "generate", "--server", address});
  const Outcome outcome = RunPigeonctl(flags);
  EXPECT_EQ(outcome.code, code);
  const std::string begin = "pigeonctl: cannot connect to " + address + ": ";
  EXPECT_TRUE(outcome.err.starts_with(begin)) << outcome.err;
  EXPECT_TRUE(outcome.err.ends_with("\n")) << outcome.err;
  return outcome.err.substr(std::min(begin.size(), outcome.err.size() - 1),
                            outcome.err.size() - begin.size() - 1);
}

std::string DayFromNow(int days) {
  return IsoTime((time(nullptr) + days * kDay) * 1000).substr(0, 10);
}

class ConnectionCause : public PigeonctlFixture {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    WriteFile(directory_.path() + '/' + name, text);
    return directory_.path() + '/' + name;
  }

  TemporaryDirectory directory_;
};

TEST_F(ConnectionCause, IsThatNobodyListens) {
  server_.Stop();
  EXPECT_EQ(Cause(server_.address()),
            "nobody listens there (Connection refused); is the hub running? --server says where");
}

TEST_F(ConnectionCause, IsThatThereIsNoSocket) {
  EXPECT_EQ(Cause("unix:" + directory_.path() + "/none"),
            "there is no such socket (No such file or directory); is the hub running? --server "
            "says where");
}

TEST_F(ConnectionCause, IsThatTheUserMayNotOpenTheSocket) {
  constexpr uid_t kNobody = 65534;
  const bool is_root = geteuid() == 0;
  FakeServer server("unix:" + directory_.path() + "/socket", nullptr);
  std::filesystem::permissions(directory_.path(), std::filesystem::perms(is_root ? 0700 : 0));
  if (is_root) {
    ASSERT_EQ(seteuid(kNobody), 0);
  }
  const std::string cause = Cause(server.address());
  if (is_root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  std::filesystem::permissions(directory_.path(), std::filesystem::perms(0700));
  EXPECT_EQ(cause,
            "this user may not open it (Permission denied); only root and the hub's own user may: "
            "put sudo before pigeonctl, or name another hub with --server");
}

TEST_F(ConnectionCause, IsThatTheNameIsUnknown) {
  const std::string cause = Cause("no-such-host.invalid:1");
  EXPECT_TRUE(cause.starts_with("the name is not known (")) << cause;
  EXPECT_TRUE(cause.ends_with("); --server says where the hub is")) << cause;
}

TEST_F(ConnectionCause, IsAnHttp1Server) {
  FakeHub hub({.http_status = "400 Bad Request"});
  EXPECT_EQ(Cause(hub.url().substr(std::string_view("ws://").size())),
            "it speaks HTTP/1 and no gRPC: a hub's signaling port, or a proxy that must pass "
            "HTTP/2 on; the control API is at 127.0.0.1:50051 unless the hub's --control-listen "
            "says otherwise");
}

TEST_F(ConnectionCause, IsAServerThatSaysNothing) {
  const Descriptor listener(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener.get(), 8), 0);
  getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  EXPECT_EQ(
      Cause("127.0.0.1:" + std::to_string(ntohs(address.sin_port)), {"--timeout", "200ms"}, 9),
      "what listens there takes connections and says nothing; is it a hub's control API, and "
      "does the process still run?");
}

TEST_F(ConnectionCause, IsThatTlsIsExpected) {
  const Certificate certificate = MakeCertificate("hub.example");
  const FakeServer::Tls tls{.certificate = certificate.pem, .key = certificate.key};
  FakeServer server("127.0.0.1:0", &tls);
  EXPECT_EQ(Cause(server.address()),
            "TLS is expected there; add --tls, and --ca for a certificate of your own");
}

TEST_F(ConnectionCause, IsThatTlsIsNotExpected) {
  EXPECT_EQ(Cause(server_.address(), {"--tls"}),
            "TLS is not expected there; leave out --tls and the flags for it");
}

TEST_F(ConnectionCause, IsACertificateThatNobodyTrusts) {
  const Certificate certificate = MakeCertificate("hub.example");
  const FakeServer::Tls tls{.certificate = certificate.pem, .key = certificate.key};
  FakeServer server("127.0.0.1:0", &tls);
  EXPECT_EQ(Cause(server.address(), {"--tls-server-name", "hub.example"}),
            "its certificate is not trusted: self-signed certificate; --ca says who must have "
            "signed it");
}

TEST_F(ConnectionCause, IsACertificateForAnotherName) {
  const Certificate certificate = MakeCertificate("hub.example");
  const FakeServer::Tls tls{.certificate = certificate.pem, .key = certificate.key};
  FakeServer server("127.0.0.1:0", &tls);
  const std::string ca = Write("ca.pem", certificate.pem);
  EXPECT_EQ(
      Cause(server.address(), {"--ca", ca}),
      "its certificate is for hub.example and not for 127.0.0.1; --tls-server-name says which "
      "name to expect");
  EXPECT_EQ(Cause(server.address(), {"--ca", ca, "--tls-server-name", "other.example"}),
            "its certificate is for hub.example and not for other.example; --tls-server-name says "
            "which name to expect");
}

TEST_F(ConnectionCause, IsACertificateOutOfItsTime) {
  const auto cause = [&](const Certificate& certificate) {
    const FakeServer::Tls tls{.certificate = certificate.pem, .key = certificate.key};
    FakeServer server("127.0.0.1:0", &tls);
    return Cause(server.address(),
                 {"--ca", Write("ca.pem", certificate.pem), "--tls-server-name", "hub.example"});
  };
  EXPECT_EQ(cause(MakeCertificate("hub.example", -3 * kDay, -kDay)),
            "its certificate expired on " + DayFromNow(-1) +
                "; renew what the hub's --control-tls-cert names");
  EXPECT_EQ(cause(MakeCertificate("hub.example", 2 * kDay, 3 * kDay)),
            "its certificate is valid from " + DayFromNow(2) +
                " on; is the clock of this machine right?");
}

TEST_F(ConnectionCause, IsAClientsCertificateThatIsMissingOrNotTaken) {
  const Certificate hub = MakeCertificate("hub.example");
  const Certificate client = MakeCertificate("operator");
  const Certificate stranger = MakeCertificate("stranger");
  const FakeServer::Tls tls{
      .certificate = hub.pem, .key = hub.key, .client_authorities = client.pem};
  FakeServer server("127.0.0.1:0", &tls);
  const Typed flags = {"--ca", Write("ca.pem", hub.pem), "--tls-server-name", "hub.example"};
  EXPECT_EQ(Cause(server.address(), flags),
            "it asks for a client's certificate; give --cert and --key");
  Typed wrong = flags;
  wrong.insert(wrong.end(), {"--cert", Write("cert.pem", stranger.pem), "--key",
                             Write("cert.key", stranger.key)});
  const std::string cause = Cause(server.address(), wrong);
  EXPECT_TRUE(cause.starts_with("it does not take the certificate of --cert (")) << cause;
}

TEST_F(ConnectionCause, IsAProxyThatAnswersForTheHub) {
  server_.On(v1::GetStatsRequest(), [](const std::string&) {
    return FakeReply{.code = kUnavailable, .message = "Received http2 header with status: 502"};
  });
  EXPECT_EQ(Run({"stats"}).err, "pigeonctl: " + server_.address() +
                                    " answers HTTP 502 and no gRPC: a proxy in between must pass "
                                    "gRPC on to the hub's control API\n");
}

// Where the address looks well by the time that it is looked at.
TEST_F(ConnectionCause, NamesTheCauseOfAFailedConnectionOnly) {
  const auto said = [&](const std::string& message) {
    server_.On(v1::GetStatsRequest(), [message](const std::string&) {
      return FakeReply{.code = kUnavailable, .message = message};
    });
    const std::string line = Run({"stats"}).err;
    const std::string begin = "pigeonctl: cannot connect to " + server_.address() + ": ";
    EXPECT_TRUE(line.starts_with(begin)) << line;
    return line.substr(begin.size(), line.find("; ") - begin.size());
  };
  // As gRPC 1.51 words them.
  EXPECT_EQ(said("failed to connect to all addresses; last error: UNKNOWN: "
                 "ipv4:127.0.0.1:1: Failed to connect to remote host: Connection refused"),
            "Connection refused");
  EXPECT_EQ(said("failed to connect to all addresses; last error: UNKNOWN: "
                 "unix:/tmp/nope: No such file or directory"),
            "No such file or directory");
  EXPECT_EQ(said("failed to connect to all addresses; last error: UNAVAILABLE: "
                 "ipv4:127.0.0.1:9: Socket closed"),
            "Socket closed");
  EXPECT_EQ(said("DNS resolution failed for nowhere:1: C-ares status is not ARES_SUCCESS "
                 "qtype=AAAA name=nowhere is_balancer=0: Domain name not found"),
            "Domain name not found");
  EXPECT_EQ(said("failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:9: Ssl "
                 "handshake failed: SSL_ERROR_SSL: error:0A00010B:SSL routines::wrong version "
                 "number"),
            "TLS handshake failed: wrong version number");
}

}  // namespace
}  // namespace pigeonhub::cli
