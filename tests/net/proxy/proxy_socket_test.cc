// SPDX-License-Identifier: Apache-2.0

#include "server/net/proxy/proxy_socket.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/net/connection/fake_socket.h"

namespace pigeonhub::net {
namespace {

using Speaker = ProxySocket::Speaker;
using Status = Socket::Status;

constexpr std::string_view kLine = "PROXY TCP4 192.0.2.1 203.0.113.1 56324 443\r\n";

class ProxySocketTest : public testing::Test, private ProxySocket::Listener {
 protected:
  void Open(Speaker speaker) {
    told_.clear();
    wire_ = Wire();
    ProxySocket::Listener& self = *this;
    socket_ = std::make_unique<ProxySocket>(std::make_unique<FakeSocket>(wire_), speaker, 7, self);
  }
  // What the owner reads once these bytes have come.
  std::pair<Status, std::string> Arrive(std::string_view bytes) {
    wire_.incoming += bytes;
    std::string into(64 * 1024, '\0');
    const Socket::Transfer read = socket_->Read(into.data(), into.size());
    return {read.status, into.substr(0, read.bytes)};
  }

  std::vector<std::string> told_;
  Wire wire_;
  std::unique_ptr<ProxySocket> socket_;

 private:
  void OnProxyHeader(uint64_t key, const ProxyHeader& header) override {
    told_.push_back(std::to_string(key) + " " + (header.is_local ? "LOCAL" : header.client));
  }
};

using Told = std::vector<std::string>;
const auto kNothing = std::pair(Status::kBlocked, std::string());
const auto kFailed = std::pair(Status::kFailed, std::string());

TEST_F(ProxySocketTest, TellsWhoseConnectionItIsAndReadsWhatFollows) {
  Open(Speaker::kTrustedProxy);
  EXPECT_EQ(Arrive(std::string(kLine) + "GET /"), std::pair(Status::kMoved, std::string("GET /")));
  EXPECT_EQ(told_, Told{"7 192.0.2.1"});
  EXPECT_EQ(Arrive(kLine), std::pair(Status::kMoved, std::string(kLine))) << "no header any more";
  EXPECT_EQ(told_.size(), 1u);
  EXPECT_EQ(socket_->refusal(), std::nullopt);
}

TEST_F(ProxySocketTest, WaitsForAHeaderThatComesInPieces) {
  Open(Speaker::kTrustedProxy);
  for (size_t at = 0; at + 1 < kLine.size(); ++at) {
    EXPECT_EQ(Arrive(kLine.substr(at, 1)), kNothing);
  }
  EXPECT_TRUE(told_.empty());
  EXPECT_EQ(Arrive("\n\x16\x03"), std::pair(Status::kMoved, std::string("\x16\x03")));
  EXPECT_EQ(told_, Told{"7 192.0.2.1"});
}

TEST_F(ProxySocketTest, ReadsNothingWhereNothingFollows) {
  Open(Speaker::kTrustedProxy);
  EXPECT_EQ(Arrive(kLocalProxyHeader), kNothing);
  EXPECT_EQ(told_, Told{"7 LOCAL"});
  EXPECT_EQ(Arrive("x"), std::pair(Status::kMoved, std::string("x")));
}

TEST_F(ProxySocketTest, RefusesAProxyThatSaysNothing) {
  for (const std::string& bytes :
       {std::string("G"), std::string("\x16\x03\x01"), "PROXY" + std::string(200, ' ')}) {
    Open(Speaker::kTrustedProxy);
    EXPECT_EQ(Arrive(bytes), kFailed);
    EXPECT_EQ(socket_->refusal(), Reason::kProxyHeaderInvalid);
    EXPECT_EQ(Arrive(kLine), kFailed) << "it has had its chance";
    EXPECT_TRUE(told_.empty());
  }
}

TEST_F(ProxySocketTest, RefusesAHeaderThatIsCut) {
  Open(Speaker::kTrustedProxy);
  Arrive(kLine.substr(0, 20));
  wire_.peer_ended = true;
  EXPECT_EQ(Arrive("").first, Status::kEnded);
  EXPECT_EQ(socket_->refusal(), Reason::kProxyHeaderInvalid);
}

TEST_F(ProxySocketTest, SaysNothingOfWhoeverComesAndGoes) {
  Open(Speaker::kTrustedProxy);
  EXPECT_EQ(Arrive(""), kNothing);
  EXPECT_EQ(socket_->refusal(), Reason::kProxyHeaderInvalid) << "while it may still come";
  wire_.peer_ended = true;
  EXPECT_EQ(Arrive("").first, Status::kEnded);
  EXPECT_EQ(socket_->refusal(), std::nullopt);
  EXPECT_TRUE(told_.empty());
}

TEST_F(ProxySocketTest, LetsAProgramOfThisMachineSpeakForItselfAlone) {
  Open(Speaker::kThisMachine);
  EXPECT_EQ(Arrive(kLocalProxyHeader), kNothing);
  EXPECT_EQ(told_, Told{"7 LOCAL"});
  for (const std::string_view bytes :
       {kLine, std::string_view("PROXY UNKNOWN\r\n"), std::string_view("GET")}) {
    Open(Speaker::kThisMachine);
    EXPECT_EQ(Arrive(bytes), kFailed);
    EXPECT_EQ(socket_->refusal(), Reason::kProxyNotTrusted) << bytes;
    EXPECT_TRUE(told_.empty());
  }
}

}  // namespace
}  // namespace pigeonhub::net
