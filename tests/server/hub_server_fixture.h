// SPDX-License-Identifier: Apache-2.0
//
// What the tests of HubServer share: its options, its peers, and what its listeners heard.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "pigeonhub/hub_server.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {

inline const std::string kHubId(40, 'a');
inline const std::string kPeerId(40, 'b');

inline PeerId Id(const std::string& text) { return *PeerId::Parse(text); }

inline HubServerOptions AnyPort() {
  HubServerOptions options;
  options.host = "127.0.0.1";
  options.port = 0;
  options.io_threads = 2;
  return options;
}

// Remembers what listeners heard, and lets a test wait for more of it. Outlives the server.
class Heard {
 public:
  void Add(std::string what) {
    {
      std::lock_guard lock(mutex_);
      all_.push_back(std::move(what));
    }
    changed_.notify_all();
  }
  bool WaitFor(const std::string& what) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [&] {
      return std::find(all_.begin(), all_.end(), what) != all_.end();
    });
  }
  std::vector<std::string> all() {
    std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> all_;
};

inline RawClient Connected(const HubServer& server, const std::string& id) {
  RawClient client(server.Addresses().front().port);
  EXPECT_EQ(client.Upgrade("/?peerId=" + id), 101);
  EXPECT_NE(client.ReadTextWith("\"connected\""), "");
  return client;
}

// When it returns, the hub has handled the announce.
inline void Announce(RawClient& client, const std::string& network, const std::string& data) {
  client.SendText(R"({"type":"announce","networkName":")" + network + R"(","data":)" + data + "}");
  client.SendText(R"({"type":"ping"})");
  EXPECT_NE(client.ReadTextWith("\"pong\""), "");
}

}  // namespace pigeonhub
