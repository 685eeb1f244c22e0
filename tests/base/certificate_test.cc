// SPDX-License-Identifier: Apache-2.0

#include "server/base/certificate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/certificate.h"

namespace pigeonhub {
namespace {

TEST(SummaryOfChain, NamesTheFirstCertificateAndTheEndOfTheOneThatEndsFirst) {
  const Certificate own = MakeCertificate("hub.example.org");
  const Certificate above = MakeCertificate("ca.example.org", -60, 600);
  const auto alone = SummaryOfChain(own.pem);
  const auto chain = SummaryOfChain(own.pem + above.pem);
  ASSERT_TRUE(alone.has_value());
  ASSERT_TRUE(chain.has_value());
  EXPECT_EQ(chain->names, std::vector<std::string>{"hub.example.org"});
  EXPECT_EQ(chain->not_before, alone->not_before);
  EXPECT_EQ(chain->not_after, SummaryOfChain(above.pem)->not_after);
  EXPECT_LT(chain->not_after, alone->not_after);
}

TEST(SummaryOfChain, IsEmptyWithoutACertificate) {
  EXPECT_FALSE(SummaryOfChain("").has_value());
  EXPECT_FALSE(SummaryOfChain(MakeCertificate("localhost").key).has_value());
  const std::string pem = MakeCertificate("localhost").pem;
  EXPECT_FALSE(SummaryOfChain(pem.substr(0, pem.size() / 2)).has_value());
}

}  // namespace
}  // namespace pigeonhub
