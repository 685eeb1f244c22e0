// SPDX-License-Identifier: Apache-2.0

#include "tests/control/remote/two_hubs.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>

#include "control/daemon/config/config.h"
#include "server/base/variables.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

const PeerId kOwn = *PeerId::Parse(std::string(40, 'a'));
const PeerId kOther = *PeerId::Parse(std::string(40, 'b'));
constexpr char kKey[] = "a key that the hubs of this test share";

bool CanAsk(const HubServer& hub) {
  const auto hubs = hub.HubsToAsk();
  return !hubs.empty() &&
         std::all_of(hubs.begin(), hubs.end(), [](const HubToAsk& one) { return one.status.ok(); });
}

}  // namespace

void TwoHubs::Start(LetIn how) {
  Setup setup;
  setup.hub.hub_peer_id = kOwn;
  if (how != LetIn::kByItsWord) setup.hub.hub_admission = std::nullopt;
  if (how == LetIn::kByKey) setup.hub.hub_keys = kKey;
  if (how == LetIn::kById) setup.hub.hub_allow = {{kOther}};
  ControlTest::Start(setup);

  HubServerOptions options = setup.hub;
  options.hub_peer_id = kOther;
  options.hub_allow = {};
  options.bootstrap_hubs = {"ws://localhost:" + std::to_string(port())};
  options.auto_connect = true;
  other_ = HubInternals::Make(options, log_);
  const auto read = [] { return LoadConfig({}, Variables()); };
  const auto config = read();
  ASSERT_TRUE(config.ok()) << config.status();
  other_config_ = std::make_unique<RunningConfig>(*config, read, nullptr, clock_, log_);
  other_config_->Steer(*other_, {.keys = options.hub_keys,
                                 .trust = std::nullopt,
                                 .signing_key = std::nullopt,
                                 .token_keys = {}});
  auto started = ControlServer::Start(*other_, log_, clock_, *other_config_, setup.reach);
  ASSERT_TRUE(started.ok()) << started.status();
  other_control_ = *std::move(started);
  ASSERT_TRUE(other_->Start().ok());
  other_peers_ = v1::PeerService::NewStub(
      grpc::CreateChannel(other_control_->addresses().front(), grpc::InsecureChannelCredentials()));
  AwaitMesh();
}

void TwoHubs::TearDown() {
  other_control_.reset();
  other_.reset();
}

void TwoHubs::AwaitMesh() {
  ASSERT_TRUE(Eventually([&] { return CanAsk(hub()) && CanAsk(*other_); }));
}

std::vector<std::string> TwoHubs::AuditsOf(HubServer& hub) {
  std::vector<std::string> audits;
  for (const Event& event : HubInternals(hub).events().Read(1, 10'000).events) {
    if (const auto* audit = std::get_if<Audit>(&event.body)) {
      audits.push_back(audit->principal + ' ' + audit->method + ' ' + audit->object + ' ' +
                       audit->outcome + (audit->hub.empty() ? "" : " at " + audit->hub));
    }
  }
  return audits;
}

}  // namespace pigeonhub
