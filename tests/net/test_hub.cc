// SPDX-License-Identifier: Apache-2.0

#include "tests/net/test_hub.h"

#include <utility>

#include "server/core/hub.h"
#include "tests/support/eventually.h"

namespace pigeonhub::net {

TestHub::TestHub(DataPlaneOptions options, HubOptions hub_options)
    : log_(LogLevel::kOff, LogFormat::kText, 2, clock_),
      hub_(std::make_unique<Hub>(std::move(hub_options), 1)),
      dispatcher_(*hub_, clock_, events_, options.io_threads),
      deadlines_(dispatcher_),
      plane_(dispatcher_, clock_, log_, hub_keys_, options) {
  dispatcher_.OnEarlierDeadline([this](SteadyTime at) { deadlines_.Arm(at); });
  const auto bound = plane_.Listen("127.0.0.1", 0, 0);
  if (bound.ok()) port_ = bound->front().port;
  dispatcher_.Command(StartSignaling{"127.0.0.1", port_}).IgnoreError();
}

TestHub::~TestHub() = default;

uint64_t TestHub::Count(Reason reason) const {
  return hub_->counters().of(reason).value() + hub_->counters().ends_by(reason).value();
}

uint64_t TestHub::connections() const { return hub_->counters().connections.value(); }

bool TestHub::WaitForConnections(uint64_t count) {
  return Eventually([&] { return connections() == count; });
}

bool TestHub::WaitForSockets(size_t count) {
  return Eventually([&] { return plane_.open_sockets() == count; });
}

std::string PeerIdText(uint64_t number) {
  const std::string digits = std::to_string(number);
  return "a" + std::string(39 - digits.size(), '0') + digits;
}

RawClient Join(const TestHub& hub, const std::string& peer, const std::string& network,
               int receive_buffer) {
  for (int left = 5;; --left) {
    RawClient client(hub.port(), "127.0.0.1", receive_buffer);
    // Without an answer it took longer than the test lets a handshake last: this machine stood
    // still.
    if (client.Upgrade("/?peerId=" + peer) == 0 && left > 0) continue;
    client.ReadTextWith("\"connected\"");
    if (!network.empty()) {
      client.SendText(R"({"type":"announce","networkName":")" + network + R"(","data":{}})");
    }
    return client;
  }
}

std::string OfferTo(const std::string& target, const std::string& network, const std::string& sdp) {
  return R"({"type":"offer","networkName":")" + network + R"(","targetPeerId":")" + target +
         R"(","data":{"sdp":")" + sdp + R"("}})";
}

}  // namespace pigeonhub::net
