// SPDX-License-Identifier: Apache-2.0
//
// A hub whose port speaks TLS.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/core/hub.h"
#include "server/net/tls/handshakes.h"
#include "tests/net/dial/two_hubs.h"
#include "tests/net/test_hub.h"
#include "tests/net/tls/client_hello.h"
#include "tests/support/certificate.h"
#include "tests/support/eventually.h"
#include "tests/support/secure_client.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kHealth[] = "GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

class TlsPort : public testing::Test {
 protected:
  TlsPort() { Show(certificate_); }

  // Puts these in the files.
  void Show(const Certificate& certificate) {
    folder_.Write("tls.key", certificate.key);
    folder_.Write("tls.pem", certificate.pem);
  }
  DataPlaneOptions Options() const {
    return {.io_threads = 1, .tls = {folder_.Path("tls.pem"), folder_.Path("tls.key"), {}}};
  }
  void Start(DataPlaneOptions options, HubOptions hub_options = {}) {
    hub_ = std::make_unique<TestHub>(std::move(options), std::move(hub_options));
    ASSERT_NE(hub_->port(), 0);
  }
  void Start() { Start(Options()); }

  SecureClient Client(const SecureClient::Setup& setup = {}) { return {hub_->port(), setup}; }
  // A member of the namespace "net".
  SecureClient Join(const std::string& peer) {
    SecureClient client = Client();
    EXPECT_EQ(client.Upgrade("/?peerId=" + peer), 101) << client.problem();
    EXPECT_NE(client.ReadTextWith("\"connected\""), "");
    client.SendText(R"({"type":"announce","networkName":"net","data":{}})");
    return client;
  }
  uint64_t Count(Reason reason) const { return hub_->Count(reason); }
  bool CountBecomes(Reason reason, uint64_t count) {
    return Eventually([&] { return Count(reason) == count; });
  }

  const TemporaryFolder folder_;
  const Certificate certificate_ = MakeCertificate("localhost");
  std::unique_ptr<TestHub> hub_;
};

TEST_F(TlsPort, AnswersHttp) {
  Start();
  SecureClient client = Client();
  ASSERT_TRUE(client.Send(kHealth));
  const std::string answer = client.ReadToEnd();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
}

TEST_F(TlsPort, PassesOnSignalsOfEverySizeBothWays) {
  Start();
  SecureClient one = Join(PeerIdText(1));
  SecureClient other = Join(PeerIdText(2));
  ASSERT_NE(one.ReadTextWith(PeerIdText(2)), "");
  ASSERT_NE(other.ReadTextWith(PeerIdText(1)), "");
  for (const size_t size : {1, 100, 1500, 16'300, 16'384, 70'000, 900'000}) {
    const std::string sdp(size, 's');
    ASSERT_TRUE(one.SendText(OfferTo(PeerIdText(2), "net", sdp)));
    EXPECT_NE(other.ReadTextWith("\"" + sdp + "\""), "") << size;
    ASSERT_TRUE(other.SendText(OfferTo(PeerIdText(1), "net", sdp)));
    EXPECT_NE(one.ReadTextWith("\"" + sdp + "\""), "") << size;
  }
}

TEST_F(TlsPort, LosesNothingTowardsAReaderThatPauses) {
  Start();
  SecureClient one = Join(PeerIdText(1));
  SecureClient other = Join(PeerIdText(2));
  ASSERT_NE(one.ReadTextWith(PeerIdText(2)), "");
  ASSERT_NE(other.ReadTextWith(PeerIdText(1)), "");
  // More than the kernel takes at once, so that writing goes on in several rounds.
  const std::string sdp(200'000, 's');
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(one.SendText(OfferTo(PeerIdText(2), "net", sdp + std::to_string(i))));
  }
  for (int i = 0; i < 4; ++i) {
    EXPECT_NE(other.ReadTextWith("s" + std::to_string(i) + "\""), "") << i;
  }
}

// ---- What is refused. --------------------------------------------------------------------------

