// SPDX-License-Identifier: Apache-2.0
//
// The counts of addresses come back to zero, also where a connection ends before it is HTTP: in the
// handshake of TLS, and in the header of a proxy. Seeds make the mixture.
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/base/proxy_header.h"
#include "server/net/data_plane.h"
#include "tests/net/test_hub.h"
#include "tests/net/tls/client_hello.h"
#include "tests/support/certificate.h"
#include "tests/support/eventually.h"
#include "tests/support/secure_client.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;

class AddressCounts : public testing::Test {
 protected:
  static DataPlaneOptions Hurried() {
    DataPlaneOptions options;
    options.io_threads = 2;
    options.connection.handshake_timeout = milliseconds(300);
    options.connection.http_idle_timeout = milliseconds(300);
    options.connection.close_timeout = milliseconds(300);
    options.addresses.max_handshakes = 40;
    return options;
  }
  void Start(const DataPlaneOptions& options) { hub_ = std::make_unique<TestHub>(options); }
  // From one of three addresses.
  RawClient Plain() {
    const std::string from = "127.0.0." + std::to_string(2 + random_() % 3);
    return RawClient(hub_->port(), "127.0.0.1", 0, from);
  }
  std::string Target() { return "/?peerId=" + PeerIdText(last_peer_++); }

  // Some stay for a while, with whatever they hold.
  template <typename Client>
  void Hold(Client client) {
    held_.push_back(std::make_shared<Client>(std::move(client)));
    if (random_() % 3 == 0) held_.pop_front();
  }
  void EverybodyLeaves() {
    EXPECT_GT(hub_->connections(), 0u) << "else the test says little";
    held_.clear();
    EXPECT_TRUE(hub_->WaitForSockets(0));
    const AddressTable::Levels levels = hub_->plane().addresses().levels();
    EXPECT_EQ(levels.connections, 0u);
    EXPECT_EQ(levels.handshakes, 0u);
    EXPECT_TRUE(hub_->plane().addresses().Busiest(1).empty());
    EXPECT_TRUE(hub_->WaitForConnections(0));
  }
  uint64_t Count(Reason reason) const { return hub_->Count(reason); }

  std::mt19937 random_{1};
  std::unique_ptr<TestHub> hub_;

 private:
  uint64_t last_peer_ = 1;
  std::deque<std::shared_ptr<void>> held_;
};

TEST_F(AddressCounts, ComeBackWhereHandshakesOfTlsAreCut) {
  const TemporaryFolder folder;
  const Certificate certificate = MakeCertificate("localhost");
  DataPlaneOptions options = Hurried();
  options.tls = {
      folder.Write("tls.pem", certificate.pem), folder.Write("tls.key", certificate.key), {}};
  Start(options);
  const std::string hello = ClientHello{.ciphers = {0xc02b}}.Bytes();
  const auto say = [&](std::string_view what) {
    RawClient client = Plain();
    client.Send(what);
    return client;
  };
  for (int i = 0; i < 300; ++i) {
    switch (random_() % 8) {
      case 0:
        Hold(Plain());
        break;
      case 1:
        Hold(say(hello.substr(0, 1 + random_() % (hello.size() - 1))));
        break;
      case 2:
        Hold(say(hello));  // and no more
        break;
      case 3: {
        RawClient client = say(hello);
        client.Reset();
        break;
      }
      case 4:
        Hold(say(ClientHello{.version = 0x0301, .ciphers = {0xc009}}.Bytes()));
        break;
      case 5:
        Hold(say("GET /health HTTP/1.1\r\nHost: h\r\n\r\n"));
        break;
      case 6:
        Hold(say(hello + "\x17\x03\x03\xff\xff nonsense"));
        break;
      default: {
        SecureClient client(hub_->port());
        if (random_() % 2 == 0) client.Upgrade(Target());
        Hold(std::move(client));
      }
    }
  }
  EverybodyLeaves();
  EXPECT_GT(Count(Reason::kTlsFailed), 0u);
  EXPECT_GT(Count(Reason::kPlainOnTlsPort), 0u);
}

TEST_F(AddressCounts, ComeBackWhereTheHeadersOfProxiesAreBad) {
  DataPlaneOptions options = Hurried();
  options.connection.trusted_proxies = *TrustedProxies::Parse({"127.0.0.2/31"});
  options.connection.proxy_protocol = true;
  Start(options);
  const auto header = [&] {
    return "PROXY TCP4 198.51.100." + std::to_string(random_() % 5) + " 203.0.113.1 5 80\r\n";
  };
  for (int i = 0; i < 400; ++i) {
    RawClient client = Plain();  // a third of them are no proxies
    const std::string good = header();
    switch (random_() % 8) {
      case 0:
        break;
      case 1:
        client.Send(good.substr(0, 1 + random_() % (good.size() - 1)));
        break;
      case 2:
        client.Send("PROXY TCP9 x y\r\n");
        break;
      case 3:
        client.Send(good);
        client.Reset();
        break;
      case 4:
        client.Send(kLocalProxyHeader);
        break;
      case 5:
        client.Send(good + "nonsense\r\n\r\n");
        break;
      default:
        client.Send(good);
        client.Upgrade(Target());
    }
    Hold(std::move(client));
  }
  EverybodyLeaves();
  EXPECT_GT(Count(Reason::kProxyHeaderInvalid), 0u);
  EXPECT_GT(Count(Reason::kProxyNotTrusted), 0u);
  EXPECT_GT(Count(Reason::kBadHandshake), 0u);
}

// Whatever each of them does, it is not held up by what the others had.
TEST_F(AddressCounts, AreOfTheClientsBehindAProxyAndNotOfIt) {
  DataPlaneOptions options = Hurried();
  options.connection.handshake_timeout = std::chrono::seconds(20);
  options.connection.trusted_proxies = *TrustedProxies::Parse({"127.0.0.0/8"});
  options.addresses.address_rate = Rate{.amount = 1, .per = std::chrono::hours(1), .burst = 1};
  options.addresses.max_handshakes = 1;
  Start(options);
  constexpr int kClients = 500;
  std::vector<RawClient> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back(hub_->port());
    const std::string client = "10.0." + std::to_string(i / 250) + '.' + std::to_string(i % 250);
    ASSERT_EQ(clients.back().Upgrade(Target(), "X-Forwarded-For: " + client + "\r\n"), 101) << i;
  }
  EXPECT_EQ(hub_->plane().addresses().levels().addresses, size_t{kClients} + 1) << "and the proxy";
  EXPECT_FALSE(hub_->plane().addresses().NearlyEverybody().has_value());
  RawClient again(hub_->port());
  EXPECT_EQ(again.Upgrade(Target(), "X-Forwarded-For: 10.0.0.7\r\n"), 429);
  for (RawClient& client : clients) Hold(std::move(client));
  clients.clear();
  EverybodyLeaves();
}

}  // namespace
}  // namespace pigeonhub::net
