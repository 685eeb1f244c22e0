// SPDX-License-Identifier: Apache-2.0
//
// Calls to a host whose name nobody resolves for a while. The look-up of this program stands in the
// place of the system's for all libraries that it uses.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "server/web/http_client.h"
#include "tests/support/eventually.h"

namespace {

constexpr char kSlowHost[] = "slow.invalid";
std::atomic<int> waiting = 0;
std::atomic<bool> silent = true;

}  // namespace

extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  if (host != nullptr && std::string_view(host) == kSlowHost) {
    ++waiting;
    silent.wait(true);
    --waiting;
    return EAI_AGAIN;
  }
  static const auto of_the_system =
      reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return of_the_system(host, service, hints, found);
}

namespace pigeonhub::web {
namespace {

TEST(HttpClient, IsEndedWhileANameIsLookedUp) {
  std::atomic<bool> ended = false;
  HttpClient client;
  std::thread asking([&] {
    const HttpRequest request{.url = std::string("https://") + kSlowHost + "/",
                              .headers = {},
                              .body = std::nullopt,
                              .most_bytes = 4};
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(absl::IsUnavailable(client.Exchange(request).status()));
    }
    ended = true;
  });
  EXPECT_TRUE(Eventually([] { return waiting > 0; }));
  client.Cancel();
  EXPECT_TRUE(Eventually([&] { return ended.load(); }));
  EXPECT_EQ(waiting, 1) << "a call after the end looks up nothing";
  silent = false;
  silent.notify_all();
  asking.join();
  EXPECT_TRUE(Eventually([] { return waiting == 0; }));
}

}  // namespace
}  // namespace pigeonhub::web