TEST_F(TlsPort, RefusesOldVersionsAndWeakCiphers) {
  Start();
  struct Row {
    const char* name;
    ClientHello hello;
  };
  constexpr uint16_t kGood = 0xc02b;      // ECDHE-ECDSA-AES128-GCM-SHA256
  constexpr uint16_t kFallback = 0x5600;  // TLS_FALLBACK_SCSV (RFC 7507)
  const std::vector<uint16_t> of_old{0xc009, 0xc013, 0x002f, 0x0035};
  const Row rows[] = {
      {"SSL 3", {.version = 0x0300, .ciphers = of_old}},
      {"TLS 1.0", {.version = 0x0301, .ciphers = of_old}},
      {"TLS 1.1", {.version = 0x0302, .ciphers = of_old}},
      {"NULL", {.ciphers = {0x0000, 0x0001, 0x0002, 0x003b}}},
      {"ECDHE with NULL", {.ciphers = {0xc006, 0xc010}}},
      {"EXPORT", {.ciphers = {0x0003, 0x0006, 0x0008, 0x0014, 0x0017, 0x0019}}},
      {"RC4", {.ciphers = {0x0004, 0x0005, 0xc007, 0xc011}}},
      {"DES and 3DES", {.ciphers = {0x0009, 0x000a, 0x0016, 0xc008, 0xc012}}},
      {"anonymous", {.ciphers = {0x0018, 0x001b, 0x0034, 0x006c, 0xc018, 0xc019}}},
      {"RSA without forward secrecy", {.ciphers = {0x002f, 0x0035, 0x003c, 0x009c, 0x009d}}},
      {"DHE", {.ciphers = {0x0033, 0x0067, 0x009e, 0x009f}}},
      {"CBC", {.ciphers = {0xc009, 0xc00a, 0xc013, 0xc014, 0xc023, 0xc027}}},
      {"ECDH", {.ciphers = {0xc004, 0xc00e, 0xc02d}}},
      {"PSK", {.ciphers = {0x008c, 0x00a8, 0xc035}}},
      {"no cipher at all", {.ciphers = {}}},
      {"weak curves alone", {.ciphers = {kGood}, .groups = {0x0001, 0x0013, 0x0015, 0x0016}}},
      {"finite fields alone", {.ciphers = {kGood}, .groups = {0x0100, 0x0101}}},
      {"signatures with SHA-1 or MD5 alone",
       {.ciphers = {kGood}, .signatures = {0x0203, 0x0201, 0x0101}}},
      {"a version that somebody has forced down", {.ciphers = {kGood, kFallback}}},
      {"no way but compression", {.ciphers = {kGood}, .compressions = {1}}},
  };
  uint64_t refused = 0;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    RawClient client(hub_->port());
    ASSERT_TRUE(client.Send(row.hello.Bytes()));
    const std::string answer = client.ReadToEnd();
    ASSERT_GE(answer.size(), 7u);
    EXPECT_EQ(answer[0], 0x15) << "an alert";
    EXPECT_EQ(answer[5], 2) << "that is fatal";
    EXPECT_TRUE(CountBecomes(Reason::kTlsFailed, ++refused));
  }
  // The same with what is taken, so that the rows are not refused for being malformed.
  RawClient client(hub_->port());
  ASSERT_TRUE(client.Send(ClientHello{.ciphers = {kGood}, .compressions = {1, 0}}.Bytes()));
  client.ShutdownSend();
  const std::string answer = client.ReadToEnd();
  ASSERT_GE(answer.size(), 80u);
  EXPECT_EQ(answer[0], 0x16);
  const size_t session = static_cast<unsigned char>(answer[43]);
  EXPECT_EQ(answer[44 + session + 2], 0) << "no compression";
}

TEST_F(TlsPort, TakesNoEarlyDataAndProtectsWhatIsOlder) {
  Start();
  SecureClient client = Client({.min_version = TLS1_3_VERSION});
  ASSERT_EQ(client.Upgrade("/?peerId=" + PeerIdText(1)), 101) << client.problem();
  SSL_SESSION* const session = client.Session();
  EXPECT_EQ(SSL_SESSION_get_max_early_data(session), 0u);
  SSL_SESSION_free(session);
  SecureClient older = Client({.max_version = TLS1_2_VERSION});
  EXPECT_EQ(SSL_get_secure_renegotiation_support(older.ssl()), 1) << "RFC 5746";
  EXPECT_EQ(SSL_get_extms_support(older.ssl()), 1) << "RFC 7627";
}

TEST_F(TlsPort, RefusesWhatIsNoTlsAtAll) {
  Start();
  uint64_t refused = 0;
  for (const std::string& bytes :
       {std::string("\x80\x2e\x01\x03\x01"), std::string(1, '\0'), std::string("\xff"),
        std::string("\x17\x03\x03"), std::string("\x16\x03\x01\xff\xff") + std::string(100, 'x')}) {
    RawClient client(hub_->port());
    ASSERT_TRUE(client.Send(bytes));
    EXPECT_TRUE(client.EndsWithin(seconds(20)));
    EXPECT_TRUE(CountBecomes(Reason::kTlsFailed, ++refused));
  }
}

