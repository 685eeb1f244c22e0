// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace pigeonhub::net {

// A name server on loopback (RFC 1035 over UDP). It knows what it is told at its construction, says
// of other names that there are none, and keeps silent about some.
class FakeNameServer {
 public:
  struct Name {
    std::vector<std::string> ipv4{};
    std::vector<std::string> ipv6{};
    bool silent_about_ipv4 = false;
    bool silent_about_ipv6 = false;
  };

  explicit FakeNameServer(std::map<std::string, Name> names);
  ~FakeNameServer();

  // "127.0.0.1:PORT"
  std::string address() const;

 private:
  void Serve();
  // Empty for none.
  std::string AnswerTo(const std::string& query) const;

  const std::map<std::string, Name> names_;
  const int socket_;
  uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace pigeonhub::net
