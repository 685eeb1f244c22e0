// SPDX-License-Identifier: Apache-2.0
//
// A hub server with a certificate of its own.
#include <gtest/gtest.h>

#include <string>

#include "pigeonhub/hub_server.h"
#include "tests/support/certificate.h"
#include "tests/support/secure_client.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub {
namespace {

class HubServerTls : public testing::Test {
 protected:
  HubServerOptions Options() {
    const Certificate certificate = MakeCertificate("localhost");
    HubServerOptions options{.host = "127.0.0.1", .port = 0, .io_threads = 1};
    options.tls_cert_file = folder_.Write("tls.pem", certificate.pem);
    options.tls_key_file = folder_.Write("tls.key", certificate.key);
    return options;
  }

  const TemporaryFolder folder_;
};

TEST_F(HubServerTls, ServesPathsOfItsOwnOverTlsAndTellsOfTheCertificate) {
  HubServerOptions options = Options();
  options.routes["/hello"] = [](const Request&) { return Response{.body = "over TLS"}; };
  HubServer server(options);
  EXPECT_FALSE(server.Tls().has_value()) << "before it has started";
  ASSERT_TRUE(server.Start().ok());
  SecureClient client(server.Addresses().front().port);
  ASSERT_TRUE(client.Send("GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_NE(client.ReadToEnd().find("over TLS"), std::string::npos);
  EXPECT_EQ(server.Tls()->fingerprint, client.Fingerprint());
  EXPECT_NE(server.Metrics().find("pigeonhub_tls_handshakes_total{kind=\"full\"} 1"),
            std::string::npos);
}

TEST_F(HubServerTls, DoesNotStartWithoutTheKeyOfItsCertificate) {
  HubServerOptions options = Options();
  options.tls_key_file.clear();
  EXPECT_EQ(HubServer(options).Start(Mode::kCheckOnly).message(),
            "TLS needs both tls_cert_file and tls_key_file");
  options.tls_key_file = folder_.Write("other.key", MakeCertificate("localhost").key);
  EXPECT_EQ(HubServer(options).Start().message(),
            "tls_key_file: " + options.tls_key_file + " is not the key of the certificate");
}

}  // namespace
}  // namespace pigeonhub