TEST_F(TlsPort, TellsPlainHttpWhatToDo) {
  Start();
  const std::string expected =
      "plain_on_tls_port: this port speaks TLS; use wss:// or https:// in the address";
  EXPECT_TRUE(HttpGet(hub_->port(), "/health").starts_with("HTTP/1.1 400 "));
  EXPECT_NE(HttpGet(hub_->port(), "/health").find(expected), std::string::npos);
  {
    RawClient client(hub_->port());
    EXPECT_EQ(client.Upgrade("/?peerId=" + PeerIdText(1)), 400);
    EXPECT_NE(client.ReadToEnd().find(expected), std::string::npos);
  }
  EXPECT_TRUE(CountBecomes(Reason::kPlainOnTlsPort, 3));
  EXPECT_TRUE(hub_->WaitForSockets(0));
}

TEST_F(TlsPort, CountsNobodyWhoComesAndGoes) {
  Start();
  { RawClient client(hub_->port()); }
  EXPECT_TRUE(Client().secure());
  EXPECT_TRUE(hub_->WaitForSockets(0));
  EXPECT_EQ(Count(Reason::kTlsFailed), 0u);
}

TEST_F(TlsPort, RenegotiatesNothing) {
  Start();
  SecureClient client = Client({.max_version = TLS1_2_VERSION});
  ASSERT_TRUE(client.secure()) << client.problem();
  EXPECT_EQ(SSL_renegotiate(client.ssl()), 1);
  EXPECT_LE(SSL_do_handshake(client.ssl()), 0);
}

TEST_F(TlsPort, EndsAConnectionThatChangesKeysAgainAndAgain) {
  Start();
  SecureClient client = Client({.min_version = TLS1_3_VERSION});
  ASSERT_EQ(client.Upgrade("/?peerId=" + PeerIdText(1)), 101) << client.problem();
  ASSERT_NE(client.ReadTextWith("\"connected\""), "");
  // It reads none of the answers.
  for (int i = 0; i < 1000; ++i) {
    SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED);
    if (SSL_do_handshake(client.ssl()) != 1) break;
  }
  EXPECT_TRUE(hub_->WaitForSockets(0));
}

TEST_F(TlsPort, SpeaksHttp11AndNothingElse) {
  Start();
  struct Row {
    const char* offered;
    bool secure;
    std::string chosen;
  };
  const Row rows[] = {
      {"", true, ""},    {"http/1.1", true, "http/1.1"}, {"h2,http/1.1", true, "http/1.1"},
      {"h2", false, ""}, {"http/1.0", false, ""},        {"http/1.10,h", false, ""}};
  for (const Row& row : rows) {
    SecureClient client = Client({.alpn = row.offered});
    EXPECT_EQ(client.secure(), row.secure) << row.offered << ": " << client.problem();
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl(), &chosen, &size);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), row.chosen);
  }
}

TEST_F(TlsPort, PrefersTheFastestCipher) {
  Start();
  SecureClient modern = Client({.suites = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:"
                                          "TLS_AES_128_GCM_SHA256"});
  EXPECT_STREQ(SSL_get_cipher_name(modern.ssl()), "TLS_AES_128_GCM_SHA256");
  SecureClient older =
      Client({.max_version = TLS1_2_VERSION,
              .ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256"});
  EXPECT_STREQ(SSL_get_cipher_name(older.ssl()), "ECDHE-ECDSA-AES128-GCM-SHA256");
}

// ---- Certificates of clients. ------------------------------------------------------------------

TEST_F(TlsPort, LetsInOnlyThoseWhoseCertificateTheCaHasSigned) {
  const Certificate known = MakeCertificate("peer");
  DataPlaneOptions options = Options();
  options.tls.client_ca = folder_.Write("client-ca.pem", known.pem);
  Start(options);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SCOPED_TRACE(version);
    SecureClient nobody = Client({.max_version = version});
    EXPECT_EQ(nobody.Upgrade("/?peerId=" + PeerIdText(1)), 0);
    SecureClient stranger =
        Client({.max_version = version, .certificate = MakeCertificate("peer")});
    EXPECT_EQ(stranger.Upgrade("/?peerId=" + PeerIdText(1)), 0);
    SecureClient peer = Client({.max_version = version, .certificate = known});
    EXPECT_EQ(peer.Upgrade("/?peerId=" + PeerIdText(1)), 101);
  }
  EXPECT_TRUE(CountBecomes(Reason::kTlsFailed, 4));
}

// ---- Coming back. ------------------------------------------------------------------------------

TEST_F(TlsPort, ResumesAndStillAfterNewCertificates) {
  Start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SCOPED_TRACE(version);
    SecureClient first = Client({.max_version = version});
    ASSERT_EQ(first.Upgrade("/?peerId=" + PeerIdText(1)), 101);
    ASSERT_NE(first.ReadTextWith("\"connected\""), "");
    EXPECT_EQ(SSL_session_reused(first.ssl()), 0);
    SSL_SESSION* const session = first.Session();
    SecureClient second = Client({.max_version = version, .session = session});
    EXPECT_EQ(SSL_session_reused(second.ssl()), 1);
    EXPECT_EQ(second.Upgrade("/?peerId=" + PeerIdText(2)), 101);

    const Certificate next = MakeCertificate("localhost");
    const std::string before = hub_->plane().tls()->fingerprint;
    Show(next);
    ASSERT_TRUE(Eventually([&] { return hub_->plane().tls()->fingerprint != before; }));
    SecureClient third = Client({.max_version = version, .session = session});
    EXPECT_EQ(SSL_session_reused(third.ssl()), 1);
    SSL_SESSION_free(session);
  }
}

