// SPDX-License-Identifier: Apache-2.0
//
// Hubs that dial each other over real sockets.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/net/dial/tls_front.h"
#include "tests/net/dial/two_hubs.h"
#include "tests/net/test_hub.h"
#include "tests/support/certificate.h"
#include "tests/support/eventually.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;

TEST(Dialing, LinksTwoHubsAndTheirPeersMeet) {
  TestHub dialed(NetOf(kDialed), HubCalled(kDialed));
  TestHub dialing(NetOf(kDialing), HubCalled(kDialing));
  ASSERT_TRUE(dialing.dispatcher().Command(ConnectHub{Plain(dialed.port())}).ok());
  ASSERT_TRUE(LinkIs(dialing, LinkRecord::State::kUp));
  ASSERT_TRUE(LinkIs(dialed, LinkRecord::State::kUp));
  EXPECT_EQ(LinksOf(dialed)[0].hub, kDialing);
  EXPECT_FALSE(LinksOf(dialed)[0].outgoing);
  EXPECT_TRUE(LinksOf(dialing)[0].outgoing);

  RawClient one = Join(dialing, PeerIdText(1), "net");
  RawClient other = Join(dialed, PeerIdText(2), "net");
  EXPECT_NE(one.ReadTextWith(PeerIdText(2)), "");
  EXPECT_NE(other.ReadTextWith(PeerIdText(1)), "");
  one.SendText(OfferTo(PeerIdText(2), "net", "over there"));
  EXPECT_NE(other.ReadTextWith("over there"), "");
  other.SendText(OfferTo(PeerIdText(1), "net", "and back"));
  EXPECT_NE(one.ReadTextWith("and back"), "");
}

TEST(Dialing, CarriesSignalsOfEverySizeBothWays) {
  TestHub dialed(NetOf(kDialed), HubCalled(kDialed));
  TestHub dialing(NetOf(kDialing), HubCalled(kDialing));
  ASSERT_TRUE(dialing.dispatcher().Command(ConnectHub{Plain(dialed.port())}).ok());
  ASSERT_TRUE(LinkIs(dialing, LinkRecord::State::kUp));
  RawClient one = Join(dialing, PeerIdText(1), "net");
  RawClient other = Join(dialed, PeerIdText(2), "net");
  ASSERT_NE(one.ReadTextWith(PeerIdText(2)), "");
  ASSERT_NE(other.ReadTextWith(PeerIdText(1)), "");
  for (const size_t size : {1, 100, 126, 1500, 65'500, 70'000, 900'000}) {
    const std::string sdp(size, 's');
    one.SendText(OfferTo(PeerIdText(2), "net", sdp));
    EXPECT_NE(other.ReadTextWith("\"" + sdp + "\""), "") << size;
    other.SendText(OfferTo(PeerIdText(1), "net", sdp));
    EXPECT_NE(one.ReadTextWith("\"" + sdp + "\""), "") << size;
  }
}

TEST(Dialing, SaysWhyAHubCannotBeReached) {
  TestHub hub(NetOf(kDialing), HubCalled(kDialing));
  uint16_t closed_port = 0;
  {
    TestHub gone;
    closed_port = gone.port();
  }
  ASSERT_TRUE(hub.dispatcher().Command(ConnectHub{Plain(closed_port)}).ok());
  EXPECT_EQ(ProblemOf(hub), "Connection refused");
}

TEST(Dialing, SaysTheHttpStatusOfARefusal) {
  TestHub busy;
  busy.plane().RefuseUpgrades(true);
  TestHub hub(NetOf(kDialing), HubCalled(kDialing));
  ASSERT_TRUE(hub.dispatcher().Command(ConnectHub{Plain(busy.port())}).ok());
  EXPECT_EQ(ProblemOf(hub), "HTTP 503 (Retry-After: 5 s)");
}

TEST(Dialing, DoesNotWaitLongForAHubThatSaysNothing) {
  // It accepts by way of the kernel and never reads.
  const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listening, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listening, 8), 0);
  getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size);
  DataPlaneOptions options = NetOf(kDialing);
  options.dial.timeout = milliseconds(300);
  TestHub hub(options, HubCalled(kDialing));
  ASSERT_TRUE(hub.dispatcher().Command(ConnectHub{Plain(ntohs(address.sin_port))}).ok());
  EXPECT_EQ(ProblemOf(hub), "no answer to the handshake in time");
  close(listening);
}

