// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "tests/cli/fake_control.h"
#include "tests/cli/run.h"
#include "tests/support/certificate.h"

namespace pigeonhub::cli {
namespace {

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    WriteFile(Path("ca.pem"), hub_.pem);
    WriteFile(Path("client.pem"), client_.pem);
    WriteFile(Path("client.key"), client_.key);
  }

  std::string Path(const std::string& name) const { return directory_.path() + '/' + name; }

  Outcome Run(const FakeServer& server, std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"id", "generate", "--server", server.address()});
    return RunPigeonctl(flags);
  }

  const Certificate hub_ = MakeCertificate("hub.example");
  const Certificate client_ = MakeCertificate("operator");
  TemporaryDirectory directory_;
};

TEST_F(TlsTest, TrustsTheAuthorityItIsGiven) {
  const FakeServer::Tls tls{.certificate = hub_.pem, .key = hub_.key};
  FakeServer server("127.0.0.1:0", &tls);
  ServeSmallHub(server);
  const Outcome outcome =
      Run(server, {"--ca", Path("ca.pem"), "--tls-server-name", "hub.example", "--token", "t"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(server.calls().back().authorization, "Bearer t");
}

TEST_F(TlsTest, TrustsNobodyElse) {
  const FakeServer::Tls tls{.certificate = hub_.pem, .key = hub_.key};
  FakeServer server("127.0.0.1:0", &tls);
  ServeSmallHub(server);
  const Outcome stranger = Run(server, {"--tls", "--tls-server-name", "hub.example"});
  EXPECT_EQ(stranger.code, 3);
  EXPECT_NE(stranger.err.find("--ca says who must have signed it"), std::string::npos)
      << stranger.err;
  const Outcome other = Run(server, {"--ca", Path("ca.pem"), "--tls-server-name", "other.example"});
  EXPECT_EQ(other.code, 3);
  EXPECT_NE(other.err.find("--tls-server-name says which name to expect"), std::string::npos)
      << other.err;
  EXPECT_TRUE(server.calls().empty());
}

TEST_F(TlsTest, ShowsItsOwnCertificate) {
  const FakeServer::Tls tls{
      .certificate = hub_.pem, .key = hub_.key, .client_authorities = client_.pem};
  FakeServer server("127.0.0.1:0", &tls);
  ServeSmallHub(server);
  EXPECT_EQ(Run(server, {"--ca", Path("ca.pem"), "--tls-server-name", "hub.example"}).code, 3);
  const Outcome outcome = Run(server, {"--ca", Path("ca.pem"), "--tls-server-name", "hub.example",
                                       "--cert", Path("client.pem"), "--key", Path("client.key")});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

TEST_F(TlsTest, NamesTheFileItCannotRead) {
  const Outcome outcome = RunPigeonctl({"stats", "--ca", Path("nothing")});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err, "pigeonctl: the TLS file " + Path("nothing") +
                             ": No such file or directory; check the path\n");
}

TEST_F(TlsTest, SuggestsTlsWhereAPlainConnectionFails) {
  const FakeServer::Tls tls{.certificate = hub_.pem, .key = hub_.key};
  FakeServer server("127.0.0.1:0", &tls);
  const Outcome outcome = Run(server, {});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("add --tls"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace pigeonhub::cli