// ---- Behind a balancer that passes TLS on. -----------------------------------------------------

TEST_F(TlsPort, ReadsTheHeaderOfAProxyBeforeTheHandshake) {
  DataPlaneOptions options = Options();
  options.connection.trusted_proxies = *TrustedProxies::Parse({"127.0.0.1/32"});
  options.connection.proxy_protocol = true;
  Start(options);
  SecureClient client = Client({.first = "PROXY TCP4 198.51.100.1 203.0.113.1 56324 443\r\n"});
  ASSERT_EQ(client.Upgrade("/?peerId=" + PeerIdText(1)), 101) << client.problem();
  const auto peer = hub_->dispatcher().Read(
      [](const Hub& core) { return core.FindPeer(*PeerId::Parse(PeerIdText(1))); });
  EXPECT_EQ(peer->address, "198.51.100.1");
  EXPECT_FALSE(Client().secure()) << "without the header";
  EXPECT_TRUE(CountBecomes(Reason::kProxyHeaderInvalid, 1));
}

// ---- Files that change. ------------------------------------------------------------------------

TEST_F(TlsPort, TakesReplacedFilesOverWithinASecondAndKeepsConnections) {
  DataPlaneOptions options = Options();
  options.connection.handshake_timeout = std::chrono::minutes(10);
  Start(options);
  SecureClient peer = Join(PeerIdText(1));
  std::atomic<bool> done = false;
  std::atomic<int> failed = 0;
  std::atomic<int> made = 0;
  std::vector<std::thread> load;
  for (int i = 0; i < 2; ++i) {
    load.emplace_back([&] {
      while (!done) {
        SecureClient client = Client();
        ++made;
        if (!client.secure() || !client.Send(kHealth) ||
            !client.ReadToEnd().starts_with("HTTP/1.1 200")) {
          ++failed;
        }
      }
    });
  }
  for (int i = 0; i < 3; ++i) {
    const Certificate next = MakeCertificate("localhost");
    const std::string before = Client().Fingerprint();
    // Between these two writes the files do not go together.
    folder_.Write("tls.pem", next.pem);
    folder_.Write("tls.key", next.key);
    const auto replaced = std::chrono::steady_clock::now();
    EXPECT_TRUE(Eventually([&] { return Client().Fingerprint() != before; }));
    EXPECT_LT(std::chrono::steady_clock::now() - replaced, seconds(15)) << "one second, and slack";
    EXPECT_EQ(hub_->plane().tls()->problem, "");
  }
  done = true;
  for (std::thread& thread : load) thread.join();
  EXPECT_GT(made, 0);
  EXPECT_EQ(failed, 0);
  SecureClient other = Join(PeerIdText(2));
  EXPECT_NE(peer.ReadTextWith(PeerIdText(2)), "") << "an open connection goes on";
}

