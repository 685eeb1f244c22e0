// SPDX-License-Identifier: Apache-2.0

#include "server/bus/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "tests/support/temporary_folder.h"

namespace pigeonhub::bus {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(BusAccess, ReadsThreeKindsOfCredentials) {
  EXPECT_EQ(ParseCredentials("hub:pass word\n", "f")->user, "hub");
  EXPECT_EQ(ParseCredentials("hub:pass word\n", "f")->password, "pass word");
  EXPECT_EQ(ParseCredentials("hub:a:b", "f")->password, "a:b");
  EXPECT_EQ(ParseCredentials("\n  s3cret  \n", "f")->token, "s3cret");
  const std::string creds =
      "-----BEGIN NATS USER JWT-----\nabc\n------END NATS USER JWT------\n"
      "-----BEGIN USER NKEY SEED-----\nSUA\n------END USER NKEY SEED------\n";
  EXPECT_EQ(ParseCredentials(creds, "hub.creds")->creds_file, "hub.creds");
}

TEST(BusAccess, SaysWhichFileIsNone) {
  for (const char* text : {"", " \n", "one\ntwo\n", ":password", "user:pw\nmore"}) {
    const auto credentials = ParseCredentials(text, "hub.auth");
    ASSERT_FALSE(credentials.ok()) << text;
    EXPECT_THAT(std::string(credentials.status().message()), HasSubstr("hub.auth"));
    EXPECT_THAT(std::string(credentials.status().message()), Not(HasSubstr("pw")));
  }
}

TEST(BusAccess, IsReadFromItsFilesEachTime) {
  TemporaryFolder folder;
  AccessFiles files;
  EXPECT_TRUE(ReadAccess(files).ok());
  files.auth = folder.Write("auth", "hub:one");
  const std::string certificate = "-----BEGIN CERTIFICATE-----\n";
  files.ca = folder.Write("ca.pem", certificate);
  EXPECT_EQ(ReadAccess(files)->credentials.password, "one");
  EXPECT_EQ(ReadAccess(files)->ca, certificate);
  folder.Write("auth", "hub:two");
  EXPECT_EQ(ReadAccess(files)->credentials.password, "two");
}

TEST(BusAccess, SaysWhichFileIsNotInPemForm) {
  TemporaryFolder folder;
  for (std::string AccessFiles::*file :
       {&AccessFiles::ca, &AccessFiles::certificate, &AccessFiles::key}) {
    AccessFiles files;
    files.*file = folder.Write("some.pem", "hub:pw");
    EXPECT_THAT(std::string(ReadAccess(files).status().message()),
                AllOf(HasSubstr("some.pem: holds nothing in PEM form"), Not(HasSubstr("pw"))));
  }
}

TEST(BusAccess, IsNotTakenFromFilesThatOthersMayRead) {
  TemporaryFolder folder;
  AccessFiles files{.auth = folder.Write("auth", "hub:one")};
  ASSERT_EQ(chmod(files.auth.c_str(), 0666), 0);
  EXPECT_THAT(std::string(ReadAccess(files).status().message()), HasSubstr("chmod 600"));
  files.auth = folder.Path("missing");
  EXPECT_THAT(std::string(ReadAccess(files).status().message()), HasSubstr("missing"));
}

}  // namespace
}  // namespace pigeonhub::bus
