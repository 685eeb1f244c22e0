// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <string>

#include "pigeonhub/hub_admission.h"
#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

const std::string kId(40, 'a');
const std::string kEntrySecret = "0123456789-._~Az";

TEST(AllowedHub, IsAnIdAndPerhapsWhatElseItMustShow) {
  struct Case {
    std::string text;
    AllowedHub hub;
    bool by_id_alone;
  };
  for (const Case& c :
       {Case{kId, {Id('a')}, true}, Case{kId + "@10.0.0.0/8", {Id('a'), "10.0.0.0/8"}, false},
        Case{kId + "@2001:db8::/32", {Id('a'), "2001:db8::/32"}, false},
        Case{kId + "=" + kEntrySecret, {Id('a'), "", kEntrySecret}, false},
        Case{kId + "@10.0.0.0/8=" + kEntrySecret, {Id('a'), "10.0.0.0/8", kEntrySecret}, false},
        Case{kId + "=" + std::string(256, 'x'), {Id('a'), "", std::string(256, 'x')}, false}}) {
    const auto hub = AllowedHub::Parse(c.text);
    ASSERT_TRUE(hub.ok()) << c.text << ": " << hub.status();
    EXPECT_EQ(*hub, c.hub) << c.text;
    EXPECT_EQ(hub->by_id_alone(), c.by_id_alone) << c.text;
    EXPECT_EQ(hub->text(), c.text);
  }
}

TEST(AllowedHub, IsNothingElseAndItsSecretIsNotShown) {
  struct Case {
    std::string text, message;
  };
  const std::string not_a_secret =
      "the secret of " + kId +
      " is not 16 to 256 letters, digits or -._~ (openssl rand -hex 32 "
      "makes one)";
  for (const Case& c :
       {Case{"", "\"\" is not a peer id (40 hexadecimal digits)"},
        Case{"xy", "xy is not a peer id (40 hexadecimal digits)"},
        Case{"xy=" + kEntrySecret, "xy is not a peer id (40 hexadecimal digits)"},
        Case{kId + "@", "\"\" is not a network such as 10.0.0.0/8"},
        Case{kId + "@10.0.0.1", "10.0.0.1 is not a network such as 10.0.0.0/8"},
        Case{kId + "@10.0.0.0=" + kEntrySecret, "10.0.0.0 is not a network such as 10.0.0.0/8"},
        Case{kId + "=", not_a_secret}, Case{kId + "=short", not_a_secret},
        Case{kId + "=0123456789abcde", not_a_secret},
        Case{kId + "=0123456789abcdef&", not_a_secret},
        Case{kId + "=0123456789abcdef?", not_a_secret},
        Case{kId + "=0123456789abcdef%41", not_a_secret},
        Case{kId + "=" + std::string(257, 'x'), not_a_secret}}) {
    EXPECT_EQ(AllowedHub::Parse(c.text).status().message(), c.message) << c.text;
  }
}

}  // namespace
}  // namespace pigeonhub
