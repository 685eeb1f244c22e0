// SPDX-License-Identifier: Apache-2.0

#include "control/listen_address.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/loopback_socket.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub {
namespace {

TEST(ListenAddress, ReadsWhatItWrites) {
  for (const char* text : {"off", "127.0.0.1:50051", "localhost:0", "[::1]:65535",
                           "hub.example.org:1", "unix:/run/hub.sock", "unix:relative"}) {
    const auto address = ListenAddress::Parse(text);
    ASSERT_TRUE(address.ok()) << address.status();
    EXPECT_EQ(address->text(), text);
  }
}

TEST(ListenAddress, RefusesEverythingElse) {
  for (const std::string& text :
       std::vector<std::string>{"", "50051", ":50051", "localhost", "localhost:", "localhost:x",
                                "localhost:65536", "localhost:-1", "::1:50051", "[]:1", "a b:1",
                                "unix:", "unix:" + std::string(108, 'x'), "on"}) {
    EXPECT_FALSE(ListenAddress::Parse(text).ok()) << text;
  }
}

TEST(ListenAddress, TellsWhichOnesOnlyThisMachineReaches) {
  for (const char* text :
       {"off", "unix:/x", "localhost:1", "127.0.0.1:1", "127.9.9.9:1", "[::1]:1"}) {
    EXPECT_TRUE(ListenAddress::Parse(text)->IsLocal()) << text;
  }
  for (const char* text :
       {"0.0.0.0:1", "[::]:1", "192.0.2.1:1", "127.example.org:1", "[2001:db8::1]:1", "hub:1"}) {
    EXPECT_FALSE(ListenAddress::Parse(text)->IsLocal()) << text;
  }
}

TEST(ListenAddress, SeesThatAPortIsTaken) {
  LoopbackSocket taken;
  const std::string port = std::to_string(taken.Listen());
  const std::string text = "127.0.0.1:" + port;
  EXPECT_EQ(CheckFree(*ListenAddress::Parse(text)).message(),
            "cannot listen on " + text +
                " for the control API: Address already in use; --control-listen takes another "
                "address, or off");
  // A name is free only if all its addresses are.
  EXPECT_FALSE(CheckFree(*ListenAddress::Parse("localhost:" + port)).ok());
  EXPECT_TRUE(CheckFree(*ListenAddress::Parse("127.0.0.1:0")).ok());
}

class UnixSocketTest : public testing::Test {
 protected:
  // Binds a socket there; listens if asked to.
  int Bind(const std::string& path, bool listening) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    path.copy(at.sun_path, sizeof at.sun_path - 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    if (listening) {
      EXPECT_EQ(listen(fd, 1), 0);
    }
    return fd;
  }
  absl::Status Check(const std::string& name) {
    return CheckFree(*ListenAddress::Parse("unix:" + folder_.Path(name)));
  }

  TemporaryFolder folder_;
};

TEST_F(UnixSocketTest, IsFreeWhereThereIsNothingOrAnAbandonedOne) {
  EXPECT_TRUE(Check("none").ok());
  close(Bind(folder_.Path("abandoned"), /*listening=*/true));
  EXPECT_TRUE(Check("abandoned").ok());
}

TEST_F(UnixSocketTest, IsTakenWhereSomebodyListensOrAFileIs) {
  const int fd = Bind(folder_.Path("taken"), /*listening=*/true);
  EXPECT_TRUE(absl::IsAlreadyExists(Check("taken")));
  EXPECT_TRUE(std::filesystem::exists(folder_.Path("taken")));
  close(fd);
  folder_.Write("file", "precious");
  EXPECT_TRUE(absl::IsAlreadyExists(Check("file")));
  EXPECT_FALSE(Check("missing/folder").ok());
}

}  // namespace
}  // namespace pigeonhub