TEST_F(TlsPort, KeepsTheOldPairWhileTheNewOneDoesNotMatch) {
  Start();
  const std::string before = Client().Fingerprint();
  folder_.Write("tls.pem", MakeCertificate("localhost").pem);
  EXPECT_TRUE(Eventually([&] { return !hub_->plane().tls()->problem.empty(); }));
  EXPECT_NE(hub_->plane().tls()->problem.find("is not the key of the certificate"),
            std::string::npos);
  EXPECT_EQ(Client().Fingerprint(), before);
  Show(certificate_);
  EXPECT_TRUE(Eventually([&] { return hub_->plane().tls()->problem.empty(); }));
}

TEST_F(TlsPort, TellsOfItsCertificate) {
  Start();
  const TlsRecord record = *hub_->plane().tls();
  EXPECT_EQ(record.names, std::vector<std::string>{"localhost"});
  EXPECT_EQ(record.issuer, "CN=localhost");
  EXPECT_EQ(record.fingerprint, Client().Fingerprint());
  EXPECT_EQ(record.not_after - record.not_before, (3600 + 60) * 1000);
  EXPECT_FALSE(record.client_certificates);
}

// ---- Many, and slow ones. ----------------------------------------------------------------------

TEST_F(TlsPort, LetsAHealthyClientInWhileOthersHoldTheirHandshakesUp) {
  Start();
  // They greet, and then say no more.
  const std::string hello = ClientHello{.ciphers = {0xc02b}}.Bytes();
  std::vector<RawClient> slow;
  for (size_t i = 0; i < 2 * Handshakes::kAtOnce; ++i) {
    slow.emplace_back(hub_->port()).Send(hello);
  }
  EXPECT_TRUE(Client().secure());
  EXPECT_TRUE(Eventually([&] { return Count(Reason::kTlsHandshakes) >= Handshakes::kAtOnce; }));
}

TEST_F(TlsPort, IsNotHeldUpByThoseWhoNeverEndTheirGreeting) {
  Start();
  const std::string hello = ClientHello{.ciphers = {0xc02b}}.Bytes();
  std::vector<RawClient> slow;
  // One address may have 256 connections that do not finish their handshakes.
  for (size_t i = 0; i < 3 * Handshakes::kAtOnce; ++i) {
    slow.emplace_back(hub_->port()).Send(hello.substr(0, 1 + i % (hello.size() - 1)));
  }
  EXPECT_TRUE(Client().secure());
  EXPECT_EQ(Count(Reason::kTlsHandshakes), 0u);
}

TEST_F(TlsPort, TakesAGreetingThatComesByteByByte) {
  Start();
  RawClient client(hub_->port());
  for (const char byte : ClientHello{.ciphers = {0xc02b}}.Bytes()) {
    ASSERT_TRUE(client.Send(std::string(1, byte)));
  }
  client.ShutdownSend();
  EXPECT_EQ(client.ReadToEnd().substr(0, 1), "\x16");
}

TEST_F(TlsPort, EndsAHandshakeThatLastsTooLong) {
  DataPlaneOptions options = Options();
  options.connection.handshake_timeout = milliseconds(200);
  Start(options);
  RawClient silent(hub_->port());
  RawClient slow(hub_->port());
  slow.Send(ClientHello{.ciphers = {0xc02b}}.Bytes().substr(0, 20));
  SecureClient idle = Client();  // shakes hands, and asks for nothing
  EXPECT_TRUE(silent.EndsWithin(seconds(20)));
  EXPECT_TRUE(slow.EndsWithin(seconds(20)));
  EXPECT_EQ(idle.ReadToEnd(), "");
  EXPECT_TRUE(CountBecomes(Reason::kHandshakeTimeout, 3));
}

// ---- Hubs among themselves. --------------------------------------------------------------------

TEST_F(TlsPort, LinksTwoHubs) {
  Start(Options(), HubCalled(kDialed));
  DataPlaneOptions options = NetOf(kDialing);
  options.dial.hub_ca = folder_.Path("tls.pem");
  TestHub dialing(options, HubCalled(kDialing));
  const std::string url = "wss://localhost:" + std::to_string(hub_->port());
  ASSERT_TRUE(dialing.dispatcher().Command(ConnectHub{url}).ok());
  EXPECT_TRUE(LinkIs(dialing, LinkRecord::State::kUp));
  EXPECT_TRUE(LinkIs(*hub_, LinkRecord::State::kUp));
}

TEST_F(TlsPort, DoesNotListenWithFilesThatCannotBeUsed) {
  folder_.Write("tls.key", MakeCertificate("localhost").key);
  const TestHub hub(Options());
  EXPECT_EQ(hub.port(), 0);
}

}  // namespace
}  // namespace pigeonhub::net