TEST(Dialing, EndsWithDialsUnderWay) {
  for (int i = 0; i < 20; ++i) {
    TestHub dialed(NetOf(kDialed), HubCalled(kDialed));
    TestHub dialing(NetOf(kDialing), HubCalled(kDialing));
    ASSERT_TRUE(dialing.dispatcher().Command(ConnectHub{Plain(dialed.port())}).ok());
    if (i % 2 == 0) {
      EXPECT_TRUE(dialing.dispatcher().Command(StopSignaling{}).ok());
    }
  }
}

// ---- TLS. --------------------------------------------------------------------------------------

class TlsDialing : public testing::Test {
 protected:
  TlsDialing() : dialed_(NetOf(kDialed), HubCalled(kDialed)) {}
  ~TlsDialing() override { std::filesystem::remove(ca_file_); }

  // What a hub says that dials a front with `shown` at `host`, trusting `trusted`.
  std::string Dial(const Certificate& shown, const Certificate& trusted, const std::string& host) {
    std::ofstream(ca_file_) << trusted.pem;
    front_ = std::make_unique<TlsFront>(shown.pem, shown.key, dialed_.port());
    DataPlaneOptions options = NetOf(kDialing);
    options.dial.hub_ca = ca_file_;
    dialing_ = std::make_unique<TestHub>(options, HubCalled(kDialing));
    const std::string url = "wss://" + host + ":" + std::to_string(front_->port());
    EXPECT_TRUE(dialing_->dispatcher().Command(ConnectHub{url}).ok());
    std::string outcome;
    Eventually([&] {
      const auto links = LinksOf(*dialing_);
      if (links.empty()) return false;
      outcome = links[0].state == LinkRecord::State::kUp ? "up" : links[0].end.text;
      return !outcome.empty();
    });
    return outcome;
  }

  const std::string ca_file_ =
      testing::TempDir() + "/pigeonhub_dialing_" + std::to_string(getpid()) + ".pem";
  TestHub dialed_;
  std::unique_ptr<TlsFront> front_;
  std::unique_ptr<TestHub> dialing_;
};

TEST_F(TlsDialing, LinksToAHubThatHasACertificateForItsName) {
  const Certificate certificate = MakeCertificate("localhost");
  ASSERT_EQ(Dial(certificate, certificate, "localhost"), "up");
  RawClient one = Join(*dialing_, PeerIdText(1), "net");
  RawClient other = Join(dialed_, PeerIdText(2), "net");
  ASSERT_NE(one.ReadTextWith(PeerIdText(2)), "");
  ASSERT_NE(other.ReadTextWith(PeerIdText(1)), "");
  for (const size_t size : {1, 1500, 20'000, 900'000}) {
    const std::string sdp(size, 's');
    one.SendText(OfferTo(PeerIdText(2), "net", sdp));
    EXPECT_NE(other.ReadTextWith("\"" + sdp + "\""), "") << size;
    other.SendText(OfferTo(PeerIdText(1), "net", sdp));
    EXPECT_NE(one.ReadTextWith("\"" + sdp + "\""), "") << size;
  }
}

TEST_F(TlsDialing, RefusesACertificateThatNobodyItTrustsVouchesFor) {
  const std::string problem =
      Dial(MakeCertificate("localhost"), MakeCertificate("localhost"), "localhost");
  EXPECT_TRUE(problem.starts_with("its certificate was not accepted: ")) << problem;
}

TEST_F(TlsDialing, RefusesACertificateForAnotherName) {
  const Certificate certificate = MakeCertificate("elsewhere.example");
  EXPECT_EQ(Dial(certificate, certificate, "localhost"),
            "its certificate was not accepted: hostname mismatch");
}

TEST_F(TlsDialing, RefusesAHubThatSpeaksNoTls) {
  // To it a TLS greeting is a request that never ends.
  TestHub plain({.connection = {.handshake_timeout = milliseconds(200)}});
  TestHub hub(NetOf(kDialing), HubCalled(kDialing));
  const std::string url = "wss://127.0.0.1:" + std::to_string(plain.port());
  ASSERT_TRUE(hub.dispatcher().Command(ConnectHub{url}).ok());
  EXPECT_TRUE(ProblemOf(hub).starts_with("TLS failed: ")) << ProblemOf(hub);
}

}  // namespace
}  // namespace pigeonhub::net
