// SPDX-License-Identifier: Apache-2.0

#include "server/core/hubs/hub_proofs.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using enum HubCredential;

const std::string kSecret = "0123456789abcdef";

class Proofs : public ::testing::Test {
 protected:
  HubCredential Judge(char id, HubCredential token, std::string_view address = "192.0.2.1",
                      std::string_view secret = {}) const {
    Opened input;
    input.address = address;
    input.hub_credential = token;
    input.hub_secret = secret;
    return HubProofs(options_, dial_targets_, trusted_).Judge(Id(id), input);
  }

  // The same from the address of a trusted proxy.
  HubCredential JudgeBehindAProxy(char id, std::string_view secret = {}) const {
    Opened input;
    input.address = "192.0.2.1";
    input.hub_secret = secret;
    input.is_proxy_address = true;
    return HubProofs(options_, dial_targets_, trusted_).Judge(Id(id), input);
  }

  HubOptions options_;
  TrustList trusted_;
  DialTargets dial_targets_{RedialSchedule(std::chrono::seconds(5), 10)};
};

TEST_F(Proofs, AreATokenWhereTokensCount) {
  for (HubAdmission admission : {HubAdmission::kToken, HubAdmission::kOpen}) {
    options_.hub_admission = admission;
    EXPECT_EQ(Judge('1', kValid), kValid);
    EXPECT_EQ(Judge('1', kInvalid), kInvalid);
    EXPECT_EQ(Judge('1', kNone), kNone);
  }
  options_.hub_admission = HubAdmission::kDeny;
  EXPECT_EQ(Judge('1', kValid), kNone);
  EXPECT_EQ(Judge('1', kInvalid), kNone);
}

TEST_F(Proofs, AreNotTheAddressOfAProxyThatNamesNobody) {
  options_.hub_admission = HubAdmission::kDeny;
  options_.hub_allow = {{Id('1')},
                        {Id('2'), "192.0.2.0/24"},
                        {Id('3'), "192.0.2.0/24", kSecret},
                        {Id('4'), "", kSecret}};
  EXPECT_EQ(JudgeBehindAProxy('1'), kListed);
  EXPECT_EQ(JudgeBehindAProxy('2'), kNone);
  EXPECT_EQ(JudgeBehindAProxy('3', kSecret), kNone);
  EXPECT_EQ(JudgeBehindAProxy('4', kSecret), kValid);
}

TEST_F(Proofs, AreWhatTheAllowListAsksFor) {
  options_.hub_admission = HubAdmission::kDeny;
  options_.hub_allow = {{Id('1')},
                        {Id('2'), "192.0.2.0/24"},
                        {Id('3'), "", kSecret},
                        {Id('4'), "", kSecret},
                        {Id('4'), "198.51.100.0/24"},
                        {Id('5'), "192.0.2.0/24", kSecret},
                        {Id('6'), "no network"}};
  EXPECT_EQ(Judge('1', kNone), kListed);
  EXPECT_EQ(Judge('2', kNone), kValid);
  EXPECT_EQ(Judge('2', kNone, "192.0.3.1"), kNone);
  EXPECT_EQ(Judge('3', kNone), kNone);
  EXPECT_EQ(Judge('3', kNone, "192.0.2.1", "0123456789abcdeX"), kNone);
  EXPECT_EQ(Judge('3', kNone, "192.0.2.1", kSecret + "0"), kNone);
  EXPECT_EQ(Judge('3', kNone, "192.0.2.1", kSecret), kValid);
  EXPECT_EQ(Judge('4', kNone, "192.0.2.1", kSecret), kValid) << "one of the ways is enough";
  EXPECT_EQ(Judge('4', kNone, "198.51.100.1"), kValid);
  EXPECT_EQ(Judge('5', kNone, "192.0.2.1"), kNone) << "here both are asked for";
  EXPECT_EQ(Judge('5', kNone, "198.51.100.1", kSecret), kNone);
  EXPECT_EQ(Judge('5', kNone, "192.0.2.1", kSecret), kValid);
  EXPECT_EQ(Judge('6', kNone), kNone) << "what is no network has nobody in it";
  EXPECT_EQ(Judge('7', kNone, "192.0.2.1", kSecret), kNone) << "another one's secret";
}

TEST_F(Proofs, AreNeededForIdsThatTheAllowListAsksMoreOf) {
  options_.hub_allow = {{Id('1')},
                        {Id('2'), "192.0.2.0/24"},
                        {Id('3'), "", kSecret},
                        {Id('4'), "", kSecret},
                        {Id('4')}};
  const HubProofs proofs(options_, dial_targets_, trusted_);
  EXPECT_FALSE(proofs.IsReserved(Id('1')));
  EXPECT_TRUE(proofs.IsReserved(Id('2')));
  EXPECT_TRUE(proofs.IsReserved(Id('3')));
  EXPECT_FALSE(proofs.IsReserved(Id('4'))) << "the id alone is enough, too";
  EXPECT_FALSE(proofs.IsReserved(Id('5')));
}

TEST_F(Proofs, AreNeededForIdsThatHadThem) {
  options_.limits.hubs_named = 2;
  options_.hub_allow = {{Id('1')}};
  HubProofs proofs(options_, dial_targets_, trusted_);
  proofs.NoteProof(Id('1'));
  proofs.NoteProof(Id('1'));
  proofs.NoteProof(Id('2'));
  EXPECT_TRUE(proofs.IsReserved(Id('1')));
  proofs.NoteProof(Id('3'));
  EXPECT_FALSE(proofs.IsReserved(Id('1'))) << "the table is full, and it was the oldest";
  EXPECT_TRUE(proofs.IsReserved(Id('2')));
  EXPECT_TRUE(proofs.IsReserved(Id('3')));
}

TEST_F(Proofs, AreNeededForTheHubAtABootstrapAddressWhereThereAreTokens) {
  dial_targets_.Add("ws://one:3000", DialTarget::Kind::kBootstrap).hub = Id('1');
  dial_targets_.Add("ws://two:3000", DialTarget::Kind::kDirect).hub = Id('2');
  for (HubAdmission admission : {HubAdmission::kToken, HubAdmission::kOpen, HubAdmission::kDeny}) {
    options_.hub_admission = admission;
    const HubProofs proofs(options_, dial_targets_, trusted_);
    EXPECT_EQ(proofs.IsReserved(Id('1')), admission == HubAdmission::kToken);
    EXPECT_FALSE(proofs.IsReserved(Id('2'))) << "that is only some hub's word";
  }
}

}  // namespace
}  // namespace pigeonhub
